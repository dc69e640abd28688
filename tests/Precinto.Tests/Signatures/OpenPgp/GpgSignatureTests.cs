using System.Text;
using Precinto.Signatures.OpenPgp;
using Xunit;
using static Precinto.Tests.Signatures.OpenPgp.OpenPgpDefectTests;

namespace Precinto.Tests.Signatures.OpenPgp;

/// <summary>Real keys and signatures of gpg, with the defects that gpg itself makes or lets pass.</summary>
public sealed class GpgSignatureTests
{
    private static readonly DateTimeOffset Now = new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("rsa2048", "sign", OpenPgpOutcome.Valid)]
    [InlineData("rsa3072", "sign,cert", OpenPgpOutcome.Valid)]
    [InlineData("ed25519", "sign", OpenPgpOutcome.Valid)]
    [InlineData("nistp256", "sign", OpenPgpOutcome.Valid)]
    [InlineData("nistp384", "sign", OpenPgpOutcome.Valid)]
    [InlineData("nistp521", "sign", OpenPgpOutcome.Valid)]
    [InlineData("rsa1024", "sign", OpenPgpOutcome.Weak)]
    [InlineData("dsa2048", "sign", OpenPgpOutcome.Weak)]
    [InlineData("brainpoolP256r1", "sign", OpenPgpOutcome.Unsupported)]
    [InlineData("secp256k1", "sign", OpenPgpOutcome.Unsupported)]
    public void Each_algorithm_of_gpg_has_its_answer_binary_and_armored(string algorithm, string usage, OpenPgpOutcome expected)
    {
        using Gpg gpg = new();
        var fingerprint = gpg.Generate(algorithm, usage, time: Made);
        var armoredKeys = gpg.Export("--armor");
        foreach (var options in new string[][] { [], ["--armor"], ["--digest-algo", "SHA512"] })
        {
            var signature = gpg.Sign(Forge.File, [.. Gpg.Time(Signed), .. options]);
            Assert.True(OpenPgpSignature.LooksLikeOpenPgp(signature));
            Assert.Equal(fingerprint, OpenPgpSignature.ParseFile(signature)[0].IssuerFingerprint);

            var verification = Forge.Verify(signature, armoredKeys, now: Now);
            Assert.True(expected == verification.Outcome, verification.Detail);
            Assert.Equal(fingerprint, verification.SignerFingerprint);
            Assert.Equal(OpenPgpOutcome.NotTheseBytes, Forge.Verify(signature, gpg.Export(), "tampered"u8.ToArray(), Now).Outcome);
        }
    }

    [Fact]
    public void A_signing_subkey_of_gpg_signs_for_its_primary_key()
    {
        using Gpg gpg = new();
        var primary = gpg.Generate("rsa2048", "cert", time: Made);
        gpg.Run([.. Gpg.Time(Made), "--quick-add-key", primary, "ed25519", "sign"]);
        gpg.Run([.. Gpg.Time(Made), "--quick-add-key", primary, "cv25519", "encr"]);

        var verification = Forge.Verify(gpg.Sign(Forge.File, Gpg.Time(Signed)), gpg.Export(), now: Now);
        Assert.True(verification.IsValid, verification.Detail);
        Assert.Equal(primary, verification.SignerFingerprint);
        Assert.Equal(gpg.Fingerprints()[1], verification.KeyFingerprint);
        Assert.Equal("Ada <ada@example.org>", verification.UserId);
        // Who verifies reads the public parts of an export of secret keys just as well.
        Assert.True(Forge.Verify(gpg.Sign(Forge.File, Gpg.Time(Signed)), gpg.ExportSecret(), now: Now).IsValid);
    }

    [Fact]
    public void A_key_that_expired_since_is_refused_where_gpg_exits_with_success()
    {
        using Gpg gpg = new();
        gpg.Generate("ed25519", expiry: "2024-03-01", time: Made);
        var signature = gpg.Sign(Forge.File, Gpg.Time(Signed));
        var keys = gpg.Export();

        Refused(Forge.Verify(signature, keys, now: Now), OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);
        Assert.True(Forge.Verify(signature, keys, now: new(2024, 2, 10, 0, 0, 0, TimeSpan.Zero)).IsValid);
        Assert.Equal(0, gpg.Try("gpg", "--verify", gpg.Write("s", signature), gpg["model"]).Exit);
    }

    [Fact]
    public void A_signature_stays_valid_when_gpg_extends_the_key()
    {
        using Gpg gpg = new();
        var fingerprint = gpg.Generate("ed25519", expiry: "2024-03-01", time: Made);
        var signature = gpg.Sign(Forge.File, Gpg.Time(Signed));
        gpg.Run([.. Gpg.Time("20240215T000000"), "--quick-set-expire", fingerprint, "2y"]);
        Assert.True(Forge.Verify(signature, gpg.Export(), now: Now).IsValid);
    }

    [Fact]
    public void A_key_that_gpg_revoked_is_refused_where_gpg_exits_with_success()
    {
        using Gpg gpg = new();
        var fingerprint = gpg.Generate("ed25519", time: Made);
        var signature = gpg.Sign(Forge.File, Gpg.Time(Signed));
        // gpg keeps a prepared revocation, disarmed by a colon.
        var revocation = File.ReadAllText(Path.Combine(gpg["openpgp-revocs.d"], fingerprint + ".rev")).Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal);
        gpg.Run("--import", gpg.Write("rev", Encoding.UTF8.GetBytes(revocation)));

        Refused(Forge.Verify(signature, gpg.Export(), now: Now), OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
        Assert.Equal(0, gpg.Try("gpg", "--verify", gpg.Write("s", signature), gpg["model"]).Exit);
    }

    [Fact]
    public void A_user_id_that_gpg_revoked_leaves_the_key_in_force_while_another_stands()
    {
        using Gpg gpg = new();
        var fingerprint = gpg.Generate("ed25519", time: Made);
        gpg.Run([.. Gpg.Time(Made), "--quick-add-uid", fingerprint, "Second"]);
        gpg.Run([.. Gpg.Time("20240110T000000"), "--quick-revoke-uid", fingerprint, "Ada <ada@example.org>"]);
        var verification = Forge.Verify(gpg.Sign(Forge.File, Gpg.Time(Signed)), gpg.Export(), now: Now);
        Assert.True(verification.IsValid, verification.Detail);
        Assert.Equal("Second", verification.UserId);
    }

    [Theory]
    [InlineData("SHA1", OpenPgpOutcome.Weak)]
    [InlineData("RIPEMD160", OpenPgpOutcome.Weak)]
    [InlineData("SHA224", OpenPgpOutcome.Weak)]
    public void Weak_hashes_that_gpg_lets_pass_are_refused(string hash, OpenPgpOutcome expected)
    {
        using Gpg gpg = new();
        gpg.Generate("rsa2048", time: Made);
        Assert.Equal(expected, Forge.Verify(gpg.Sign(Forge.File, [.. Gpg.Time(Signed), "--digest-algo", hash]), gpg.Export(), now: Now).Outcome);
    }

    [Fact]
    public void A_certificate_that_an_old_gpg_bound_with_sha1_is_weak_until_it_is_renewed()
    {
        using Gpg gpg = new();
        gpg.Run([.. Gpg.Time(Made), "--cert-digest-algo", "SHA1", "--quick-generate-key", "Ada", "rsa2048", "sign", "2y"]);
        var signature = gpg.Sign(Forge.File, Gpg.Time(Signed));
        Refused(Forge.Verify(signature, gpg.Export(), now: Now), OpenPgpOutcome.Weak, OpenPgpRules.WeakHash);

        gpg.Run([.. Gpg.Time("20240203T000000"), "--quick-set-expire", gpg.Fingerprints()[0], "3y"]);
        Assert.True(Forge.Verify(signature, gpg.Export(), now: Now).IsValid);
    }

    [Fact]
    public void Critical_notations_text_mode_expiry_and_dates_of_gpg_are_heeded()
    {
        using Gpg gpg = new();
        gpg.Generate("ed25519", time: Made);
        var keys = gpg.Export();
        OpenPgpOutcome Answer(params string[] options) => Forge.Verify(gpg.Sign(Forge.File, options), keys, now: Now).Outcome;

        Assert.Equal(OpenPgpOutcome.Invalid, Answer([.. Gpg.Time(Signed), "--sig-notation", "!unknown@example.org=1"]));
        Assert.Equal(OpenPgpOutcome.Valid, Answer([.. Gpg.Time(Signed), "--sig-notation", "unknown@example.org=1"]));
        Assert.Equal(OpenPgpOutcome.Invalid, Answer([.. Gpg.Time(Signed), "--textmode"]));
        Assert.Equal(OpenPgpOutcome.Expired, Answer([.. Gpg.Time(Signed), "--default-sig-expire", "3d"]));
        Assert.Equal(OpenPgpOutcome.Valid, Answer([.. Gpg.Time(Signed), "--default-sig-expire", "3y"]));
        Assert.Equal(OpenPgpOutcome.NotYetValid, Answer(Gpg.Time("20300101T000000")));
    }

    [Fact]
    public void Several_certificates_are_read_from_one_keyring_in_both_forms()
    {
        using Gpg gpg = new();
        gpg.Generate("ed25519", time: Made);
        gpg.Generate("rsa2048", time: Made, owner: "Bob");
        byte[] twoBlocks = [.. gpg.Export("--armor"), .. gpg.Export("--armor")];

        Assert.Equal(2, OpenPgpCertificate.ParseKeyring(gpg.Export()).Count);
        Assert.Equal(2, OpenPgpCertificate.ParseKeyring(gpg.Export("--armor")).Count);
        Assert.Equal(4, OpenPgpCertificate.ParseKeyring(twoBlocks).Count);
        Assert.Equal(["Bob"], OpenPgpCertificate.ParseKeyring(gpg.Export())[1].UserIds);
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), OpenPgpCertificate.ParseKeyring(gpg.Export())[0].CreatedAt);
    }

    private const string Made = "20240101T000000";
    private const string Signed = "20240202T000000";
}
