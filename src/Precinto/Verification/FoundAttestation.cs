using Precinto.Attestations;

namespace Precinto.Verification;

/// <summary>An attestation that was found with a model or named by the caller. It decides nothing unless the policy demands it.</summary>
public sealed class FoundAttestation
{
    internal FoundAttestation(AttestationAssessment assessment)
    {
        var attestation = assessment.Attestation ?? throw new ArgumentException("It could not be read.", nameof(assessment));
        Source = assessment.Source;
        Kind = attestation.Predicate.Kind;
        Attester = assessment.Attester?.Identity ?? $"hint:{attestation.KeyHint}";
        IsTrusted = assessment.Attester is not null;
        IsAboutModel = assessment.Mismatch is null;
        (StatedBy, IsPassed, StatedAt) = attestation.Predicate switch
        {
            VerificationSummary summary => (summary.VerifierId, summary.IsPassed, summary.VerifiedOn),
            Provenance provenance => (provenance.BuilderId, (bool?)null, provenance.FinishedOn),
            _ => throw new InvalidOperationException($"Unknown kind {Kind}."),
        };
    }

    /// <summary>The file that it was read from.</summary>
    public string Source { get; }

    /// <summary>What it is: <c>provenance</c> or <c>vsa</c>.</summary>
    public string Kind { get; }

    /// <summary>Whose key signed it; only a hint, which anyone could write, where it is not trusted.</summary>
    public string Attester { get; }

    /// <summary>Whether someone whom the policy trusts signed it.</summary>
    public bool IsTrusted { get; }

    /// <summary>Whether it is about exactly the files of this model.</summary>
    public bool IsAboutModel { get; }

    /// <summary>The verifier or builder that it names.</summary>
    public string StatedBy { get; }

    /// <summary>The verdict of a verification summary; null for a provenance.</summary>
    public bool? IsPassed { get; }

    /// <summary>When it was verified or built, as it says.</summary>
    public DateTimeOffset? StatedAt { get; }
}
