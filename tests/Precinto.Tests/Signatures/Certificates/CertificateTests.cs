using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Precinto.Signatures;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Tests.Signatures.Bundles;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures.Certificates;

/// <summary>Models that are signed with certificates, under authorities that the test makes.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly SigningKey _key = SigningKey.Generate(EllipticCurve.P384);
    private readonly VirtualAuthority _root = VirtualAuthority.Root();

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task A_certificate_under_a_named_authority_is_trusted()
    {
        AssertTrusted(await Verify(_root.Certify(_key)), "signed by 'ana@example.org', certified under 'CN=root'");
        var middle = _root.Issue();
        AssertTrusted(await Verify(middle.Certify(_key), middle.Pem), "certified under 'CN=root'");
        AssertTrusted(await Verify(middle.Certify(_key), middle.Pem, _root.Pem), "certified under 'CN=root'");
        var low = middle.Issue("CN=low");

        // The order in which a bundle lists them says nothing.
        AssertTrusted(await Verify(low.Certify(_key), middle.Pem, low.Pem), "certified under 'CN=root'");
    }

    [Fact]
    public async Task The_signer_can_be_demanded_by_name_and_no_other_name_passes()
    {
        var certificate = _root.Certify(_key, "CN=Ana, O=Example");
        AssertTrusted(await Verify([certificate], "ana@example.org"), "ana@example.org");
        AssertTrusted(await Verify([certificate], "CN=Ana, O=Example"), "ana@example.org");
        foreach (var other in new[] { "Ana@example.org", "ana@example.or", "ana@example.org ", "CN=Ana", "O=Example, CN=Ana", "bea@example.org" })
            AssertRejected(await Verify([certificate], other), "SIG003");
    }

    [Fact]
    public async Task A_name_of_one_kind_passes_for_none_of_another()
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("ana@example.org");
        names.AddDnsName("CN=Ana");
        names.AddUri(new Uri("https://example.org/ana"));
        var certificate = _root.Certify(_key, terms: Terms.Signer with { Mail = null, Further = names.Build() });
        AssertTrusted(await Verify([certificate], "https://example.org/ana"), "certified under 'CN=root'");
        foreach (var other in new[] { "ana@example.org", "CN=Ana", "example.org" })
            AssertRejected(await Verify([certificate], other), "SIG003");
    }

    [Fact]
    public async Task Authorities_that_the_policy_does_not_name_are_strangers()
    {
        var stranger = VirtualAuthority.Root();
        AssertRejected(await Verify(stranger.Certify(_key), stranger.Pem), "SIG003");

        // The same names, other keys.
        var middle = stranger.Issue();
        AssertRejected(await Verify(middle.Certify(_key), middle.Pem, stranger.Pem), "SIG003");

        // Something in between is missing.
        var known = _root.Issue();
        AssertRejected(await Verify(known.Certify(_key)), "SIG003");
    }

    [Fact]
    public async Task A_certificate_that_signed_itself_is_trusted_where_it_is_itself_named()
    {
        var terms = Terms.Signer with { IsAuthority = true };
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = SigningKey.ParsePem(key.ExportPkcs8PrivateKeyPem(), null);
        var self = VirtualAuthority.Root("CN=self", terms, key);
        AssertTrusted(await Verify(signer, [self.Pem], TrustedAuthority.ParsePem([self.Pem], null)), "certified under 'CN=self'");
        AssertRejected(await Verify(signer, [self.Pem], TrustedAuthority.ParsePem([_root.Pem], null)), "SIG003");

        var expired = VirtualAuthority.Root("CN=self", terms with { NotAfter = VirtualAuthority.Now.AddMinutes(-1) }, key);
        AssertRejected(await Verify(signer, [expired.Pem], TrustedAuthority.ParsePem([expired.Pem], null)), "CRT001");
    }

    [Theory]
    [InlineData(-1, "CRT001")]
    [InlineData(1, "CRT001")]
    public async Task Every_certificate_of_the_path_must_be_valid_now(int days, string code)
    {
        var shifted = (Terms terms) => terms with { NotBefore = VirtualAuthority.Now.AddDays(days).AddHours(-2), NotAfter = VirtualAuthority.Now.AddDays(days).AddHours(2) };
        AssertRejected(await Verify(_root.Certify(_key, terms: shifted(Terms.Signer))), code);
        var middle = _root.Issue(terms: shifted(Terms.Authority));
        AssertRejected(await Verify(middle.Certify(_key), middle.Pem), code);
        var root = VirtualAuthority.Root(terms: shifted(Terms.Authority));
        AssertRejected(await Verify(_key, [root.Certify(_key)], TrustedAuthority.ParsePem([root.Pem], null)), code);
    }

    [Fact]
    public async Task A_revoked_key_authority_or_certificate_does_not_come_back_by_another_way()
    {
        var middle = _root.Issue();
        var leaf = middle.Certify(_key);
        using TemporaryFolder folder = new();
        var model = folder.Write("model.bin", ForgedBundle.Content);
        SigningOptions options = new() { Key = _key, Certificates = CertificateChain.ParsePem(leaf, middle.Pem), Time = new FakeTimeProvider(VirtualAuthority.Now) };
        await ModelSigner.SignAsync(model, options, cancellation: TestContext.Current.CancellationToken);

        static string Hash(byte[] der) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(der))}";
        using var parsed = X509Certificate2.CreateFromPem(leaf);
        (string Kind, string Identity)[] revoked =
        [
            ("key", Hash(parsed.PublicKey.ExportSubjectPublicKeyInfo())), ("certificate", Hash(parsed.RawData)),
            ("certificate", Hash(middle.Certificate.RawData)), ("certificate", Hash(_root.Certificate.RawData)),
            ("key", Hash(middle.Certificate.PublicKey.ExportSubjectPublicKeyInfo())), ("certificate", Hash(Mirror(parsed.RawData))), ("certificate", Hash(Mirror(middle.Certificate.RawData))),
        ];
        foreach (var (kind, identity) in revoked)
        {
            TrustPolicy policy = new()
            {
                Signers = [TrustedAuthority.ParsePem([_root.Pem], null)],
                Revoked = new() { Signers = [new(kind, identity, "it was stolen", VirtualAuthority.Now)] },
            };
            AssertRejected(await new Verifier(policy, new FakeTimeProvider(VirtualAuthority.Now)).VerifyAsync(model, cancellation: TestContext.Current.CancellationToken), "POL003");
        }
    }

    // With (r, s) the pair (r, n - s) is a good signature, too: anyone can give a certificate another digest.
    private static byte[] Mirror(byte[] certificate)
    {
        AsnReader reader = new(certificate, AsnEncodingRules.DER);
        var outer = reader.ReadSequence();
        var (signed, algorithm) = (outer.ReadEncodedValue(), outer.ReadEncodedValue());
        var pair = new AsnReader(outer.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (pair.ReadInteger(), pair.ReadInteger());
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        AsnWriter mirrored = new(AsnEncodingRules.DER);
        using (mirrored.PushSequence())
        {
            mirrored.WriteInteger(r);
            mirrored.WriteInteger(order - s);
        }

        AsnWriter whole = new(AsnEncodingRules.DER);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(signed.Span);
            whole.WriteEncodedValue(algorithm.Span);
            whole.WriteBitString(mirrored.Encode());
        }

        return whole.Encode();
    }

    public static TheoryData<string> Uses => [.. WrongUses.Keys];

    private static readonly Dictionary<string, (Terms Terms, string Code)> WrongUses = new()
    {
        ["neither usage nor purpose"] = (Terms.Signer with { Usage = null, Purposes = null }, "CRT002"),
        ["encipherment alone"] = (Terms.Signer with { Usage = X509KeyUsageFlags.KeyEncipherment }, "CRT002"),
        ["a server"] = (Terms.Signer with { Purposes = ["1.3.6.1.5.5.7.3.1"] }, "CRT002"),
        ["mail"] = (Terms.Signer with { Purposes = ["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"] }, "CRT002"),
        ["an unknown critical extension"] = (Terms.Signer with { Further = new("1.2.3.4.5", [5, 0], critical: true) }, "CRT003"),
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task A_certificate_for_something_else_signs_no_model(string use)
    {
        var (terms, code) = WrongUses[use];
        AssertRejected(await Verify(_root.Certify(_key, terms: terms)), code);
    }

    [Fact]
    public async Task One_of_usage_and_purpose_is_enough()
    {
        AssertTrusted(await Verify(_root.Certify(_key, terms: Terms.Signer with { Purposes = null })), "signed by");
        AssertTrusted(await Verify(_root.Certify(_key, terms: Terms.Signer with { Usage = null })), "signed by");
        AssertTrusted(await Verify(_root.Certify(_key, terms: Terms.Signer with { Further = new("1.2.3.4.5", [5, 0], critical: false) })), "signed by");
        AssertTrusted(await Verify(_root.Certify(_key, terms: Terms.Signer with { Purposes = ["2.5.29.37.0"] })), "signed by");
    }

    public static TheoryData<string> Issuers => [.. WrongIssuers.Keys];

    private static readonly Dictionary<string, Terms> WrongIssuers = new()
    {
        ["no authority"] = Terms.Authority with { IsAuthority = false },
        ["nothing about being one"] = Terms.Authority with { IsAuthority = null },
        ["no right to sign certificates"] = Terms.Authority with { Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.CrlSign },
        ["servers alone"] = Terms.Authority with { Purposes = ["1.3.6.1.5.5.7.3.1"] },
        ["an unknown critical extension"] = Terms.Authority with { Further = new("1.2.3.4.5", [5, 0], critical: true) },
        ["limits of names, critical"] = Terms.Authority with { Further = new("2.5.29.30", NameConstraints(), critical: true) },
        ["limits of names, not critical"] = Terms.Authority with { Further = new("2.5.29.30", NameConstraints(), critical: false) },
    };

    [Theory]
    [MemberData(nameof(Issuers))]
    public async Task An_issuer_that_may_not_issue_is_refused(string defect)
    {
        var middle = _root.Issue(terms: WrongIssuers[defect]);
        AssertRejected(await Verify(middle.Certify(_key), middle.Pem), "CRT003");
        var root = VirtualAuthority.Root(terms: WrongIssuers[defect]);
        AssertRejected(await Verify(_key, [root.Certify(_key)], TrustedAuthority.ParsePem([root.Pem], null)), "CRT003");
    }

    [Fact]
    public async Task The_length_of_a_path_is_kept()
    {
        var root = VirtualAuthority.Root(terms: Terms.Authority with { PathLength = 0 });
        var authority = TrustedAuthority.ParsePem([root.Pem], null);
        AssertTrusted(await Verify(_key, [root.Certify(_key)], authority), "signed by");
        var middle = root.Issue();
        AssertRejected(await Verify(_key, [middle.Certify(_key), middle.Pem], authority), "CRT003");

        var one = VirtualAuthority.Root(terms: Terms.Authority with { PathLength = 1 });
        var first = one.Issue();
        AssertTrusted(await Verify(_key, [first.Certify(_key), first.Pem], TrustedAuthority.ParsePem([one.Pem], null)), "signed by");
        var second = first.Issue("CN=second");
        AssertRejected(await Verify(_key, [second.Certify(_key), second.Pem, first.Pem], TrustedAuthority.ParsePem([one.Pem], null)), "CRT003");
    }

    [Fact]
    public async Task Weak_algorithms_and_keys_certify_nothing()
    {
        AssertRejected(await Verify(_root.Certify(_key, terms: Terms.Signer with { Hash = HashAlgorithmName.SHA1 })), "CRT004");
        using var small = RSA.Create(1024);
        var weak = VirtualAuthority.Root(key: small);
        AssertRejected(await Verify(_key, [weak.Certify(_key)], TrustedAuthority.ParsePem([weak.Pem], null)), "CRT004");
        using var curve = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        var other = VirtualAuthority.Root(key: curve);
        AssertRejected(await Verify(_key, [other.Certify(_key)], TrustedAuthority.ParsePem([other.Pem], null)), "CRT004");

        using var rsa = RSA.Create(2048);
        var padded = VirtualAuthority.Root(key: rsa);
        AssertRejected(await Verify(_key, [padded.Certify(_key, terms: Terms.Signer with { Padding = RSASignaturePadding.Pss })], TrustedAuthority.ParsePem([padded.Pem], null)), "CRT004");
        var good = VirtualAuthority.Root(key: rsa);
        AssertTrusted(await Verify(_key, [good.Certify(_key, terms: Terms.Signer with { Hash = HashAlgorithmName.SHA512 })], TrustedAuthority.ParsePem([good.Pem], null)), "signed by");
    }

    [Fact]
    public async Task A_bundle_with_the_certificate_of_another_is_rejected()
    {
        using var thief = SigningKey.Generate(EllipticCurve.P384);
        var bundle = JsonNode.Parse(ForgedBundle.Sign(ForgedBundle.Statement(("model.bin", ForgedBundle.Content)), thief))!.AsObject();
        var chain = CertificateChain.ParsePem(_root.Certify(_key));
        bundle["verificationMaterial"] = new JsonObject
        {
            ["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(new JsonObject { ["rawBytes"] = Convert.ToBase64String(chain.Certificates[0].Bytes.Span) }) },
        };
        using TemporaryFolder folder = new();
        var model = folder.Write("model.bin", ForgedBundle.Content);
        folder.Write("model.bin.oms.sig", bundle.ToJsonString());
        AssertRejected(await Verify(model, TrustedAuthority.ParsePem([_root.Pem], null)), "SIG004");
    }

    [Fact]
    public async Task A_key_and_a_certificate_for_it_are_one_signer()
    {
        using TemporaryFolder folder = new();
        var model = folder.Write("model.bin", ForgedBundle.Content);
        var cancellation = TestContext.Current.CancellationToken;
        FakeTimeProvider clock = new(VirtualAuthority.Now);
        await ModelSigner.SignAsync(model, new() { Key = _key, Certificates = CertificateChain.ParsePem(_root.Certify(_key)), Time = clock }, cancellation: cancellation);
        await ModelSigner.SignAsync(model, new() { Key = _key, OutputPath = folder["second.sig"], Time = clock }, cancellation: cancellation);
        TrustedSigner[] signers = [new TrustedKey(_key.PublicKey), TrustedAuthority.ParsePem([_root.Pem], null)];
        Expectations both = new() { SignatureFiles = [folder["second.sig"]] };
        Assert.Equal(Verdict.Trusted, (await new Verifier(new() { Signers = signers }, clock).VerifyAsync(model, both, cancellation: cancellation)).Verdict);
        AssertRejected(await new Verifier(new() { Signers = signers, Threshold = 2 }, clock).VerifyAsync(model, both, cancellation: cancellation), "SIG005");
    }

    [Fact]
    public async Task A_key_alone_does_not_make_a_certificate_trusted_nor_the_other_way_round()
    {
        using TemporaryFolder folder = new();
        var model = folder.Write("model.bin", ForgedBundle.Content);
        var options = new SigningOptions { Key = _key, Certificates = CertificateChain.ParsePem(_root.Certify(_key)), Time = new FakeTimeProvider(VirtualAuthority.Now) };
        await ModelSigner.SignAsync(model, options, cancellation: TestContext.Current.CancellationToken);
        AssertRejected(await Verify(model, new TrustedKey(_key.PublicKey)), "SIG003");

        File.Delete(model + ".oms.sig");
        await ModelSigner.SignAsync(model, new() { Key = _key, Time = new FakeTimeProvider(VirtualAuthority.Now) }, cancellation: TestContext.Current.CancellationToken);
        AssertRejected(await Verify(model, TrustedAuthority.ParsePem([_root.Pem], null)), "SIG003");
    }

    [Fact]
    public async Task A_certificate_of_another_key_than_the_one_that_signs_is_the_callers_mistake()
    {
        using TemporaryFolder folder = new();
        using var other = SigningKey.Generate(EllipticCurve.P256);
        var model = folder.Write("model.bin", ForgedBundle.Content);
        await Assert.ThrowsAsync<ArgumentException>(() => ModelSigner.SignAsync(
            model, new() { Key = other, Certificates = CertificateChain.ParsePem(_root.Certify(_key)) }, cancellation: TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void No_authority_trusts_nobody()
    {
        Assert.Throws<MalformedSignatureException>(() => TrustedAuthority.ParsePem([], null));
        Assert.Throws<MalformedSignatureException>(() => TrustedAuthority.ParsePem([""], null));
        Assert.Throws<MalformedSignatureException>(() => TrustedAuthority.ParsePem([_key.PublicKey.ToPem()], null));
        Assert.Throws<MalformedSignatureException>(() => TrustedAuthority.ParsePem([_root.Pem + _key.ToPem(null)], null));
        Assert.Throws<ArgumentException>(() => TrustedAuthority.ParsePem([_root.Pem], ""));
    }

    [Fact]
    public void Every_truncation_and_flipped_byte_of_a_certificate_is_malformed_or_another_certificate()
    {
        var bytes = CertificateChain.ParsePem(_root.Certify(_key)).Certificates[0].Bytes.ToArray();
        var anchor = Certificate.ParsePem(_root.Pem);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<MalformedSignatureException>(() => Certificate.Parse(bytes.AsMemory(0, length)));
        for (var index = 0; index < bytes.Length; index++)
        {
            byte[] changed = [.. bytes];
            changed[index] ^= 1;
            try
            {
                // No change of one bit leaves a certificate that the authority signed.
                var judgement = CertificatePath.Judge([Certificate.Parse(changed)], anchor, VirtualAuthority.Now);
                Assert.True(judgement.Anchor is null || judgement.Rule is not null);
            }
            catch (MalformedSignatureException)
            {
                // The one exception that may come out.
            }
        }
    }

    [Fact]
    public void Many_issuers_of_one_name_cost_a_bounded_number_of_signatures()
    {
        var impostors = Enumerable.Range(0, 31).Select(_ => VirtualAuthority.Root("CN=root").Pem);
        var presented = CertificateChain.ParsePem(_root.Certify(_key), [.. impostors]).Certificates;
        var judgement = CertificatePath.Judge(presented, Certificate.ParsePem(VirtualAuthority.Root("CN=root").Pem), VirtualAuthority.Now);
        Assert.Null(judgement.Anchor);
    }

    private static byte[] NameConstraints()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.PushSequence();
        writer.PushSequence(new(TagClass.ContextSpecific, 0));
        writer.PushSequence();
        writer.WriteCharacterString(UniversalTagNumber.IA5String, "example.com", new(TagClass.ContextSpecific, 2));
        writer.PopSequence();
        writer.PopSequence(new(TagClass.ContextSpecific, 0));
        writer.PopSequence();
        return writer.Encode();
    }

    private Task<VerificationReport> Verify(params string[] certificates) => Verify(certificates, null);

    private Task<VerificationReport> Verify(string[] certificates, string? name) => Verify(_key, certificates, TrustedAuthority.ParsePem([_root.Pem], name));

    private static async Task<VerificationReport> Verify(SigningKey key, string[] certificates, TrustedAuthority authority)
    {
        using TemporaryFolder folder = new();
        var model = folder.Write("model.bin", ForgedBundle.Content);
        SigningOptions options = new() { Key = key, Certificates = CertificateChain.ParsePem(certificates[0], certificates[1..]), Time = new FakeTimeProvider(VirtualAuthority.Now) };
        await ModelSigner.SignAsync(model, options, cancellation: TestContext.Current.CancellationToken);
        return await Verify(model, authority);
    }

    private static Task<VerificationReport> Verify(string model, TrustedSigner signer) =>
        new Verifier(new() { Signers = [signer] }, new FakeTimeProvider(VirtualAuthority.Now)).VerifyAsync(model, cancellation: TestContext.Current.CancellationToken);

    private static void AssertTrusted(VerificationReport report, string detail)
    {
        Assert.True(report.Verdict == Verdict.Trusted, string.Join("\n", report.Checks.Select(check => check.Detail)));
        Assert.Contains(detail, report[CheckName.Signature].Detail, StringComparison.Ordinal);
    }

    private static void AssertRejected(VerificationReport report, string code)
    {
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.True(report[CheckName.Signature].Codes is [var only] && only == code, report[CheckName.Signature].Detail);
    }
}
