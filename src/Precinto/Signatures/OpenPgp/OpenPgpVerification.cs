using Precinto.Inspection;

namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// What became of one signature. It says who signed, never whether that signer is trusted:
/// compare <see cref="SignerFingerprint"/> with the fingerprints that the deployment trusts.
/// </summary>
public sealed class OpenPgpVerification
{
    internal OpenPgpVerification(OpenPgpRefusal refusal)
    {
        Outcome = refusal.Outcome;
        Rule = refusal.Rule;
        Detail = refusal.Detail;
    }

    internal OpenPgpVerification(string detail)
    {
        Outcome = OpenPgpOutcome.Valid;
        Detail = detail;
    }

    /// <summary>The answer.</summary>
    public OpenPgpOutcome Outcome { get; }

    /// <summary>Whether the answer is <see cref="OpenPgpOutcome.Valid"/>.</summary>
    public bool IsValid => Outcome == OpenPgpOutcome.Valid;

    /// <summary>Which rule refused the signature; null only for a valid one.</summary>
    public FindingRule? Rule { get; }

    /// <summary>One sentence that says what was found. Escape it before it reaches a terminal, a log or a page.</summary>
    public string Detail { get; }

    /// <summary>The primary key's fingerprint in upper-case hex, once the signature was traced to a certificate: also where it was refused.</summary>
    public string? SignerFingerprint { get; internal init; }

    /// <summary>The fingerprint of the key that signed: the primary key or one of its subkeys.</summary>
    public string? KeyFingerprint { get; internal init; }

    /// <summary>When the signature says it was made; whoever holds the key chooses that freely.</summary>
    public DateTimeOffset? SignedAt { get; internal init; }

    /// <summary>The main user ID of the certificate, bound by its owner; null where none is. Escape it before it is shown.</summary>
    public string? UserId { get; internal init; }
}
