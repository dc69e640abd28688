using System.CommandLine;
using Precinto.Attestations;
using Precinto.Digests;
using Precinto.Trust;

namespace Precinto.Cli.Commands;

/// <summary>Attestations that the caller demands, said on the command line. They come on top of those that a policy file demands, never in their place.</summary>
internal sealed class AttestationOptions
{
    private readonly Option<string[]> _require = CommonOptions.Several("--require-attestation", "TYPE", "Insist on an attestation of the model: provenance or vsa");
    private readonly Option<string[]> _requireImage = CommonOptions.Several("--require-image-attestation", "DIGEST", "Insist on a passed vsa of the image with this digest");
    private readonly Option<string[]> _attestation = CommonOptions.Several("--attestation", "FILE", "An attestation that does not lie with the model");
    private readonly Option<string[]> _attesterKey = CommonOptions.Several("--attester-key", "PUBLIC.pem", "Who may attest what is required here (those who may sign unless told otherwise)");
    private readonly Option<string?> _builderId = new("--builder-id") { Description = "The builder that a required provenance must name", HelpName = "URI" };
    private readonly Option<string[]> _trainingData = CommonOptions.Several("--training-data", "DIGEST", "What a required provenance must say that the model was made from");
    private readonly Option<string?> _verifierId = new("--verifier-id") { Description = "The verifier that a required vsa must name", HelpName = "URI" };
    private readonly Option<string?> _resourceUri = new("--resource-uri") { Description = "What a required vsa of the model must be about", HelpName = "URI" };
    private readonly Option<string?> _policyDigest = new("--verified-policy") { Description = "The digest of the policy that a required vsa must follow", HelpName = "DIGEST" };
    private readonly Option<int?> _maximumAge = NumberOption.Create("--attestation-max-age", "How many days old a required vsa may be", "DAYS", 1, 36_500);

    public AttestationOptions() => _require.AcceptOnlyFromAmong("provenance", "vsa");

    public IReadOnlyList<Option> All =>
        [_require, _requireImage, _attestation, _attesterKey, _builderId, _trainingData, _verifierId, _resourceUri, _policyDigest, _maximumAge];

    public IReadOnlyList<string> Files(ParseResult parsed) => parsed.GetValue(_attestation) ?? [];

    /// <summary>The policy with what the options demand on top of it.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="isOwnPolicy">Whether the policy was made of options alone; beside one that others wrote, nothing said here may make it weaker.</param>
    /// <exception cref="UsageException">A refinement belongs to nothing that is required, or cannot be understood.</exception>
    public TrustPolicy Demand(ParseResult parsed, TrustPolicy policy, bool isOwnPolicy)
    {
        var required = (parsed.GetValue(_require) ?? []).Distinct().ToArray();
        var images = (parsed.GetValue(_requireImage) ?? []).Select(digest => ParseDigest(digest, _requireImage.Name)).ToArray();
        var keys = parsed.GetValue(_attesterKey) ?? [];
        var needsProvenance = required.Contains("provenance");
        var needsSummary = required.Contains("vsa");
        Belongs(_builderId, parsed.GetValue(_builderId) is not null, needsProvenance, "--require-attestation provenance");
        Belongs(_trainingData, parsed.GetValue(_trainingData) is { Length: > 0 }, needsProvenance, "--require-attestation provenance");
        Belongs(_resourceUri, parsed.GetValue(_resourceUri) is not null, needsSummary, "--require-attestation vsa");
        Belongs(_verifierId, parsed.GetValue(_verifierId) is not null, needsSummary || images.Length > 0, "--require-attestation vsa or --require-image-attestation");
        Belongs(_policyDigest, parsed.GetValue(_policyDigest) is not null, needsSummary || images.Length > 0, "--require-attestation vsa or --require-image-attestation");
        Belongs(_maximumAge, parsed.GetValue(_maximumAge) is not null, needsSummary || images.Length > 0, "--require-attestation vsa or --require-image-attestation");
        Belongs(_attesterKey, keys.Length > 0, needsProvenance || needsSummary || images.Length > 0, "--require-attestation");
        if (needsSummary && images.Length > 0 && (parsed.GetValue(_verifierId) is not null || parsed.GetValue(_policyDigest) is not null))
            throw new UsageException("--verifier-id and --verified-policy would speak of the model and of the image at once; state one of the two in a policy file");
        if (required.Length + images.Length == 0)
            return policy;
        if (policy.IsIntegrityOnly)
            throw new UsageException("--integrity-only trusts nobody, so that nobody could attest anything");
        if (keys.Length == 0 && !policy.AllSigners.OfType<TrustedKey>().Any())
            throw new UsageException("say who may attest: --attester-key PUBLIC.pem; OpenPGP keys sign models and no attestations");

        IReadOnlyList<TrustedKey>? attesters = keys.Length == 0 ? null : [.. keys.Select(key => PolicyDocument.LoadKey(key))];
        List<AttestationDemand> demands = [];
        if (needsProvenance)
            demands.Add(Provenance(parsed, attesters, isOwnPolicy));
        if (needsSummary)
            demands.Add(Summary(parsed, attesters, null, isOwnPolicy));
        demands.AddRange(images.Select(image => Summary(parsed, attesters, image, isOwnPolicy)));
        return policy.Demand(demands, [.. keys.Select(Path.GetFullPath)]);
    }

    /// <exception cref="UsageException">It is none.</exception>
    public static string ParseUri(string uri, string option) =>
        AttestationPredicate.IsProper(uri) ? uri : throw new UsageException($"'{uri}' is no absolute URI, which {option} takes");

    /// <exception cref="UsageException">It is none.</exception>
    public static Digest ParseDigest(string text, string option) => Digest.TryParse(text, out var digest) && digest.Algorithm == DigestAlgorithm.Sha256
        ? digest
        : throw new UsageException($"'{text}' is no digest such as sha256:…, which {option} takes");

    private ProvenanceDemand Provenance(ParseResult parsed, IReadOnlyList<TrustedKey>? attesters, bool isOwnPolicy) => new()
    {
        IsCallers = !isOwnPolicy,
        Attesters = attesters,
        BuilderId = parsed.GetValue(_builderId) is { } builder ? ParseUri(builder, _builderId.Name) : Attestations.Provenance.LocalBuilder,
        TrainingData = [.. (parsed.GetValue(_trainingData) ?? []).Select(digest => ParseDigest(digest, _trainingData.Name))],
    };

    private SummaryDemand Summary(ParseResult parsed, IReadOnlyList<TrustedKey>? attesters, Digest? image, bool isOwnPolicy) => new()
    {
        IsCallers = !isOwnPolicy,
        Attesters = attesters,
        Image = image,
        VerifierId = parsed.GetValue(_verifierId) is { } verifier ? ParseUri(verifier, _verifierId.Name)
            : image is null ? VerificationSummary.ModelVerifier : VerificationSummary.ImageVerifier,
        ResourceUri = image is null && parsed.GetValue(_resourceUri) is { } resource ? ParseUri(resource, _resourceUri.Name) : null,
        PolicyDigest = parsed.GetValue(_policyDigest) is { } policy ? ParseDigest(policy, _policyDigest.Name) : null,
        MaximumAge = parsed.GetValue(_maximumAge) is { } days ? TimeSpan.FromDays(days) : null,
    };

    // A refinement of nothing is most often a demand that was forgotten: without a word it would make nothing stricter.
    private static void Belongs(Option option, bool isStated, bool isAtHome, string home)
    {
        if (isStated && !isAtHome)
            throw new UsageException($"{option.Name} belongs to {home}");
    }
}
