using System.Security.Cryptography;
using System.Text;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;
using Xunit;

namespace Precinto.Tests.Signatures.OpenPgp;

public sealed class OpenPgpSigningKeyTests
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("rsa2048")]
    [InlineData("rsa3072")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    [InlineData("nistp384")]
    [InlineData("nistp521")]
    public void What_is_signed_with_a_key_of_gpg_every_tool_accepts(string algorithm)
    {
        using Gpg gpg = new();
        var fingerprint = gpg.Generate(algorithm);
        using var key = OpenPgpSigningKey.Parse(gpg.ExportSecret(), null, Now);
        Assert.Equal(fingerprint, key.Fingerprint);
        AssertAccepted(gpg, Sign(key, Forge.File, Now), fingerprint);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("pässwörd \u20AC")]
    public void A_protected_export_is_opened_with_its_password(string password)
    {
        using Gpg gpg = new();
        gpg.Run("--passphrase", password, "--quick-generate-key", "Ada", "ed25519", "sign", "never");
        var export = gpg.ExportSecret(password);

        using var key = OpenPgpSigningKey.Parse(export, password, Now);
        AssertAccepted(gpg, Sign(key, Forge.File, Now), key.Fingerprint);
        Assert.Equal(OpenPgpKeyProblem.WrongPassword, Assert.Throws<OpenPgpKeyException>(() => OpenPgpSigningKey.Parse(export, password + "!", Now)).Problem);
        Assert.Equal(OpenPgpKeyProblem.WrongPassword, Assert.Throws<OpenPgpKeyException>(() => OpenPgpSigningKey.Parse(export, "", Now)).Problem);
        Assert.Equal(OpenPgpKeyProblem.PasswordNeeded, Assert.Throws<OpenPgpKeyException>(() => OpenPgpSigningKey.Parse(export, null, Now)).Problem);
    }

    [Fact]
    public void The_newest_key_that_may_sign_is_taken_also_where_the_primary_key_stays_at_home()
    {
        using Gpg gpg = new();
        var primary = gpg.Generate("rsa2048", "cert,sign", time: "20240101T000000");
        gpg.Run([.. Gpg.Time("20240102T000000"), "--quick-add-key", primary, "ed25519", "sign"]);
        gpg.Run([.. Gpg.Time("20240103T000000"), "--quick-add-key", primary, "ed25519", "sign"]);
        gpg.Run([.. Gpg.Time("20240104T000000"), "--quick-add-key", primary, "cv25519", "encr"]);
        gpg.Run([.. Gpg.Time("20240105T000000"), "--quick-add-key", primary, "ed25519", "sign", "2024-02-01"]);
        var newest = gpg.Fingerprints()[2];

        foreach (var export in new[] { gpg.ExportSecret(), gpg.Run("--armor", "--export-secret-subkeys") })
        {
            using var key = OpenPgpSigningKey.Parse(export, null, Now);
            Assert.Equal(primary, key.Fingerprint);
            Assert.Equal(newest, key.KeyFingerprint);
            AssertAccepted(gpg, Sign(key, Forge.File, Now), primary);
        }
    }

    [Fact]
    public void An_export_without_the_secret_says_so()
    {
        using Gpg gpg = new();
        var primary = gpg.Generate("ed25519", "cert,sign");
        gpg.Run("--quick-add-key", primary, "cv25519", "encr");
        var stub = gpg.Run("--export-secret-subkeys");
        Assert.Equal(OpenPgpKeyProblem.NotExported, Assert.Throws<OpenPgpKeyException>(() => OpenPgpSigningKey.Parse(stub, null, Now)).Problem);
        Assert.Throws<MalformedSignatureException>(() => OpenPgpSigningKey.Parse(gpg.Export(), null, Now));
    }

    [Fact]
    public void A_key_that_may_not_sign_is_refused_with_the_reason()
    {
        using Gpg gpg = new();
        var fingerprint = gpg.Generate("ed25519", expiry: "2024-02-01", time: "20240101T000000");
        var expired = gpg.ExportSecret();
        var problem = Assert.Throws<OpenPgpKeyException>(() => OpenPgpSigningKey.Parse(expired, null, Now));
        Assert.Equal(OpenPgpKeyProblem.MayNotSign, problem.Problem);
        Assert.Contains("expired on 2024-02-01", problem.Message, StringComparison.Ordinal);

        using var key = OpenPgpSigningKey.Parse(expired, null, new(2024, 1, 10, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(fingerprint, key.Fingerprint);
        Assert.Equal(OpenPgpKeyProblem.MayNotSign, Assert.Throws<OpenPgpKeyException>(() => key.Prepare(Now)).Problem);
        Assert.NotNull(key.Prepare(new(2024, 1, 10, 0, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("rsa1024")]
    [InlineData("dsa2048")]
    public void A_weak_key_does_not_sign(string algorithm)
    {
        using Gpg gpg = new();
        gpg.Generate(algorithm);
        Assert.Equal(OpenPgpKeyProblem.MayNotSign, Assert.Throws<OpenPgpKeyException>(() => OpenPgpSigningKey.Parse(gpg.ExportSecret(), null, Now)).Problem);
    }

    [Fact]
    public void A_draft_is_finished_only_by_its_own_key_and_with_a_whole_digest()
    {
        var generated = OpenPgpKeyGenerator.Generate("Ada", Now, null);
        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, Now);
        using var other = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(OpenPgpKeyGenerator.Generate("Bob", Now, null).SecretKey), null, Now);
        var draft = key.Prepare(Now);
        Assert.Throws<ArgumentException>(() => other.Complete(draft, new byte[32]));
        Assert.Throws<ArgumentException>(() => key.Complete(draft, new byte[20]));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Prepare(new(1960, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_public_part_that_was_exchanged_is_noticed()
    {
        var seed = Encoding.ASCII.GetBytes(OpenPgpKeyGenerator.Generate("Ada", Now, null).SecretKey);
        var binary = OpenPgpArmor.Decode(seed, [OpenPgpArmor.PrivateKey], several: false);
        var secret = OpenPgpPacket.ReadAll(binary, 10)[0].Body.ToArray();
        using var stranger = Forge.NewKey();
        byte[] mixed = [.. stranger.Key.Body.Span, .. secret[stranger.Key.Body.Length..]];
        byte[] export = [.. new OpenPgpWriter().Packet(OpenPgpPacketType.SecretKey, mixed).ToArray(), .. Forge.Certificate(stranger)[Forge.Key(stranger).Length..]];
        Assert.Equal(OpenPgpKeyProblem.Unsound, Assert.Throws<OpenPgpKeyException>(() => OpenPgpSigningKey.Parse(export, null, Forge.Now)).Problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pässwörd")]
    public void A_generated_key_is_imported_and_used_by_gpg(string? password)
    {
        using Gpg gpg = new();
        var generated = OpenPgpKeyGenerator.Generate("Ädä <ada@example.org>", Now, password);
        gpg.Run("--passphrase", password ?? "", "--import", gpg.Write("secret.asc", Encoding.ASCII.GetBytes(generated.SecretKey)));
        Assert.Equal([generated.Fingerprint], gpg.Fingerprints());

        // gpg signs with it and we verify; we sign with it and every tool verifies.
        gpg.Write("model", Forge.File);
        gpg.Run("--passphrase", password ?? "", "--output", gpg["model.sig"], "--detach-sign", gpg["model"]);
        var verification = Forge.Verify(File.ReadAllBytes(gpg["model.sig"]), Encoding.ASCII.GetBytes(generated.Certificate), now: Now.AddMinutes(1));
        Assert.True(verification.IsValid, verification.Detail);
        Assert.Equal("Ädä <ada@example.org>", verification.UserId);

        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), password, Now);
        AssertAccepted(gpg, Sign(key, Forge.File, Now), generated.Fingerprint);
    }

    [Fact]
    public void A_generated_certificate_alone_is_imported_by_gpg()
    {
        using Gpg gpg = new();
        var generated = OpenPgpKeyGenerator.Generate("Ada", Now, "secret");
        gpg.Run("--import", gpg.Write("public.asc", Encoding.ASCII.GetBytes(generated.Certificate)));
        Assert.Equal([generated.Fingerprint], gpg.Fingerprints());
        Assert.Equal(generated.Fingerprint, OpenPgpCertificate.ParseKeyring(Encoding.ASCII.GetBytes(generated.Certificate))[0].Fingerprint);
    }

    [Fact]
    public void The_revocation_of_a_generated_key_ends_it_for_gpg_and_for_us()
    {
        using Gpg gpg = new();
        var generated = OpenPgpKeyGenerator.Generate("Ada", Now, null);
        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, Now);
        var signature = Sign(key, Forge.File, Now);

        var appended = Forge.Verify(signature, Encoding.ASCII.GetBytes(generated.Certificate + generated.Revocation), now: Now);
        Assert.Equal(OpenPgpOutcome.Revoked, appended.Outcome);

        gpg.Run("--import", gpg.Write("public.asc", Encoding.ASCII.GetBytes(generated.Certificate)));
        Assert.Contains("[GNUPG:] GOODSIG ", gpg.Verify(signature, Forge.File), StringComparison.Ordinal);
        gpg.Run("--import", gpg.Write("revocation.asc", Encoding.ASCII.GetBytes(generated.Revocation)));
        Assert.Contains("[GNUPG:] REVKEYSIG ", gpg.Verify(signature, Forge.File), StringComparison.Ordinal);
        Assert.Equal(OpenPgpOutcome.Revoked, Forge.Verify(signature, gpg.Export(), now: Now).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    [InlineData("a\u001b[31mb")]
    public void A_user_id_with_control_characters_or_none_is_refused(string userId) =>
        Assert.Throws<ArgumentException>(() => OpenPgpKeyGenerator.Generate(userId, Now, null));

    [Fact]
    public void Many_generated_keys_and_signatures_all_verify()
    {
        // Leading zeros in seeds, points and signatures occur once in a few hundred.
        for (var i = 0; i < 300; i++)
        {
            using var key = Forge.NewKey();
            Assert.True(Forge.Verify(Forge.SignFile(key), Forge.Certificate(key)).IsValid);
        }
    }

    [Fact]
    public void Every_truncation_and_flip_of_a_secret_key_is_refused_with_a_documented_exception()
    {
        var export = OpenPgpArmor.Decode(
            Encoding.ASCII.GetBytes(OpenPgpKeyGenerator.Generate("Ada", Now, null).SecretKey), [OpenPgpArmor.PrivateKey], several: false);
        for (var length = 0; length < export.Length; length++)
            Assert.True(IsRefused(export[..length]), $"Cut to {length} bytes.");

        for (var at = 0; at < export.Length * 8; at++)
        {
            var flipped = export.ToArray();
            flipped[at / 8] ^= (byte)(1 << (at % 8));
            IsRefused(flipped);
        }
    }

    private static bool IsRefused(byte[] export)
    {
        try
        {
            using var key = OpenPgpSigningKey.Parse(export, null, Now);
            return false;
        }
        catch (Exception exception) when (exception is MalformedSignatureException or OpenPgpKeyException)
        {
            return true;
        }
    }

    private static byte[] Sign(OpenPgpSigningKey key, byte[] file, DateTimeOffset at)
    {
        var draft = key.Prepare(at);
        return key.Complete(draft, CryptographicOperations.HashData(draft.HashAlgorithm, [.. file, .. draft.Trailer.Span]));
    }

    private static void AssertAccepted(Gpg gpg, byte[] signature, string fingerprint)
    {
        var keys = gpg.Export();
        var own = Forge.Verify(signature, keys, now: Now);
        Assert.True(own.IsValid, own.Detail);

        var armored = Encoding.ASCII.GetBytes(OpenPgpArmor.Encode(signature, OpenPgpArmor.Signature));
        foreach (var form in new[] { signature, armored })
        {
            var status = gpg.Verify(form, Forge.File);
            Assert.Contains("[GNUPG:] GOODSIG ", status, StringComparison.Ordinal);
            Assert.Contains("[GNUPG:] VALIDSIG ", status, StringComparison.Ordinal);
            Assert.Contains(fingerprint, status, StringComparison.Ordinal);
        }

        Assert.Contains("[GNUPG:] BADSIG ", gpg.Verify(signature, "other bytes"u8.ToArray()), StringComparison.Ordinal);
        gpg.Write("model", Forge.File);
        gpg.Write("model.sig", signature);
        gpg.Write("keys", keys);
        if (Gpg.Has("gpgv"))
            Assert.Equal((0, ""), WithoutTalk(gpg.Try("gpgv", "--keyring", gpg["keys"], gpg["model.sig"], gpg["model"])));
        if (Gpg.Has("sqv"))
            Assert.Equal((0, fingerprint), WithOutput(gpg.Try("sqv", "--keyring", gpg["keys"], gpg["model.sig"], gpg["model"])));
    }

    private static (int, string) WithoutTalk((int Exit, byte[] Output, string Error) run) => (run.Exit, run.Exit == 0 ? "" : run.Error);

    private static (int, string) WithOutput((int Exit, byte[] Output, string Error) run) =>
        (run.Exit, run.Exit == 0 ? Encoding.ASCII.GetString(run.Output).Trim() : run.Error);
}
