using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>What the caller expects of the one model at hand, beyond the policy. It can only make the verification stricter.</summary>
public sealed class Expectations
{
    /// <summary>Nothing beyond the policy.</summary>
    public static Expectations None { get; } = new();

    /// <summary>The name that the model must have been signed under.</summary>
    public string? Name { get; init; }

    /// <summary>The version that the model must have been signed as.</summary>
    public string? Version { get; init; }

    /// <summary>The lowest version that is accepted.</summary>
    public ModelVersion? MinimumVersion { get; init; }

    /// <summary>The only formats that a model file may have.</summary>
    public IReadOnlyList<string>? AllowedFormats { get; init; }

    /// <summary>Signature files elsewhere than with the model.</summary>
    public IReadOnlyList<string> SignatureFiles { get; init; } = [];

    /// <summary>Attestations elsewhere than with the model.</summary>
    public IReadOnlyList<string> AttestationFiles { get; init; } = [];

    /// <summary>Whether the model is only asked about: what was accepted before is looked at, and nothing new is remembered.</summary>
    internal bool IsRehearsal { get; init; }

    /// <summary>An attestation that is about to be replaced, and is therefore neither evidence nor part of the model.</summary>
    internal string? Replaced { get; init; }
}
