using System.Text;
using Precinto.Signatures.OpenPgp;
using Xunit;
using static Precinto.Tests.Signatures.OpenPgp.OpenPgpDefectTests;

namespace Precinto.Tests.Signatures.OpenPgp;

public sealed class OpenPgpVersion6Tests
{
    [Theory]
    [InlineData(OpenPgpHash.Sha256, 16)]
    [InlineData(OpenPgpHash.Sha384, 24)]
    [InlineData(OpenPgpHash.Sha512, 32)]
    internal void A_version_6_signature_is_salted_and_verified(OpenPgpHash hash, int salt)
    {
        var key = Forge.NewEd25519(6);
        var signature = Forge.Sign(key, OpenPgpSignatureType.Binary, Forge.File, hash: hash);
        Assert.Equal(salt, OpenPgpSignature.ParseFile(signature)[0].Salt.Length);

        var verification = Forge.Verify(signature, Forge.Certificate(key));
        Assert.True(verification.IsValid, verification.Detail);
        Assert.Equal(64, verification.SignerFingerprint!.Length);
    }

    [Theory]
    [InlineData(OpenPgpJsVectors.Version6Ed25519Certificate, OpenPgpJsVectors.Version6Ed25519Signature, 6)]
    [InlineData(OpenPgpJsVectors.Version6Ed448Certificate, OpenPgpJsVectors.Version6Ed448Signature, 6)]
    [InlineData(OpenPgpJsVectors.Version6P256Certificate, OpenPgpJsVectors.Version6P256Signature, 6)]
    [InlineData(OpenPgpJsVectors.Version6RsaCertificate, OpenPgpJsVectors.Version6RsaSignature, 6)]
    [InlineData(OpenPgpJsVectors.Version6SubkeyCertificate, OpenPgpJsVectors.Version6SubkeySignature, 6)]
    [InlineData(OpenPgpJsVectors.Version4Ed25519Certificate, OpenPgpJsVectors.Version4Ed25519Signature, 4)]
    [InlineData(OpenPgpJsVectors.Version4Ed448Certificate, OpenPgpJsVectors.Version4Ed448Signature, 4)]
    public void What_another_implementation_made_is_valid(string certificate, string signature, int version)
    {
        var read = OpenPgpSignature.ParseFile(Encoding.ASCII.GetBytes(signature)).Single();
        var certificates = OpenPgpCertificate.ParseKeyring(Encoding.ASCII.GetBytes(certificate));
        Assert.Equal(version, read.Version);

        var verification = Forge.Verify(read, certificates, Forge.File, Forge.Now);
        Assert.True(verification.IsValid, verification.Detail);
        Assert.Equal(certificates[0].Fingerprint, verification.SignerFingerprint);
        Assert.Equal(read.IssuerFingerprint, verification.KeyFingerprint);
        Assert.Equal(OpenPgpOutcome.NotTheseBytes, Forge.Verify(read, certificates, "other bytes"u8, Forge.Now).Outcome);
    }

    [Fact]
    public void The_new_ed25519_works_in_version_4()
    {
        var key = Forge.NewEd25519(4);
        Assert.True(Forge.Verify(Forge.SignFile(key), Forge.Certificate(key)).IsValid);
    }

    [Fact]
    public void A_user_id_alone_does_not_bind_a_version_6_key()
    {
        var key = Forge.NewEd25519(6);
        byte[] keyring = [.. Forge.Key(key), .. Forge.UserId(Forge.Owner), .. Forge.SelfSign(key, Forge.Owner)];
        Refused(Forge.Verify(Forge.SignFile(key), keyring), OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);
    }

    [Fact]
    public void A_salt_of_the_wrong_length_is_malformed()
    {
        var signature = Forge.SignFile(Forge.NewEd25519(6));
        signature[^(64 + 16 + 1)] = 15;
        Assert.Throws<Precinto.Signatures.MalformedSignatureException>(() => OpenPgpSignature.ParseFile(signature));
    }
}
