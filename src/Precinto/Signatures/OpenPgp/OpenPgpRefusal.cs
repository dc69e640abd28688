using Precinto.Inspection;

namespace Precinto.Signatures.OpenPgp;

/// <summary>A reason not to accept a signature or a key.</summary>
internal sealed record OpenPgpRefusal(OpenPgpOutcome Outcome, FindingRule Rule, string Detail);
