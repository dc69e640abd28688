using System.Text;
using System.Text.Json.Nodes;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures.Bundles;

/// <summary>Every bundle here carries a good signature of the trusted key, and is wrong in one way.</summary>
public sealed class ProperlySignedAndWrongTests
{
    private static readonly Dictionary<string, Action<JsonObject>> WrongStatements = new()
    {
        ["another _type"] = s => s["_type"] = "https://in-toto.io/Statement/v0.1",
        ["no _type"] = s => s.Remove("_type"),
        ["predicate type v1.1"] = s => s["predicateType"] = "https://model_signing/signature/v1.1",
        ["predicate type v0.1"] = s => s["predicateType"] = "https://model_signing/Digests/v0.1",
        ["no predicate type"] = s => s.Remove("predicateType"),
        ["no predicate"] = s => s.Remove("predicate"),
        ["unknown member of the statement"] = s => s["more"] = 1,
        ["unknown member of the predicate"] = s => s["predicate"]!["more"] = 1,
        ["unknown member of serialization"] = s => Serialization(s)["more"] = 1,
        ["no subject"] = s => s["subject"] = new JsonArray(),
        ["two subjects"] = s => s["subject"]!.AsArray().Add(s["subject"]![0]!.DeepClone()),
        ["subject without a name"] = s => s["subject"]![0]!.AsObject().Remove("name"),
        ["subject with an empty name"] = s => s["subject"]![0]!["name"] = "",
        ["wrong root digest"] = s => s["subject"]![0]!["digest"]!["sha256"] = new string('0', 64),
        ["root digest in upper case"] = s => s["subject"]![0]!["digest"]!["sha256"] = s["subject"]![0]!["digest"]!["sha256"]!.GetValue<string>().ToUpperInvariant(),
        ["second root digest"] = s => s["subject"]![0]!["digest"]!["sha512"] = "00",
        ["no root digest"] = s => s["subject"]![0]!["digest"] = new JsonObject(),
        ["annotations that are no record"] = s => s["subject"]![0]!["annotations"] = new JsonArray(),
        ["annotations with another name than the subject's"] = s => s["subject"]![0]!["annotations"] = new JsonObject { ["name"] = "other" },
        ["annotations with a number for a name"] = s => s["subject"]![0]!["annotations"] = new JsonObject { ["name"] = 5 },
        ["expiry that is a mere time of day"] = s => s["subject"]![0]!["annotations"] = new JsonObject { ["expires_at"] = "23:00" },
        ["no resources"] = s => s["predicate"]!["resources"] = new JsonArray(),
        ["resources that are no list"] = s => s["predicate"]!["resources"] = new JsonObject(),
        ["no serialization"] = s => s["predicate"]!.AsObject().Remove("serialization"),
        ["method shards"] = s => Serialization(s)["method"] = "shards",
        ["unknown method"] = s => Serialization(s)["method"] = "magic",
        ["shard_size beside files"] = s => Serialization(s)["shard_size"] = 1000,
        ["allow_symlinks missing"] = s => Serialization(s).Remove("allow_symlinks"),
        ["allow_symlinks as text"] = s => Serialization(s)["allow_symlinks"] = "false",
        ["hash that is not the resources'"] = s => Serialization(s)["hash_type"] = "blake3",
        ["unknown hash"] = s => Serialization(s)["hash_type"] = "md5",
        ["hash outside the specification"] = s => Serialization(s)["hash_type"] = "sha512",
        ["ignored path that leaves the model"] = s => Serialization(s)["ignore_paths"] = new JsonArray("../elsewhere"),
        ["ignored path that is the whole model"] = s => Serialization(s)["ignore_paths"] = new JsonArray("."),
        ["empty ignored path"] = s => Serialization(s)["ignore_paths"] = new JsonArray(""),
        ["ignored paths that are no list"] = s => Serialization(s)["ignore_paths"] = "a",
        ["algorithm that is not the stated one"] = s => First(s)["algorithm"] = "blake3",
        ["no algorithm"] = s => First(s).Remove("algorithm"),
        ["sharded algorithm"] = s => First(s)["algorithm"] = "sha256-sharded-1000000000",
        ["digest in upper case"] = s => First(s)["digest"] = First(s)["digest"]!.GetValue<string>().ToUpperInvariant(),
        ["digest too short"] = s => First(s)["digest"] = "abcd",
        ["digest with a prefix"] = s => First(s)["digest"] = "sha256:" + First(s)["digest"]!.GetValue<string>(),
        ["name with ./"] = s => First(s)["name"] = "./model.bin",
        ["name with an empty part"] = s => First(s)["name"] = "a//model.bin",
        ["name with .."] = s => First(s)["name"] = "a/../model.bin",
        ["name that leaves the model"] = s => First(s)["name"] = "../../etc/hostname",
        ["absolute name"] = s => First(s)["name"] = "/model.bin",
        ["name with a trailing slash"] = s => First(s)["name"] = "model.bin/",
        ["empty name"] = s => First(s)["name"] = "",
        ["name that is a number"] = s => First(s)["name"] = 1,
        ["name with a zero"] = s => First(s)["name"] = "model.bin\0",
        ["same name twice"] = s => { Resources(s).Add(First(s).DeepClone()); ForgedBundle.Rehash(s); },
        ["same name twice with other digests"] = s => { Add(s, "model.bin", "forged"); },
        ["resources out of order"] = s => { Add(s, "b", "b"); Add(s, "a", "a"); },
        [". beside another resource"] = s => { First(s)["name"] = "."; Add(s, "a", "a"); },
    };

    private static readonly Dictionary<string, Action<JsonObject>> WrongBundles = new()
    {
        ["another media type"] = b => b["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.2+json",
        ["no media type"] = b => b.Remove("mediaType"),
        ["unknown member"] = b => b["more"] = 1,
        ["no material"] = b => b.Remove("verificationMaterial"),
        ["certificate beside the key"] = b => b["verificationMaterial"]!["certificate"] = new JsonObject(),
        ["chain beside the key"] = b => b["verificationMaterial"]!["x509CertificateChain"] = new JsonObject(),
        ["log entries beside a key"] = b => b["verificationMaterial"]!["tlogEntries"] = new JsonArray(new JsonObject()),
        ["no hint"] = b => b["verificationMaterial"]!["publicKey"] = new JsonObject(),
        ["raw key"] = b => b["verificationMaterial"]!["publicKey"]!["rawBytes"] = "AAAA",
        ["no envelope"] = b => b.Remove("dsseEnvelope"),
        ["unknown member of the envelope"] = b => b["dsseEnvelope"]!["more"] = 1,
        ["another payload type"] = b => b["dsseEnvelope"]!["payloadType"] = "application/json",
        ["no signature"] = b => b["dsseEnvelope"]!["signatures"] = new JsonArray(),
        ["a good and another signature"] = b => Signatures(b).Add(new JsonObject { ["sig"] = "AAAA" }),
        ["another and a good signature"] = b => Signatures(b).Insert(0, new JsonObject { ["sig"] = "AAAA" }),
        ["keyid that is a number"] = b => Signatures(b)[0]!["keyid"] = 1,
        ["keyid that carries a file"] = b => Signatures(b)[0]!["keyid"] = new string('x', 257),
        ["signature that is no base64"] = b => Signatures(b)[0]!["sig"] = "*",
        ["payload with a space before it"] = b => b["dsseEnvelope"]!["payload"] = " " + b["dsseEnvelope"]!["payload"]!.GetValue<string>(),
        ["payload over two lines"] = b => b["dsseEnvelope"]!["payload"] = b["dsseEnvelope"]!["payload"]!.GetValue<string>().Insert(76, "\r\n"),
        ["signature with a tab in it"] = b => Signatures(b)[0]!["sig"] = Signatures(b)[0]!["sig"]!.GetValue<string>().Insert(4, "\t"),
        ["payload without padding or in URL-safe base64"] = b => b["dsseEnvelope"]!["payload"] = b["dsseEnvelope"]!["payload"]!.GetValue<string>().TrimEnd('=') + "_",
    };

    public static TheoryData<string> StatementDefects => [.. WrongStatements.Keys];

    public static TheoryData<string> BundleDefects => [.. WrongBundles.Keys];

    [Theory]
    [MemberData(nameof(StatementDefects))]
    public async Task A_signed_statement_that_is_wrong_is_rejected_as_unreadable(string defect)
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var statement = ForgedBundle.Statement(("model.bin", ForgedBundle.Content));
        WrongStatements[defect](statement);
        await AssertUnreadable(ForgedBundle.Sign(statement, key), key);
    }

    [Theory]
    [MemberData(nameof(BundleDefects))]
    public async Task A_bundle_that_is_wrong_around_a_good_signature_is_rejected_as_unreadable(string defect)
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var bundle = ForgedBundle.Sign(ForgedBundle.Statement(("model.bin", ForgedBundle.Content)), key);
        await AssertUnreadable(ForgedBundle.Change(bundle, WrongBundles[defect]), key);
    }

    [Fact]
    public async Task Text_that_parsers_read_differently_is_rejected_though_it_is_signed()
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var good = ForgedBundle.Statement(("model.bin", ForgedBundle.Content)).ToJsonString();
        foreach (var payload in new[]
        {
            "\uFEFF" + good,
            good + "x",
            good + good,
            "/* */" + good,
            good.Replace("\"_type\"", "\"_type\":\"x\",\"_type\"", StringComparison.Ordinal),
            good.Replace("\"_type\"", "\"\\u005ftype\":\"x\",\"_type\"", StringComparison.Ordinal),
            good.Replace("\"_type\"", "\"\\ud800\":\"x\",\"_type\"", StringComparison.Ordinal),
            good.Replace("model.bin", "model\\ud800.bin", StringComparison.Ordinal),
            string.Concat(Enumerable.Repeat("[", 100_000)),
        })
            await AssertUnreadable(ForgedBundle.Sign(payload, key), key);

        await AssertUnreadable(ForgedBundle.Sign([.. Encoding.UTF8.GetBytes(good)[..^1], 0x2C, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], key), key);
    }

    [Fact]
    public async Task The_habits_of_other_tools_are_accepted_and_noted()
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        AssertTrusted(await Verify(ForgedBundle.Sign(ForgedBundle.Statement(("model.bin", ForgedBundle.Content)), key), key), "signed by the key");
        AssertTrusted(await Verify(ForgedBundle.Sign(ForgedBundle.Statement((".", ForgedBundle.Content)), key), key), "named '.'");

        var statement = ForgedBundle.Statement(("model.bin", ForgedBundle.Content));
        Serialization(statement)["allow_symlinks"] = true;
        First(statement)["extra"] = "ignored by the specification's demand";
        AssertTrusted(await Verify(ForgedBundle.Sign(statement, key), key), "links are refused");

        var bundle = ForgedBundle.Sign(statement, key);
        foreach (var change in new Action<JsonObject>[]
        {
            b => b["verificationMaterial"]!.AsObject().Remove("tlogEntries"),
            b => Signatures(b)[0]!["keyid"] = null,
            b => Signatures(b)[0]!.AsObject().Remove("keyid"),
        })
            AssertTrusted(await Verify(ForgedBundle.Change(bundle, change), key), "signed by the key");
    }

    [Fact]
    public async Task The_order_of_path_components_is_accepted_and_noted()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var statement = ForgedBundle.Statement(("a/x", "1"), ("a b", "2"), ("a-b/y", "3"), ("a.b", "4"));
        foreach (var (name, content) in new[] { ("a/x", "1"), ("a b", "2"), ("a-b/y", "3"), ("a.b", "4") })
            folder.Write("model/" + name, content);
        folder.Write("model/model.sig", ForgedBundle.Sign(statement, key));
        AssertTrusted(await new Verifier(Policy(key)).VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken), "path components");
    }

    [Fact]
    public void Every_truncation_and_flipped_byte_of_a_bundle_is_malformed_or_another_bundle()
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var bundle = ForgedBundle.Sign(ForgedBundle.Statement(("model.bin", ForgedBundle.Content)), key);
        for (var length = 0; length < bundle.Length; length++)
            Assert.Throws<Precinto.Signatures.MalformedSignatureException>(() => Precinto.Signatures.Bundles.ModelBundle.Parse(bundle.AsMemory(0, length)));

        Random random = new(20261122);
        var expected = Precinto.Signatures.Bundles.ModelBundle.Parse(bundle).Statement.Manifest.RootDigest;
        for (var round = 0; round < 4000; round++)
        {
            var changed = bundle.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                var parsed = Precinto.Signatures.Bundles.ModelBundle.Parse(changed);
                if (parsed.IsSignedBy(key.PublicKey))
                    Assert.Equal(expected, parsed.Statement.Manifest.RootDigest);
            }
            catch (Precinto.Signatures.MalformedSignatureException)
            {
                // The one exception that may come out.
            }
        }
    }

    private static async Task AssertUnreadable(byte[] bundle, SigningKey key)
    {
        var report = await Verify(bundle, key);
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Equal(["SIG002"], report[CheckName.Signature].Codes);
    }

    private static async Task<VerificationReport> Verify(byte[] bundle, SigningKey key)
    {
        using TemporaryFolder folder = new();
        var model = folder.Write("model.bin", ForgedBundle.Content);
        folder.Write("model.bin.oms.sig", bundle);
        return await new Verifier(Policy(key)).VerifyAsync(model, cancellation: TestContext.Current.CancellationToken);
    }

    private static TrustPolicy Policy(SigningKey key) => new() { Signers = [new TrustedKey(key.PublicKey)] };

    private static void AssertTrusted(VerificationReport report, string detail)
    {
        Assert.True(report.Verdict == Verdict.Trusted, string.Join("\n", report.Checks.Select(check => check.Detail)));
        Assert.Contains(detail, report[CheckName.Signature].Detail, StringComparison.Ordinal);
    }

    private static JsonObject Serialization(JsonObject statement) => statement["predicate"]!["serialization"]!.AsObject();

    private static JsonArray Resources(JsonObject statement) => statement["predicate"]!["resources"]!.AsArray();

    private static JsonObject First(JsonObject statement) => Resources(statement)[0]!.AsObject();

    private static JsonArray Signatures(JsonObject bundle) => bundle["dsseEnvelope"]!["signatures"]!.AsArray();

    private static void Add(JsonObject statement, string name, string content)
    {
        Resources(statement).Add(new JsonObject { ["name"] = name, ["digest"] = ForgedBundle.Hex(content), ["algorithm"] = "sha256" });
        ForgedBundle.Rehash(statement);
    }
}
