using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Precinto.Attestations;
using Precinto.Digests;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;

namespace Precinto.Tests.Attestations;

/// <summary>Attestations made for a test, and the same made by hand: properly signed, whatever they say.</summary>
internal static class Attested
{
    public static DateTimeOffset Now { get; } = Verification.SignedModel.Now;

    public static Digest DigestOf(string content) => Hashing.Compute(Encoding.UTF8.GetBytes(content), DigestAlgorithm.Sha256);

    /// <summary>The subjects of every file below a folder but the record, the hash, signatures and attestations.</summary>
    public static ResourceDescriptor[] Subjects(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("model_metadata.json" or "model_hash.txt" or "model.sig") && !path.EndsWith(".sigstore.json", StringComparison.Ordinal) && !path.EndsWith(".oms.sig", StringComparison.Ordinal))
            .Select(path => new ResourceDescriptor(
                Path.GetRelativePath(folder, path).Replace('\\', '/'), new(DigestAlgorithm.Sha256, SHA256.HashData(File.ReadAllBytes(path)))))];

    public static VerificationSummary Summary(
        bool isPassed = true, string verifierId = VerificationSummary.ModelVerifier, string resource = "pkg:generic/model@1", string policy = "a policy", DateTimeOffset? on = null) =>
        VerificationSummary.Create(
            verifierId, resource, new(digest: DigestOf(policy), uri: "urn:precinto:policy:test"), isPassed, on ?? Now, new Dictionary<string, string> { ["precinto"] = "1.2.3" },
            ["PRECINTO_MODEL_TRUSTED"], [new("model.sig", DigestOf("a signature"))], [new("integrity", isPassed ? "passed" : "failed", isPassed ? [] : ["INT001"])]);

    public static Provenance Provenance(string builder = Precinto.Attestations.Provenance.LocalBuilder, string data = "the data") =>
        new() { BuilderId = builder, Dependencies = [new("data.csv", DigestOf(data))], FinishedOn = Now };

    /// <summary>The payload of a bundle, to be changed and signed again.</summary>
    public static JsonObject Statement(byte[] bundle) =>
        JsonNode.Parse(Convert.FromBase64String((string)JsonNode.Parse(bundle)!["dsseEnvelope"]!["payload"]!))!.AsObject();

    public static byte[] Sign(JsonObject statement, SigningKey key) => DsseBundle.Sign(Encoding.UTF8.GetBytes(statement.ToJsonString()), key);
}
