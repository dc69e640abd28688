using System.Text.Json;
using Precinto.Signatures;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures.Keys;

/// <summary>Keys that OpenSSF Model Signing 1.0 does not know: both sides must ask for them.</summary>
public sealed class BeyondSpecificationTests
{
    public static TheoryData<string> Kinds => ["ed25519", "ml-dsa-65"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_bundle_of_such_a_key_verifies_where_both_sides_ask_for_it(string kind)
    {
        using TemporaryFolder folder = new();
        using var key = Generate(kind);
        var cancellation = TestContext.Current.CancellationToken;
        var model = folder.Write("model.bin", "the weights of a model");
        await Assert.ThrowsAsync<ArgumentException>(() => ModelSigner.SignAsync(model, new() { Key = key }, cancellation: cancellation));
        Assert.Single(Directory.GetFiles(folder.Path));

        await ModelSigner.SignAsync(model, new() { Key = key, BeyondSpecification = true }, cancellation: cancellation);
        Assert.Throws<ArgumentException>(() => new TrustedKey(key.PublicKey));
        Verifier verifier = new(new() { Signers = [new TrustedKey(key.PublicKey, beyondSpecification: true)] });
        var report = await verifier.VerifyAsync(model, cancellation: cancellation);
        Assert.Equal(Verdict.Trusted, report.Verdict);
        Assert.Contains($"which is {kind}, beyond the specification", report[CheckName.Signature].Detail, StringComparison.Ordinal);

        folder.Write("model.bin", "the weights of a Model");
        Assert.Equal(Verdict.Rejected, (await verifier.VerifyAsync(model, cancellation: cancellation)).Verdict);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Files_that_name_such_a_key_must_say_that_they_mean_it(string kind)
    {
        using TemporaryFolder folder = new();
        using var key = Generate(kind);
        var path = folder.Write("trust/key.pub", key.PublicKey.ToPem());
        Assert.Throws<PolicyException>(() => PolicyDocument.LoadKey(path));
        Assert.Throws<PolicyException>(() => TrustFolder.Load(folder["trust"]));
        Assert.Equal(key.PublicKey, PolicyDocument.LoadKey(path, beyondSpecification: true).Key);

        string Policy(string more) => $$"""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "pem": {{JsonSerializer.Serialize(key.PublicKey.ToPem())}}{{more}} } ] }""";
        Assert.Throws<PolicyException>(() => PolicyDocument.Load(folder.Write("policy.json", Policy(""))));
        Assert.Throws<PolicyException>(() => PolicyDocument.Load(folder.Write("policy.json", Policy(", \"beyondSpecification\": false"))));
        Assert.Single(PolicyDocument.Load(folder.Write("policy.json", Policy(", \"beyondSpecification\": true"))).Signers);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_survives_its_text_and_every_other_byte_of_a_signature_is_another(string kind)
    {
        using var key = Generate(kind);
        using var again = SigningKey.ParsePem(key.ToPem(null), null);
        Assert.Equal(key.PublicKey, again.PublicKey);
        Assert.Equal(key.PublicKey, PublicKey.ParsePem(key.PublicKey.ToPem()));
        Assert.Throws<NotSupportedException>(() => key.ToPem("password"));

        var data = "data"u8.ToArray();
        var signature = again.Sign(data);
        Assert.True(key.PublicKey.Verify(data, signature));
        Assert.False(key.PublicKey.Verify("Data"u8, signature));
        Assert.False(key.PublicKey.Verify(data, signature.AsSpan(1)));
        Assert.False(key.PublicKey.Verify(data, [.. signature, 0]));
        Assert.False(key.PublicKey.Verify(data, []));
        for (var index = 0; index < signature.Length; index += signature.Length / 32)
        {
            signature[index] ^= 1;
            Assert.False(key.PublicKey.Verify(data, signature));
            signature[index] ^= 1;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_public_key_has_one_encoding(string kind)
    {
        using var key = Generate(kind);
        var info = key.PublicKey.SubjectPublicKeyInfo.ToArray();
        Assert.Throws<MalformedSignatureException>(() => PublicKey.FromSubjectPublicKeyInfo([.. info, 0]));
        Assert.Throws<MalformedSignatureException>(() => PublicKey.FromSubjectPublicKeyInfo(info.AsSpan(0, info.Length - 1)));
        byte[] unusedBits = [.. info];
        unusedBits[^(kind == "ed25519" ? 33 : 1953)] = 1;
        Assert.Throws<MalformedSignatureException>(() => PublicKey.FromSubjectPublicKeyInfo(unusedBits));
    }

    [Fact]
    public void The_first_vector_of_rfc_8032_is_what_comes_out()
    {
        var der = Convert.FromHexString("302E020100300506032B657004220420" + "9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60");
        using var key = SigningKey.ParsePem(System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", der), null);
        Assert.Equal("D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A", Convert.ToHexString(key.PublicKey.SubjectPublicKeyInfo[^32..]));
        Assert.Equal(
            "E5564300C360AC729086E2CC806E828A84877F1EB8E5D974D873E065224901555FB8821590A33BACC61E39701CF9B46BD25BF5F0595BBE24655141438E7A100B",
            Convert.ToHexString(key.Sign([])));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    public void A_point_of_small_order_is_no_key(string point) =>
        Assert.Throws<MalformedSignatureException>(() => PublicKey.FromSubjectPublicKeyInfo(Convert.FromHexString("302A300506032B6570032100" + point)));

    [Fact]
    public void A_certificate_for_such_a_key_is_refused()
    {
        using var key = SigningKey.Generate(KeyAlgorithm.Ed25519);
        var certificate = Certificates.VirtualAuthority.Root().Certify(key);
        var refused = Assert.Throws<MalformedSignatureException>(() => CertificateChain.ParsePem(certificate));
        Assert.Contains("holds no ECDSA key", refused.Message, StringComparison.Ordinal);
    }

    private static SigningKey Generate(string kind) => SigningKey.Generate(KeyAlgorithm.All.Single(algorithm => algorithm.Name == kind));
}
