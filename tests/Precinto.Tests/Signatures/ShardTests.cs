using System.Text.Json;
using System.Text.Json.Nodes;
using Precinto.Digests;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Tests.Signatures.Bundles;
using Precinto.Tests.Verification;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures;

/// <summary>Bundles that list parts of files, and bundles by other hashes than SHA-256.</summary>
public sealed class ShardTests
{
    public static TheoryData<string, long?> Methods
    {
        get
        {
            TheoryData<string, long?> methods = [];
            foreach (var hash in new[] { "sha256", "blake2b", "blake3" })
                foreach (var size in new long?[] { null, 1, 7, 22, 1_000_000_000 })
                    methods.Add(hash, size);
            return methods;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task What_was_signed_by_any_method_and_hash_verifies_and_no_other_byte_does(string hash, long? size)
    {
        Assert.True(DigestAlgorithm.TryParse(hash, out var algorithm));
        using var model = await SignedModel.InFolder(new() { HashAlgorithm = algorithm, ShardSize = size });
        Assert.Equal(Verdict.Trusted, (await model.Verify()).Verdict);
        var path = model["weights.bin"];
        var content = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        byte[][] others = [[], content[..^1], [.. content, 0], [.. content[..7], .. content], [.. content[..^1], (byte)(content[^1] ^ 1)], [(byte)(content[0] ^ 1), .. content[1..]]];
        foreach (var other in others)
        {
            await File.WriteAllBytesAsync(path, other, TestContext.Current.CancellationToken);
            var report = await model.Verify();
            Assert.Equal(Verdict.Rejected, report.Verdict);
            Assert.Contains("INT001", report[CheckName.Integrity].Codes);
        }
    }

    [Fact]
    public async Task Parts_are_named_by_their_bytes_and_ordered_by_their_names()
    {
        using var model = await SignedModel.InFolder(new() { ShardSize = 2, SignatureOnly = true });
        using var bundle = JsonDocument.Parse(await File.ReadAllBytesAsync(model["model.sig"], TestContext.Current.CancellationToken));
        using var statement = JsonDocument.Parse(bundle.RootElement.GetProperty("dsseEnvelope").GetProperty("payload").GetBytesFromBase64());
        var predicate = statement.RootElement.GetProperty("predicate");
        var names = predicate.GetProperty("resources").EnumerateArray().Select(resource => resource.GetProperty("name").GetString()!).ToArray();
        Assert.Contains("weights.bin:8:10", names);
        Assert.Contains("weights.bin:10:12", names);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal("shards", predicate.GetProperty("serialization").GetProperty("method").GetString());
        Assert.Equal("2", predicate.GetProperty("serialization").GetProperty("shard_size").GetRawText());
        Assert.All(predicate.GetProperty("resources").EnumerateArray(), resource => Assert.Equal("sha256", resource.GetProperty("algorithm").GetString()));
    }

    [Fact]
    public async Task A_model_with_an_empty_file_is_not_signed_in_parts()
    {
        using var model = await SignedModel.InFolder();
        await File.WriteAllBytesAsync(model["empty"], [], TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => model.Sign(new() { ShardSize = 10, Overwrite = true }));
        Assert.Contains("empty", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_beside_parts_is_noted_and_never_handed_out()
    {
        using var model = await SignedModel.InFolder(new() { ShardSize = 10 });
        await File.WriteAllBytesAsync(model["added"], [], TestContext.Current.CancellationToken);
        var report = await new Verifier(model.Policy, model.Clock).VerifyAndSealAsync(model.Path, cancellation: TestContext.Current.CancellationToken);
        Assert.True(report.Verdict == Verdict.Trusted, string.Join("\n", report.Checks.Select(check => check.Detail)));
        Assert.Contains("an empty file has no parts: added", report[CheckName.Integrity].Detail, StringComparison.Ordinal);
        Assert.True(report.TryGetSealed(out var sealedModel));
        using (sealedModel)
            Assert.False(sealedModel.TryGetFile("added", out _));
    }

    [Fact]
    public async Task What_older_tools_wrote_of_parts_is_accepted_and_noted()
    {
        var statement = Statement(10, "model.bin", "0123456789" + "0123456789" + "0123");
        AssertTrusted(await Verify(statement), "signed by the key");

        Serialization(statement)["shard_size"] = JsonNode.Parse("10.0");
        AssertTrusted(await Verify(statement), "as a fraction");
        foreach (var resource in Resources(statement))
            resource!["algorithm"] = "sha256-sharded-10";
        AssertTrusted(await Verify(statement), "name the size of the parts beside the hash");

        var nameless = Statement(10, ".", "0123456789" + "0123456789" + "0123");
        AssertTrusted(await Verify(nameless), "named '.'");
    }

    [Fact]
    public async Task The_order_of_numbers_is_accepted_and_noted_and_no_other_is()
    {
        var content = string.Concat(Enumerable.Repeat("0123456789", 11)) + "rest";
        var byNumber = Statement(10, "model.bin", content);
        AssertTrusted(await Verify(byNumber, content), "order of their numbers");

        var byName = Resources(byNumber).OrderBy(resource => resource!["name"]!.GetValue<string>(), StringComparer.Ordinal).Select(resource => resource!.DeepClone()).ToArray();
        byNumber["predicate"]!["resources"] = new JsonArray(byName);
        ForgedBundle.Rehash(byNumber);
        var report = await Verify(byNumber, content);
        Assert.DoesNotContain("order", report[CheckName.Signature].Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Trusted, report.Verdict);

        byNumber["predicate"]!["resources"] = new JsonArray([.. byName.Reverse().Select(resource => resource!.DeepClone())]);
        ForgedBundle.Rehash(byNumber);
        Assert.Equal(["SIG002"], (await Verify(byNumber, content))[CheckName.Signature].Codes);
    }

    public static TheoryData<string> Defects => [.. WrongParts.Keys];

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task Parts_that_are_signed_and_wrong_are_unreadable(string defect)
    {
        var statement = Statement(10, "model.bin", "0123456789" + "0123456789" + "0123");
        WrongParts[defect](statement);
        ForgedBundle.Rehash(statement);
        Assert.Equal(["SIG002"], (await Verify(statement))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task More_methods_than_are_followed_are_refused_before_anything_is_hashed()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        List<string> named = [];
        for (var size = 1; size <= 9; size++)
            named.Add(folder.Write($"{size}.sig", ForgedBundle.Sign(Statement(size, "model.bin", Content), key)));
        var model = folder.Write("model/model.bin", Content);
        var report = await new Verifier(new() { Signers = [new TrustedKey(key.PublicKey)] })
            .VerifyAsync(model, new() { SignatureFiles = named }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("one more way to hash", report[CheckName.Signature].Detail, StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, Action<JsonObject>> WrongParts = new()
    {
        ["no shard_size"] = s => Serialization(s).Remove("shard_size"),
        ["shard_size zero"] = s => Serialization(s)["shard_size"] = 0,
        ["negative shard_size"] = s => Serialization(s)["shard_size"] = -10,
        ["shard_size with a fraction"] = s => Serialization(s)["shard_size"] = JsonNode.Parse("10.5"),
        ["shard_size with an exponent"] = s => Serialization(s)["shard_size"] = JsonNode.Parse("1e1"),
        ["shard_size beyond 64 bits"] = s => Serialization(s)["shard_size"] = JsonNode.Parse("99999999999999999999"),
        ["shard_size as text"] = s => Serialization(s)["shard_size"] = "10",
        ["another shard_size"] = s => Serialization(s)["shard_size"] = 5,
        ["a larger shard_size"] = s => Serialization(s)["shard_size"] = 20,
        ["a whole file among parts"] = s => Resources(s)[0]!["name"] = "model.bin",
        ["first part missing"] = s => Resources(s).RemoveAt(0),
        ["a gap"] = s => Resources(s).RemoveAt(1),
        ["an overlap"] = s => Resources(s)[1]!["name"] = "model.bin:9:19",
        ["an empty part"] = s => Resources(s)[2]!["name"] = "model.bin:20:20",
        ["a part that ends before it begins"] = s => Resources(s)[2]!["name"] = "model.bin:20:19",
        ["a part that is too long"] = s => Resources(s)[2]!["name"] = "model.bin:20:31",
        ["a part after the last one"] = s => Add(s, "model.bin:30:34"),
        ["the same part twice"] = s => Resources(s).Insert(0, Resources(s)[0]!.DeepClone()),
        ["a leading zero"] = s => Resources(s)[0]!["name"] = "model.bin:00:10",
        ["a sign"] = s => Resources(s)[0]!["name"] = "model.bin:+0:10",
        ["a blank"] = s => Resources(s)[0]!["name"] = "model.bin: 0:10",
        ["an end beyond 64 bits"] = s => Resources(s)[2]!["name"] = "model.bin:20:99999999999999999999",
        ["no path"] = s => Resources(s)[0]!["name"] = ":0:10",
        ["a path that leaves the model"] = s => Resources(s)[0]!["name"] = "../model.bin:0:10",
        ["the alias of another size"] = s => Resources(s)[0]!["algorithm"] = "sha256-sharded-20",
        ["the alias of another hash"] = s => Resources(s)[0]!["algorithm"] = "blake3-sharded-10",
    };

    private static JsonObject Statement(int size, string path, string content)
    {
        var parts = content.Chunk(size).Select((part, index) => ($"{path}:{index * size}:{index * size + part.Length}", new string(part))).ToArray();
        var statement = ForgedBundle.Statement(parts);
        Serialization(statement)["method"] = "shards";
        Serialization(statement)["shard_size"] = size;
        return statement;
    }

    private static async Task<VerificationReport> Verify(JsonObject statement, string content = Content)
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var model = folder.Write("model.bin", content);
        folder.Write("model.bin.oms.sig", ForgedBundle.Sign(statement, key));
        return await new Verifier(new() { Signers = [new TrustedKey(key.PublicKey)] }).VerifyAsync(model, cancellation: TestContext.Current.CancellationToken);
    }

    private static void AssertTrusted(VerificationReport report, string detail)
    {
        Assert.True(report.Verdict == Verdict.Trusted, string.Join("\n", report.Checks.Select(check => check.Detail)));
        Assert.Contains(detail, report[CheckName.Signature].Detail, StringComparison.Ordinal);
    }

    private static JsonObject Serialization(JsonObject statement) => statement["predicate"]!["serialization"]!.AsObject();

    private static JsonArray Resources(JsonObject statement) => statement["predicate"]!["resources"]!.AsArray();

    private static void Add(JsonObject statement, string name) =>
        Resources(statement).Add(new JsonObject { ["name"] = name, ["digest"] = ForgedBundle.Hex("more"), ["algorithm"] = "sha256" });

    private const string Content = "0123456789" + "0123456789" + "0123";
}
