using Precinto.Digests;
using Precinto.Inspection;

namespace Precinto.Trust;

/// <summary>
/// Whom a deployment trusts, and what it insists on. It belongs to the deployment and never comes with a model.
/// A policy without signers trusts nobody.
/// </summary>
public sealed class TrustPolicy
{
    private readonly int _threshold = 1;

    /// <summary>Asks only whether the digests and the record agree; nobody vouches for the model then, and the verdict says so.</summary>
    public static TrustPolicy IntegrityOnly { get; } = new() { IsIntegrityOnly = true };

    /// <summary>Those who may sign.</summary>
    public IReadOnlyList<TrustedSigner> Signers { get; init; } = [];

    /// <summary>How many different signers must have signed; at least one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than one.</exception>
    public int Threshold
    {
        get => _threshold;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _threshold = value;
        }
    }

    /// <summary>Whether trust is left out altogether, see <see cref="IntegrityOnly"/>.</summary>
    public bool IsIntegrityOnly { get; private init; }

    /// <summary>Whether files that no signature covers may lie in the model.</summary>
    public bool AllowExtraFiles { get; init; }

    /// <summary>Paths in the model that are left out of verification, beside those that its signer left out.</summary>
    public IReadOnlyList<string> IgnoredPaths { get; init; } = [];

    /// <summary>The formats that a model file may have; null for all that are known.</summary>
    public IReadOnlyList<string>? AllowedFormats { get; init; }

    /// <summary>Findings of this severity and above fail the check <c>structure</c>.</summary>
    public FindingSeverity FailOn { get; init; } = FindingSeverity.Warning;

    /// <summary>How long after its signature a model may be used; null for no limit.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>The lowest version that is accepted; null for any.</summary>
    public ModelVersion? MinimumVersion { get; init; }

    /// <summary>The name that the model must have been signed under; null for any.</summary>
    public string? Name { get; init; }

    /// <summary>The version that the model must have been signed as; null for any.</summary>
    public string? Version { get; init; }

    /// <summary>The attestations that must be there; every one of them.</summary>
    public IReadOnlyList<AttestationDemand> Attestations { get; init; } = [];

    /// <summary>
    /// SHA-256 of the policy file that this was read from; of a policy that was put together otherwise, of its canonical description.
    /// </summary>
    public Digest Digest => FileDigest ?? Hashing.Compute(PolicyDescription.Write(this), DigestAlgorithm.Sha256);

    internal Digest? FileDigest { get; init; }

    /// <summary>The files that this policy and its keys were read from; none of them may lie in the model's folder.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>This policy without trust: what remains of it under <see cref="IntegrityOnly"/>.</summary>
    public TrustPolicy WithoutTrust() => new()
    {
        IsIntegrityOnly = true,
        IgnoredPaths = IgnoredPaths,
        AllowedFormats = AllowedFormats,
        FailOn = FailOn,
    };

    /// <summary>This policy with fewer signers, a stricter limit and a higher threshold; the caller makes sure that they are that.</summary>
    internal TrustPolicy Narrow(IReadOnlyList<TrustedSigner> signers, FindingSeverity failOn, int threshold) => new()
    {
        Signers = signers,
        Threshold = threshold,
        IsIntegrityOnly = IsIntegrityOnly,
        AllowExtraFiles = AllowExtraFiles,
        IgnoredPaths = IgnoredPaths,
        AllowedFormats = AllowedFormats,
        FailOn = failOn,
        MaximumAge = MaximumAge,
        MinimumVersion = MinimumVersion,
        Name = Name,
        Version = Version,
        Attestations = Attestations,
        FileDigest = FileDigest,
        Sources = Sources,
    };

    /// <summary>This policy with further demands, and the files that they were read from.</summary>
    internal TrustPolicy Demand(IReadOnlyList<AttestationDemand> demands, IReadOnlyList<string> sources) => demands.Count == 0 ? this : new()
    {
        Signers = Signers,
        Threshold = Threshold,
        IsIntegrityOnly = IsIntegrityOnly,
        AllowExtraFiles = AllowExtraFiles,
        IgnoredPaths = IgnoredPaths,
        AllowedFormats = AllowedFormats,
        FailOn = FailOn,
        MaximumAge = MaximumAge,
        MinimumVersion = MinimumVersion,
        Name = Name,
        Version = Version,
        Attestations = [.. Attestations, .. demands],
        FileDigest = FileDigest,
        Sources = [.. Sources, .. sources],
    };
}
