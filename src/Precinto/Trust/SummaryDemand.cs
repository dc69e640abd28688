using Precinto.Attestations;
using Precinto.Digests;

namespace Precinto.Trust;

/// <summary>Demands that a trusted verifier passed the model, or an image (SLSA Verification Summary Attestation v1).</summary>
public sealed class SummaryDemand : AttestationDemand
{
    private readonly string? _verifierId;

    /// <inheritdoc/>
    public override string Kind => "vsa";

    /// <summary>
    /// The one verifier that is accepted of these attesters; unless told otherwise the one that <c>precinto</c> states of its own accord
    /// for verdicts on models, and on images where <see cref="Image"/> is set.
    /// </summary>
    public string VerifierId
    {
        get => _verifierId ?? (Image is null ? VerificationSummary.ModelVerifier : VerificationSummary.ImageVerifier);
        init => _verifierId = value;
    }

    /// <summary>The URI that the verdict must be about; null for any.</summary>
    public string? ResourceUri { get; init; }

    /// <summary>The digest of the policy that the verdict must follow; null for any.</summary>
    public Digest? PolicyDigest { get; init; }

    /// <summary>How old the verdict may be; null for any age.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>The image that the verdict must be about instead of the model; null for the model itself.</summary>
    public Digest? Image { get; init; }

    internal override IEnumerable<string> Describe()
    {
        yield return $"verifier {VerifierId}";
        if (ResourceUri is not null)
            yield return $"resource {ResourceUri}";
        if (PolicyDigest is not null)
            yield return $"policy {PolicyDigest}";
        if (MaximumAge is { } age)
            yield return $"age {(long)age.TotalSeconds}";
        if (Image is not null)
            yield return $"image {Image}";
    }
}
