using Precinto.Digests;
using Precinto.Inspection;

namespace Precinto.Trust;

/// <summary>
/// Whom a deployment trusts, and what it insists on. It belongs to the deployment and never comes with a model. A policy without signers trusts nobody.
/// It is one rule for the models that it names, or a list of <see cref="Rules"/>; what stands below <see cref="Rules"/> here belongs to a rule.
/// </summary>
public sealed class TrustPolicy
{
    private readonly int _threshold = 1;
    private readonly IReadOnlyList<TrustPolicy> _rules = [];

    /// <summary>Creates a policy that trusts nobody.</summary>
    public TrustPolicy()
    {
    }

    // What belongs to a rule is taken from the one, what the rules of a list share from the other.
    private TrustPolicy(TrustPolicy rule, TrustPolicy document)
    {
        _threshold = rule._threshold;
        _rules = rule._rules;
        Models = rule.Models;
        Signers = rule.Signers;
        IsIntegrityOnly = rule.IsIntegrityOnly;
        AllowExtraFiles = rule.AllowExtraFiles;
        IgnoredPaths = rule.IgnoredPaths;
        AllowedFormats = rule.AllowedFormats;
        FailOn = rule.FailOn;
        MaximumAge = rule.MaximumAge;
        MinimumVersion = rule.MinimumVersion;
        MaximumVersion = rule.MaximumVersion;
        Name = rule.Name;
        Version = rule.Version;
        Attestations = rule.Attestations;
        Checks = rule.Checks;
        Expires = document.Expires;
        Revoked = document.Revoked;
        RevocationList = document.RevocationList;
        StateFiles = document.StateFiles;
        AllowedRollbacks = document.AllowedRollbacks;
        FileDigest = document.FileDigest;
        Sources = document.Sources;
    }

    /// <summary>Asks only whether the digests and the record agree; nobody vouches for the model then, and the verdict says so.</summary>
    public static TrustPolicy IntegrityOnly { get; } = new() { IsIntegrityOnly = true };

    /// <summary>Until when the policy may be used; null for no limit.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What it revokes.</summary>
    public Revocations Revoked { get; init; } = Revocations.None;

    /// <summary>A signed list of what else is revoked, read anew for each verification; null for none.</summary>
    public SignedRevocations? RevocationList { get; init; }

    /// <summary>Files that remember the highest version of each model that was accepted; an older one is then rejected.</summary>
    public IReadOnlyList<string> StateFiles { get; init; } = [];

    /// <summary>Models that may be used although a newer version was accepted before.</summary>
    public IReadOnlyList<AllowedRollback> AllowedRollbacks { get; init; } = [];

    /// <summary>The files that this policy and its keys were read from; none of them may lie in the model's folder.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>All files whose content decides with this policy: what it was read from, the list of revocations and the states.</summary>
    internal IReadOnlyList<string> Inputs => [.. Sources, .. RevocationList is { } list ? [list.Path] : Array.Empty<string>(), .. StateFiles];

    /// <summary>Rules, of which the first that speaks for the name of a model decides; empty where this policy itself is the one rule.</summary>
    /// <exception cref="ArgumentException">A rule has rules of its own.</exception>
    public IReadOnlyList<TrustPolicy> Rules
    {
        get => _rules;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Any(rule => rule.Rules.Count > 0))
                throw new ArgumentException("A rule has no rules of its own.", nameof(value));
            _rules = value;
        }
    }

    /// <summary>The names of the models that it speaks for; every model unless told otherwise.</summary>
    public IReadOnlyList<NamePattern> Models { get; init; } = [NamePattern.Every];

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

    /// <summary>The highest version that is accepted; null for any.</summary>
    public ModelVersion? MaximumVersion { get; init; }

    /// <summary>The name that the model must have been signed under; null for any.</summary>
    public string? Name { get; init; }

    /// <summary>The version that the model must have been signed as; null for any.</summary>
    public string? Version { get; init; }

    /// <summary>The attestations that must be there; every one of them.</summary>
    public IReadOnlyList<AttestationDemand> Attestations { get; init; } = [];

    /// <summary>How strictly each check is held; everything is enforced unless told otherwise.</summary>
    public CheckEnforcement Checks { get; init; } = CheckEnforcement.Strict;

    /// <summary>
    /// SHA-256 of the policy file that this was read from; of a policy that was put together otherwise, of its canonical description.
    /// </summary>
    public Digest Digest => FileDigest ?? Hashing.Compute(PolicyDescription.Write(this), DigestAlgorithm.Sha256);

    internal Digest? FileDigest { get; init; }

    /// <summary>The rules one by one: those of the list, or this policy itself.</summary>
    internal IReadOnlyList<TrustPolicy> AllRules => Rules.Count == 0 ? [this] : Rules;

    /// <summary>Everyone whom a rule trusts.</summary>
    internal IEnumerable<TrustedSigner> AllSigners => AllRules.SelectMany(rule => rule.Signers);

    /// <summary>This policy without trust: what remains of it under <see cref="IntegrityOnly"/>.</summary>
    public TrustPolicy WithoutTrust() => new()
    {
        IsIntegrityOnly = true,
        Models = Models,
        Rules = [.. Rules.Select(rule => rule.WithoutTrust())],
        IgnoredPaths = IgnoredPaths,
        AllowedFormats = AllowedFormats,
        FailOn = FailOn,
    };

    /// <summary>The rule that speaks for a model of this name; null where none does.</summary>
    internal TrustPolicy? FindRule(string name) => AllRules.FirstOrDefault(rule => rule.Models.Any(pattern => pattern.Matches(name)));

    /// <summary>A rule with all that the policy says beside its rules.</summary>
    internal TrustPolicy Complete(TrustPolicy rule) => rule == this ? this : new(rule, this) { FileDigest = Digest };

    /// <summary>This policy, of whose signers only some count, with a stricter limit and a higher threshold; the caller makes sure that they are that.</summary>
    internal TrustPolicy Narrow(Func<TrustedSigner, bool> counts, FindingSeverity? failOn, int? threshold) => Rules.Count > 0
        ? new(this, this) { Rules = [.. Rules.Select(rule => rule.Narrow(counts, failOn, threshold))] }
        : new(this, this) { Signers = [.. Signers.Where(counts)], FailOn = failOn ?? FailOn, Threshold = threshold ?? Threshold };

    /// <summary>This policy with further demands in each rule, and the files that they were read from.</summary>
    internal TrustPolicy Demand(IReadOnlyList<AttestationDemand> demands, IReadOnlyList<string> sources) => demands.Count == 0 ? this : new(this, this)
    {
        Rules = [.. Rules.Select(rule => rule.Demand(demands, []))],
        Attestations = [.. Attestations, .. demands],
        Sources = [.. Sources, .. sources],
    };

    /// <summary>This policy with rules in the place of what it says itself.</summary>
    internal TrustPolicy WithRules(IReadOnlyList<TrustPolicy> rules) => new(this, this) { Rules = rules };

    /// <summary>This policy as it was read from a file, with all files that it names.</summary>
    internal TrustPolicy ReadFrom(Digest fileDigest, IReadOnlyList<string> sources) => new(this, this) { FileDigest = fileDigest, Sources = sources };

    /// <summary>This policy with one more file that remembers what was accepted.</summary>
    internal TrustPolicy Remember(string stateFile) => new(this, this) { StateFiles = [.. StateFiles, stateFile] };
}
