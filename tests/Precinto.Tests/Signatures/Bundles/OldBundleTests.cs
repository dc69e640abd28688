using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Tests.Signatures.Certificates;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures.Bundles;

/// <summary>Bundles as version 0.2.0 of the specification's own tool made them: read as far as they went, and not a step further.</summary>
public sealed class OldBundleTests : IDisposable
{
    private readonly ECDsa _signer = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly VirtualAuthority _root = VirtualAuthority.Root();

    public void Dispose() => _signer.Dispose();

    [Fact]
    public async Task An_old_bundle_verifies_and_the_report_says_what_it_is()
    {
        var report = await Verify(Sign(Statement(), isOldEncoding: true));
        Assert.True(report.Verdict == Verdict.Trusted, string.Join("\n", report.Checks.Select(check => check.Detail)));
        Assert.Contains("version 0.2.0", report[CheckName.Signature].Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Rejected, (await Verify(Sign(Statement(), isOldEncoding: true), "another content")).Verdict);
    }

    [Fact]
    public async Task The_old_encoding_is_accepted_of_the_old_statement_alone_and_the_new_one_of_the_new()
    {
        Assert.Equal(["SIG004"], (await Verify(Sign(Statement(), isOldEncoding: false)))[CheckName.Signature].Codes);
        var today = ForgedBundle.Statement(("model.bin", ForgedBundle.Content)).ToJsonString();
        Assert.Equal(["SIG004"], (await Verify(Sign(today, isOldEncoding: true)))[CheckName.Signature].Codes);
        Assert.Equal(Verdict.Trusted, (await Verify(Sign(today, isOldEncoding: false))).Verdict);
    }

    [Fact]
    public async Task An_old_statement_is_read_under_a_certificate_and_one_signature_alone()
    {
        using var key = SigningKey.ParsePem(_signer.ExportPkcs8PrivateKeyPem(), null);
        var plain = JsonNode.Parse(Sign(Statement(), isOldEncoding: true))!.AsObject();
        plain["verificationMaterial"] = new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = key.PublicKey.Hint } };
        Assert.Equal(["SIG002"], (await Verify(plain.ToJsonString()))[CheckName.Signature].Codes);

        var two = JsonNode.Parse(Sign(Statement(), isOldEncoding: true))!.AsObject();
        var signatures = two["dsseEnvelope"]!["signatures"]!.AsArray();
        signatures.Add(new JsonObject { ["sig"] = signatures[0]!["sig"]!.GetValue<string>(), ["keyid"] = key.PublicKey.Hint });
        Assert.Equal(["SIG002"], (await Verify(two.ToJsonString()))[CheckName.Signature].Codes);
    }

    public static TheoryData<string> Defects => [.. WrongStatements.Keys];

    private static readonly Dictionary<string, Action<JsonObject>> WrongStatements = new()
    {
        ["no file"] = s => s["subject"] = new JsonArray(),
        ["the same file twice"] = s => s["subject"]!.AsArray().Add(s["subject"]![0]!.DeepClone()),
        ["a path that leaves the model"] = s => s["subject"]![0]!["name"] = "../model.bin",
        ["a part of a file"] = s => s["subject"]![0]!["annotations"]!["actual_hash_algorithm"] = "file-sha256-1000000",
        ["another hash"] = s => s["subject"]![0]!["annotations"]!["actual_hash_algorithm"] = "file-blake2b",
        ["no word on the hash"] = s => s["subject"]![0]!.AsObject().Remove("annotations"),
        ["a digest in upper case"] = s => s["subject"]![0]!["digest"]!["sha256"] = s["subject"]![0]!["digest"]!["sha256"]!.GetValue<string>().ToUpperInvariant(),
        ["a second digest"] = s => s["subject"]![0]!["digest"]!["md5"] = "00",
        ["a predicate that says something"] = s => s["predicate"]!["resources"] = new JsonArray(),
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task An_old_statement_that_is_signed_and_wrong_is_unreadable(string defect)
    {
        var statement = JsonNode.Parse(Statement())!.AsObject();
        WrongStatements[defect](statement);
        Assert.Equal(["SIG002"], (await Verify(Sign(statement.ToJsonString(), isOldEncoding: true)))[CheckName.Signature].Codes);
    }

    [Theory]
    [InlineData("plain", "b'plain'")]
    [InlineData("it's", "b\"it's\"")]
    [InlineData("it's \"so\"", "b'it\\'s \"so\"'")]
    [InlineData("a\\b\t\r\n\u0001\u007F", "b'a\\\\b\\t\\r\\n\\x01\\x7f'")]
    [InlineData("é", "b'\\xc3\\xa9'")]
    public void A_payload_is_written_as_python_writes_bytes(string payload, string expected)
    {
        DsseEnvelope envelope = new(DsseEnvelope.InTotoType, Encoding.UTF8.GetBytes(payload), []);
        Assert.Equal($"DSSEV1 28 application/vnd.in-toto+json {Encoding.UTF8.GetByteCount(payload)} {expected}", Encoding.ASCII.GetString(envelope.EncodeAsBefore()));
    }

    private static string Statement() => new JsonObject
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray(new JsonObject
        {
            ["name"] = "model.bin",
            ["digest"] = new JsonObject { ["sha256"] = ForgedBundle.Hex(ForgedBundle.Content) },
            ["annotations"] = new JsonObject { ["actual_hash_algorithm"] = "file-sha256" },
        }),
        ["predicateType"] = "https://model_signing/Digests/v0.1",
        ["predicate"] = new JsonObject { ["unused"] = "nothing is said here" },
    }.ToJsonString();

    private string Sign(string payload, bool isOldEncoding)
    {
        using var key = SigningKey.ParsePem(_signer.ExportPkcs8PrivateKeyPem(), null);
        DsseEnvelope envelope = new(DsseEnvelope.InTotoType, Encoding.UTF8.GetBytes(payload), []);
        var signature = isOldEncoding
            ? _signer.SignData(envelope.EncodeAsBefore(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            : key.Sign(envelope.SignedBytes);
        var certificate = CertificateChain.ParsePem(_root.Certify(key)).Certificates[0].Bytes;
        return new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = new JsonObject
            {
                ["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.Span) }) },
            },
            ["dsseEnvelope"] = new JsonObject
            {
                ["payload"] = Convert.ToBase64String(envelope.Payload),
                ["payloadType"] = envelope.PayloadType,
                ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature), ["keyid"] = null }),
            },
        }.ToJsonString();
    }

    private async Task<VerificationReport> Verify(string bundle, string content = ForgedBundle.Content)
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.ParsePem(_signer.ExportPkcs8PrivateKeyPem(), null);
        var model = folder.Write("model.bin", content);
        folder.Write("model.bin.oms.sig", bundle);
        TrustPolicy policy = new() { Signers = [TrustedAuthority.ParsePem([_root.Pem], null), new TrustedKey(key.PublicKey)] };
        return await new Verifier(policy, new FakeTimeProvider(VirtualAuthority.Now)).VerifyAsync(model, cancellation: TestContext.Current.CancellationToken);
    }
}
