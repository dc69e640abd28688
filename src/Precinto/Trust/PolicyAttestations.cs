using System.Text.Json;
using Precinto.Attestations;
using Precinto.Digests;
using Precinto.Formats;

namespace Precinto.Trust;

/// <summary>The member <c>attestations</c> of a policy: what is demanded, of which builder or verifier, by whose key.</summary>
internal static class PolicyAttestations
{
    /// <exception cref="JsonException">A demand cannot be understood; one that were passed over would make the policy weaker.</exception>
    public static IReadOnlyList<AttestationDemand> Parse(JsonElement list, Func<JsonElement, TrustedKey> loadAttester)
    {
        List<AttestationDemand> demands = [];
        foreach (var element in list.Array("'attestations'"))
        {
            if (demands.Count == MaximumCount)
                throw new JsonException($"'attestations' has more than {MaximumCount} entries.");
            demands.Add(ParseDemand(element.Object(Demand), loadAttester));
        }

        return demands;
    }

    private static AttestationDemand ParseDemand(JsonElement element, Func<JsonElement, TrustedKey> loadAttester)
    {
        var attesters = element.Optional("signers")?.Array("'signers' of a demanded attestation").Select(loadAttester).ToArray();
        if (attesters is [])
            throw new JsonException("A demanded attestation names no signer; nobody could make it.");

        switch (element.RequiredText("type", Demand))
        {
            case "provenance":
                element.Closed("A demanded provenance", "type", "signers", "builderId", "trainingData");
                return new ProvenanceDemand
                {
                    Attesters = attesters,
                    BuilderId = ParseUri(element, "builderId") ?? Provenance.LocalBuilder,
                    TrainingData = element.Optional("trainingData") is { } data
                        ? [.. data.Array("'trainingData'").Select(digest => ParseDigest(digest.Text("a digest"), "trainingData"))]
                        : [],
                };
            case "vsa":
                element.Closed("A demanded vsa", "type", "signers", "verifierId", "resourceUri", "policyDigest", "maximumAgeDays", "image");
                var image = element.OptionalText("image", Demand) is { } digest ? ParseDigest(digest, "image") : null;
                return new SummaryDemand
                {
                    Attesters = attesters,
                    Image = image,
                    VerifierId = ParseUri(element, "verifierId") ?? (image is null ? VerificationSummary.ModelVerifier : VerificationSummary.ImageVerifier),
                    ResourceUri = ParseUri(element, "resourceUri"),
                    PolicyDigest = element.OptionalText("policyDigest", Demand) is { } policy ? ParseDigest(policy, "policyDigest") : null,
                    MaximumAge = element.Optional("maximumAgeDays") is { } age ? PolicyRule.ParseAge(age) : null,
                };
            case var type:
                throw new JsonException($"'{type}' is no kind of attestation; there are 'provenance' and 'vsa'.");
        }
    }

    private static string? ParseUri(JsonElement element, string name) => element.OptionalText(name, Demand) is not { } uri ? null
        : AttestationPredicate.IsProper(uri) ? uri
        : throw new JsonException($"'{name}' is no absolute URI.");

    private static Digest ParseDigest(string text, string name) =>
        Digest.TryParse(text, out var digest) && digest.Algorithm == DigestAlgorithm.Sha256
            ? digest
            : throw new JsonException($"'{name}' is no digest such as sha256:….");

    private const string Demand = "a demanded attestation";
    private const int MaximumCount = 100;
}
