using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Precinto.Attestations;
using Precinto.Digests;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Attestations;

public sealed class AttestationTests : IDisposable
{
    private static readonly Dictionary<string, Action<JsonObject>> WrongSummaries = new()
    {
        ["another _type"] = s => s["_type"] = "https://in-toto.io/Statement/v0.1",
        ["no _type"] = s => s.Remove("_type"),
        ["the predicate type of a model's signature"] = s => s["predicateType"] = "https://model_signing/signature/v1.0",
        ["an unknown predicate type"] = s => s["predicateType"] = "https://slsa.dev/verification_summary/v2",
        ["a provenance's predicate type"] = s => s["predicateType"] = "https://slsa.dev/provenance/v1",
        ["no subject"] = s => s["subject"] = new JsonArray(),
        ["subjects that are no list"] = s => s["subject"] = new JsonObject(),
        ["a subject twice"] = s => s["subject"]!.AsArray().Add(s["subject"]![0]!.DeepClone()),
        ["a name twice with another digest"] = s => s["subject"]!.AsArray().Add(new JsonObject { ["name"] = "a.bin", ["digest"] = new JsonObject { ["sha256"] = new string('0', 64) } }),
        ["two subjects without a name"] = s => s["subject"] = new JsonArray(Nameless('0'), Nameless('1')),
        ["a subject without a digest"] = s => s["subject"]![0]!.AsObject().Remove("digest"),
        ["a digest in upper case"] = s => s["subject"]![0]!["digest"]!["sha256"] = new string('A', 64),
        ["a digest that is cut off"] = s => s["subject"]![0]!["digest"]!["sha256"] = "00",
        ["a digest by another algorithm alone"] = s => s["subject"]![0]!["digest"] = new JsonObject { ["sha512"] = new string('0', 128) },
        ["a name that is a number"] = s => s["subject"]![0]!["name"] = 1,
        ["no verifier"] = s => s["predicate"]!.AsObject().Remove("verifier"),
        ["no id of the verifier"] = s => s["predicate"]!["verifier"]!.AsObject().Remove("id"),
        ["no resourceUri"] = s => s["predicate"]!.AsObject().Remove("resourceUri"),
        ["no policy"] = s => s["predicate"]!.AsObject().Remove("policy"),
        ["no levels"] = s => s["predicate"]!.AsObject().Remove("verifiedLevels"),
        ["no result"] = s => s["predicate"]!.AsObject().Remove("verificationResult"),
        ["a result in lower case"] = s => s["predicate"]!["verificationResult"] = "passed",
        ["a result that is true"] = s => s["predicate"]!["verificationResult"] = true,
        ["a time without an offset"] = s => s["predicate"]!["timeVerified"] = "2026-11-22T12:00:00",
        ["a time of day"] = s => s["predicate"]!["timeVerified"] = "12:00",
        ["a predicate that is a list"] = s => s["predicate"] = new JsonArray(),
    };

    private readonly SigningKey _key = SigningKey.Generate(EllipticCurve.P256);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> NamesOfWrongSummaries => [.. WrongSummaries.Keys];

    private static ResourceDescriptor[] Subjects => [new("a.bin", Attested.DigestOf("a")), new("sub/b.bin", Attested.DigestOf("b"))];

    [Fact]
    public void A_verdict_is_read_back_as_it_was_signed()
    {
        var attestation = Attestation.Parse(AttestationSigner.Sign(Subjects, Attested.Summary(), _key));
        var summary = Assert.IsType<VerificationSummary>(attestation.Predicate);

        Assert.Equal(_key.PublicKey.Hint, attestation.KeyHint);
        Assert.True(attestation.IsSignedBy(_key.PublicKey));
        Assert.Equal(["a.bin", "sub/b.bin"], attestation.Subjects.Select(subject => subject.Name));
        Assert.Equal(VerificationSummary.ModelVerifier, summary.VerifierId);
        Assert.Equal(Attested.Now, summary.VerifiedOn);
        Assert.Equal(Attested.DigestOf("a policy"), summary.Policy.Digest);
        Assert.True(summary.IsPassed);
    }

    [Fact]
    public void A_failed_verdict_reached_no_level() =>
        Assert.Equal(["FAILED"], Assert.IsType<VerificationSummary>(Attestation.Parse(AttestationSigner.Sign(Subjects, Attested.Summary(isPassed: false), _key)).Predicate).VerifiedLevels);

    [Fact]
    public void A_provenance_is_read_back_as_it_was_signed()
    {
        var provenance = Assert.IsType<Provenance>(Attestation.Parse(AttestationSigner.Sign(Subjects, Attested.Provenance("https://ci.example.org/b"), _key)).Predicate);

        Assert.Equal("https://ci.example.org/b", provenance.BuilderId);
        Assert.Equal(Attested.DigestOf("the data"), Assert.Single(provenance.Dependencies).Digest);
        Assert.Equal(Attested.Now, provenance.FinishedOn);
    }

    [Fact]
    public void Another_key_did_not_make_it()
    {
        using var other = SigningKey.Generate(EllipticCurve.P256);

        Assert.False(Attestation.Parse(AttestationSigner.Sign(Subjects, Attested.Summary(), _key)).IsSignedBy(other.PublicKey));
    }

    [Theory]
    [MemberData(nameof(NamesOfWrongSummaries))]
    public void A_properly_signed_statement_that_is_wrong_is_refused(string name)
    {
        var statement = Attested.Statement(AttestationSigner.Sign([new("a.bin", Attested.DigestOf("a"))], Attested.Summary(), _key));
        WrongSummaries[name](statement);

        Assert.Throws<MalformedSignatureException>(() => Attestation.Parse(Attested.Sign(statement, _key)));
    }

    [Theory]
    [InlineData("\"verificationResult\":\"FAILED\"", "\"verificationResult\":\"FAILED\",\"verificationResult\":\"PASSED\"")]
    [InlineData("\"name\":\"a.bin\"", "\"name\":\"b.bin\",\"name\":\"a.bin\"")]
    [InlineData("\"subject\":", "\"subject\":[],\"subject\":")]
    public void A_member_that_stands_there_twice_is_refused(string once, string twice)
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(
            (string)JsonNode.Parse(AttestationSigner.Sign([new("a.bin", Attested.DigestOf("a"))], Attested.Summary(isPassed: false), _key))!["dsseEnvelope"]!["payload"]!));
        Assert.Contains(once, text, StringComparison.Ordinal);

        Assert.Throws<MalformedSignatureException>(() => Attestation.Parse(DsseBundle.Sign(Encoding.UTF8.GetBytes(text.Replace(once, twice, StringComparison.Ordinal)), _key)));
    }

    [Fact]
    public void Members_that_are_not_known_are_passed_over()
    {
        var statement = Attested.Statement(AttestationSigner.Sign(Subjects, Attested.Summary(), _key));
        statement["more"] = 1;
        statement["subject"]![0]!["annotations"] = new JsonObject { ["more"] = 1 };
        statement["subject"]![0]!["digest"]!["sha512"] = "whatever";
        statement["predicate"]!["example_field"] = new JsonArray(1, 2);

        Assert.True(Assert.IsType<VerificationSummary>(Attestation.Parse(Attested.Sign(statement, _key)).Predicate).IsPassed);
    }

    [Fact]
    public void The_signature_of_a_model_is_no_attestation_and_an_attestation_no_signature()
    {
        var model = Signatures.Bundles.ForgedBundle.Sign(Signatures.Bundles.ForgedBundle.Statement(("a.bin", "a")), _key);
        var attestation = AttestationSigner.Sign(Subjects, Attested.Summary(), _key);

        Assert.Throws<MalformedSignatureException>(() => Attestation.Parse(model));
        Assert.Throws<MalformedSignatureException>(() => ModelBundle.Parse(attestation));
        Assert.False(AttestationFiles.IsAttestation(model));
        Assert.True(AttestationFiles.IsAttestation(attestation));
    }

    [Fact]
    public void Every_truncation_is_refused_and_nothing_else_is_thrown()
    {
        var bundle = AttestationSigner.Sign(Subjects, Attested.Summary(), _key);
        for (var length = 0; length < bundle.Length; length += 7)
            Assert.Throws<MalformedSignatureException>(() => Attestation.Parse(bundle.AsMemory(0, length)));
    }

    [Fact]
    public void No_flipped_byte_gives_a_statement_that_verifies()
    {
        var bundle = AttestationSigner.Sign(Subjects, Attested.Summary(), _key);
        for (var index = 0; index < bundle.Length; index += 3)
        {
            var changed = bundle.ToArray();
            changed[index] ^= 1;
            try
            {
                var attestation = Attestation.Parse(changed);
                // What is not under the signature is the hint and the key's id alone.
                Assert.True(!attestation.IsSignedBy(_key.PublicKey) || attestation.Subjects.Count == Subjects.Length);
            }
            catch (MalformedSignatureException)
            {
                continue;
            }
        }
    }

    [Fact]
    public void A_million_brackets_are_refused_at_once()
    {
        var deep = Encoding.UTF8.GetBytes("{\"mediaType\":" + new string('[', 1_000_000));
        var clock = Stopwatch.StartNew();

        Assert.Throws<MalformedSignatureException>(() => Attestation.Parse(deep));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_is_larger_than_any_attestation_is_refused() =>
        Assert.Throws<MalformedSignatureException>(() => Attestation.Parse(new byte[Attestation.MaximumSize + 1]));

    [Fact]
    public void A_statement_about_nothing_or_about_two_of_one_name_is_not_signed()
    {
        Assert.Throws<ArgumentException>(() => AttestationSigner.Sign([], Attested.Summary(), _key));
        Assert.Throws<ArgumentException>(() => AttestationSigner.Sign([new("a")], Attested.Summary(), _key));
        Assert.Throws<ArgumentException>(() => AttestationSigner.Sign([Subjects[0], Subjects[0]], Attested.Summary(), _key));
        Assert.Throws<ArgumentException>(() => new ResourceDescriptor("a", new Digest(DigestAlgorithm.Sha512, new byte[64])));
    }

    [Theory]
    [InlineData("ci")]
    [InlineData("/ci")]
    [InlineData("")]
    [InlineData("https://a b")]
    [InlineData("https://a/\n")]
    public void What_is_no_absolute_URI_names_no_builder_and_no_verifier(string uri)
    {
        Assert.Throws<ArgumentException>(() => new Provenance { BuilderId = uri });
        Assert.Throws<ArgumentException>(() => Attested.Summary(verifierId: uri));
    }

    [Fact]
    public void An_image_is_named_by_its_digest_and_as_a_package_URL()
    {
        var digest = Attested.DigestOf("a manifest");
        var subject = VerificationSummary.ImageSubject("registry.example.org/Team/App", digest);

        Assert.Equal($"pkg:oci/app@sha256%3A{digest.Hex}?repository_url=registry.example.org%2FTeam%2FApp", subject.Uri);
        Assert.Equal(digest, subject.Digest);
    }

    [Theory]
    [InlineData("p256", "-sha256")]
    [InlineData("p384", "-sha384")]
    [InlineData("p521", "-sha512")]
    public void Openssl_verifies_the_signature_over_the_encoding_that_DSSE_describes(string curve, string hash)
    {
        using var key = SigningKey.Generate(EllipticCurve.All.Single(known => known.Name == curve));
        var envelope = JsonNode.Parse(AttestationSigner.Sign(Subjects, Attested.Summary(), key))!["dsseEnvelope"]!;
        var payload = Convert.FromBase64String((string)envelope["payload"]!);
        var type = (string)envelope["payloadType"]!;
        _folder.Write("encoded", [.. Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload]);
        _folder.Write("signature", Convert.FromBase64String((string)envelope["signatures"]![0]!["sig"]!));
        _folder.Write("key.pem", key.PublicKey.ToPem());

        Assert.Equal("Verified OK", OpenSsl("dgst", hash, "-verify", _folder["key.pem"], "-signature", _folder["signature"], _folder["encoded"]));
        _folder.Write("encoded", payload);
        Assert.NotEqual("Verified OK", OpenSsl("dgst", hash, "-verify", _folder["key.pem"], "-signature", _folder["signature"], _folder["encoded"]));
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    private static string OpenSsl(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("openssl is not installed.");
            return "";
        }
    }

    private static JsonObject Nameless(char digit) => new() { ["digest"] = new JsonObject { ["sha256"] = new string(digit, 64) } };
}
