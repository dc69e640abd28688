using System.Text.Json;
using Precinto.Digests;
using Precinto.Formats;
using Precinto.Signatures.Bundles;

namespace Precinto.Attestations;

/// <summary>A verdict of someone who looked (SLSA Verification Summary Attestation v1): passed or failed, when, and against which policy.</summary>
public sealed class VerificationSummary : AttestationPredicate
{
    /// <summary>The verifier that <c>precinto attest</c> states for a verdict on a model unless it is told otherwise.</summary>
    public const string ModelVerifier = "urn:precinto:verifier:model";

    /// <summary>The verifier of images, which <c>precinto scan</c> states: a verdict on an image is none on a model.</summary>
    public const string ImageVerifier = "urn:precinto:verifier:image";

    private VerificationSummary(string verifierId, string resourceUri, ResourceDescriptor policy, bool isPassed)
    {
        VerifierId = verifierId;
        ResourceUri = resourceUri;
        Policy = policy;
        IsPassed = isPassed;
    }

    /// <inheritdoc/>
    public override string Kind => "vsa";

    /// <inheritdoc/>
    public override string PredicateType => AttestationFiles.SummaryType;

    /// <summary>Who looked, as a URI; worth what the attester's key is worth.</summary>
    public string VerifierId { get; }

    /// <summary>What was looked at, as a URI: where it is taken from, or how it is called.</summary>
    public string ResourceUri { get; }

    /// <summary>The policy that the verdict follows; its digest where it is known.</summary>
    public ResourceDescriptor Policy { get; }

    /// <summary>Whether the verdict is <c>PASSED</c>; anything else is not.</summary>
    public bool IsPassed { get; }

    /// <summary>When it was looked at.</summary>
    public DateTimeOffset? VerifiedOn { get; init; }

    /// <summary>The versions of what looked, by component.</summary>
    public IReadOnlyDictionary<string, string> VerifierVersions { get; init; } = new Dictionary<string, string>();

    /// <summary>What the verdict rests on: signatures and reports, each with its digest.</summary>
    public IReadOnlyList<ResourceDescriptor> Inputs { get; init; } = [];

    /// <summary>What was reached: <c>PRECINTO_…</c> for ours; names that begin with <c>SLSA_</c> belong to SLSA.</summary>
    public IReadOnlyList<string> VerifiedLevels { get; init; } = [];

    /// <summary>The checks behind the verdict. They are written for people; nothing is decided by them, and they are not read back.</summary>
    public IReadOnlyList<SummarizedCheck> Checks { get; init; } = [];

    /// <summary>A verdict.</summary>
    /// <param name="verifierId">Who looked, as a URI, such as <see cref="ModelVerifier"/>.</param>
    /// <param name="resourceUri">What was looked at, as a URI.</param>
    /// <param name="policy">The policy; it has a URI.</param>
    /// <param name="isPassed">The verdict.</param>
    /// <param name="verifiedOn">When it was looked at.</param>
    /// <param name="versions">The versions of what looked, by component.</param>
    /// <param name="levels">What was reached; ignored where the verdict is that nothing was.</param>
    /// <param name="inputs">What the verdict rests on; each has a digest.</param>
    /// <param name="checks">The checks behind the verdict.</param>
    /// <exception cref="ArgumentException">A URI is none, or an input has no digest.</exception>
    public static VerificationSummary Create(
        string verifierId, string resourceUri, ResourceDescriptor policy, bool isPassed, DateTimeOffset verifiedOn, IReadOnlyDictionary<string, string> versions,
        IReadOnlyList<string> levels, IReadOnlyList<ResourceDescriptor> inputs, IReadOnlyList<SummarizedCheck> checks)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.Uri is null)
            throw new ArgumentException("The policy of a verdict has a URI.", nameof(policy));
        if (inputs.Any(input => input.Digest is null))
            throw new ArgumentException("What a verdict rests on is named with its digest.", nameof(inputs));

        return new(Proper(verifierId, nameof(verifierId)), Proper(resourceUri, nameof(resourceUri)), policy, isPassed)
        {
            VerifiedOn = verifiedOn,
            VerifierVersions = versions,
            VerifiedLevels = isPassed ? levels : ["FAILED"],
            Inputs = inputs,
            Checks = checks,
        };
    }

    /// <summary>A verdict on a container image, to be signed about its digest: see <see cref="ImageSubject"/>.</summary>
    /// <param name="reference">The image's name, without its digest, such as <c>registry.example.org/team/app</c>.</param>
    /// <param name="digest">The digest of its manifest.</param>
    /// <param name="policy">The rules that the verdict follows; they have a URI and should have a digest.</param>
    /// <param name="isPassed">The verdict.</param>
    /// <param name="verifiedOn">When it was looked at.</param>
    /// <param name="versions">The versions of what looked, by component.</param>
    /// <param name="inputs">What the verdict rests on, such as the scanner's report; each has a digest.</param>
    /// <param name="checks">The checks behind the verdict.</param>
    /// <param name="verifierId">Who looked, as a URI.</param>
    /// <exception cref="ArgumentException">The digest is no SHA-256, a URI is none, or an input has no digest.</exception>
    public static VerificationSummary ForImage(
        string reference, Digest digest, ResourceDescriptor policy, bool isPassed, DateTimeOffset verifiedOn, IReadOnlyDictionary<string, string> versions,
        IReadOnlyList<ResourceDescriptor> inputs, IReadOnlyList<SummarizedCheck> checks, string verifierId = ImageVerifier)
    {
        var subject = ImageSubject(reference, digest);
        return Create(verifierId, subject.Uri!, policy, isPassed, verifiedOn, versions, ["SLSA_BUILD_LEVEL_UNEVALUATED", "PRECINTO_IMAGE_SCANNED"], inputs, checks);
    }

    /// <summary>An image as the subject of an attestation: its name, its digest, and both as a package URL.</summary>
    /// <exception cref="ArgumentException">The name is empty, or the digest is no SHA-256.</exception>
    public static ResourceDescriptor ImageSubject(string reference, Digest digest)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        ArgumentNullException.ThrowIfNull(digest);
        var name = reference[(reference.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return new(reference, digest, $"pkg:oci/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(digest.ToString())}?repository_url={Uri.EscapeDataString(reference)}");
    }

    /// <exception cref="JsonException">It is no such predicate.</exception>
    internal static VerificationSummary Parse(JsonElement predicate)
    {
        const string Predicate = "the predicate";
        var verifier = predicate.Object("The predicate").Required("verifier", Predicate).Object("'verifier'");
        var policy = predicate.Required("policy", Predicate);
        var result = predicate.RequiredText("verificationResult", Predicate);
        if (result is not ("PASSED" or "FAILED"))
            throw new JsonException($"The result is '{result}', neither PASSED nor FAILED.");

        return new(
            verifier.RequiredText("id", "'verifier'"),
            predicate.RequiredText("resourceUri", Predicate),
            ResourceDescriptor.Parse(policy, "'policy'"),
            result == "PASSED")
        {
            VerifiedOn = ParseTime(predicate, "timeVerified", Predicate),
            Inputs = ParseResources(predicate.Optional("inputAttestations"), "'inputAttestations'"),
            VerifiedLevels = [.. predicate.Required("verifiedLevels", Predicate).Array("'verifiedLevels'").Select(level => level.Text("a level"))],
        };
    }

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("verifier");
        writer.WriteString("id", VerifierId);
        WriteVersion(writer, VerifierVersions);
        writer.WriteEndObject();
        WriteTime(writer, "timeVerified", VerifiedOn);
        writer.WriteString("resourceUri", ResourceUri);
        writer.WritePropertyName("policy");
        Policy.WriteTo(writer);
        WriteResources(writer, "inputAttestations", Inputs);
        writer.WriteString("verificationResult", IsPassed ? "PASSED" : "FAILED");
        writer.WriteStartArray("verifiedLevels");
        foreach (var level in VerifiedLevels)
            writer.WriteStringValue(level);
        writer.WriteEndArray();
        writer.WriteString("slsaVersion", "1.0");

        // An extension: SLSA asks for VENDOR_FIELD, and consumers that do not know it pass it over.
        writer.WriteStartArray("precinto_checks");
        foreach (var check in Checks)
            check.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
