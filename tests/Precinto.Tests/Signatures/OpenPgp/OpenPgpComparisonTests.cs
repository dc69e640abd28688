using System.Text;
using Precinto.Signatures.OpenPgp;
using Xunit;

namespace Precinto.Tests.Signatures.OpenPgp;

/// <summary>The same files before gpgv, sqv and us: what docs/openpgp.md says about where tools disagree.</summary>
public sealed class OpenPgpComparisonTests
{
    [Fact]
    public void A_signature_in_order_passes_everywhere() => Compare(new(), true, true, OpenPgpOutcome.Valid);

    [Fact]
    public void A_key_that_has_expired_since_passes_gpgv_and_sqv_and_not_us() => Compare(new() { KeyExpiry = "2024-03-01" }, true, true, OpenPgpOutcome.Expired);

    [Fact]
    public void A_revoked_key_passes_gpgv_and_neither_sqv_nor_us() => Compare(new() { IsRevoked = true }, true, false, OpenPgpOutcome.Revoked);

    [Fact]
    public void A_signature_over_sha1_passes_gpgv_and_neither_sqv_nor_us() =>
        Compare(new() { Algorithm = "rsa2048", Options = ["--digest-algo", "SHA1"] }, true, false, OpenPgpOutcome.Weak);

    [Fact]
    public void Rsa_1024_passes_gpgv_and_neither_sqv_nor_us() => Compare(new() { Algorithm = "rsa1024" }, true, false, OpenPgpOutcome.Weak);

    [Fact]
    public void A_date_in_the_future_passes_gpgv_and_neither_sqv_nor_us() => Compare(new() { SignedAt = "20900101T000000" }, true, false, OpenPgpOutcome.NotYetValid);

    [Fact]
    public void An_expired_signature_passes_nowhere() => Compare(new() { Options = ["--default-sig-expire", "3d"] }, false, false, OpenPgpOutcome.Expired);

    [Fact]
    public void An_unknown_critical_notation_passes_nowhere() =>
        Compare(new() { Options = ["--sig-notation", "!unknown@example.org=1"] }, false, false, OpenPgpOutcome.Invalid);

    [Fact]
    public void A_file_with_a_good_and_a_bad_signature_passes_sqv_and_neither_gpgv_nor_us()
    {
        using Gpg gpg = new();
        gpg.Generate("ed25519", time: Made);
        var good = gpg.Sign(Forge.File, Gpg.Time(Signed));
        var bad = (byte[])good.Clone();
        bad[^1] ^= 1;
        byte[] both = [.. good, .. bad];

        Assert.Equal((false, true), Ask(gpg, both));
        var certificates = OpenPgpCertificate.ParseKeyring(gpg.Export());
        Assert.Equal(
            [OpenPgpOutcome.Valid, OpenPgpOutcome.Invalid],
            OpenPgpSignature.ParseFile(both).Select(signature => Forge.Verify(signature, certificates, Forge.File, Now).Outcome));
    }

    [Fact]
    public void Bytes_behind_a_signature_pass_nowhere()
    {
        using Gpg gpg = new();
        gpg.Generate("ed25519", time: Made);
        byte[] trailing = [.. gpg.Sign(Forge.File, Gpg.Time(Signed)), .. "junk"u8];

        Assert.Equal((false, false), Ask(gpg, trailing));
        Assert.Throws<Precinto.Signatures.MalformedSignatureException>(() => OpenPgpSignature.ParseFile(trailing));
    }

    private static void Compare(Case made, bool passesGpgv, bool passesSqv, OpenPgpOutcome ours)
    {
        using Gpg gpg = new();
        var fingerprint = gpg.Generate(made.Algorithm, expiry: made.KeyExpiry, time: Made);
        var signature = gpg.Sign(Forge.File, [.. Gpg.Time(made.SignedAt), .. made.Options]);
        if (made.IsRevoked)
        {
            var revocation = Encoding.UTF8.GetString(File.ReadAllBytes(gpg[$"openpgp-revocs.d/{fingerprint}.rev"]));
            gpg.Run("--import", gpg.Write("revocation", Encoding.UTF8.GetBytes(revocation.Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal))));
        }

        Assert.Equal((passesGpgv, passesSqv), Ask(gpg, signature));
        Assert.Equal(ours, Forge.Verify(signature, gpg.Export(), now: Now).Outcome);
    }

    /// <summary>What a script sees that asks for the exit code alone.</summary>
    private static (bool Gpgv, bool Sqv) Ask(Gpg gpg, byte[] signature)
    {
        var (keys, signed, file) = (gpg.Write("keys.pgp", gpg.Export()), gpg.Write("signature", signature), gpg.Write("file", Forge.File));
        return (gpg.Try("gpgv", "--keyring", keys, signed, file).Exit == 0, gpg.Try("sqv", "--keyring", keys, signed, file).Exit == 0);
    }

    private sealed record Case
    {
        public string Algorithm { get; init; } = "ed25519";

        public string KeyExpiry { get; init; } = "never";

        public string SignedAt { get; init; } = Signed;

        public bool IsRevoked { get; init; }

        public string[] Options { get; init; } = [];
    }

    private const string Made = "20240101T000000";
    private const string Signed = "20240201T000000";
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
}
