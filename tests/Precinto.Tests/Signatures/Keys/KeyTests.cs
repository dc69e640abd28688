using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Tests.Signatures.Bundles;
using Xunit;

namespace Precinto.Tests.Signatures.Keys;

public sealed class KeyTests
{
    [Theory]
    [InlineData("prime256v1", "p256")]
    [InlineData("secp384r1", "p384")]
    [InlineData("secp521r1", "p521")]
    public void Every_form_that_openssl_writes_is_the_same_key(string curve, string name)
    {
        using TemporaryFolder folder = new();
        OpenSsl(folder, "ecparam", "-name", curve, "-genkey", "-out", "sec1.pem");
        OpenSsl(folder, "ec", "-in", "sec1.pem", "-out", "bare.pem");
        OpenSsl(folder, "pkcs8", "-topk8", "-nocrypt", "-in", "sec1.pem", "-out", "pkcs8.pem");
        OpenSsl(folder, "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:secret", "-in", "sec1.pem", "-out", "encrypted.pem");
        OpenSsl(folder, "ec", "-in", "sec1.pem", "-pubout", "-out", "pub.pem");
        OpenSsl(folder, "ec", "-in", "sec1.pem", "-pubout", "-conv_form", "compressed", "-out", "compressed.pem");
        var publicKey = PublicKey.ParsePem(File.ReadAllText(folder["pub.pem"]));
        Assert.Equal(name, publicKey.Algorithm.Name);
        Assert.Equal(publicKey, PublicKey.ParsePem("Public Key Info:\n\ttext\n\n" + publicKey.ToPem()));
        Assert.Throws<MalformedSignatureException>(() => PublicKey.ParsePem(File.ReadAllText(folder["compressed.pem"])));
        foreach (var file in new[] { "sec1.pem", "bare.pem", "pkcs8.pem", "encrypted.pem" })
        {
            using var key = SigningKey.ParsePem("text before\n" + File.ReadAllText(folder[file]), "secret");
            Assert.Equal(publicKey, key.PublicKey);
            Assert.True(publicKey.Verify("data"u8, key.Sign("data"u8)));
            using var again = SigningKey.ParsePem(key.ToPem("other"), "other");
            Assert.Equal(publicKey, again.PublicKey);
        }

        var encrypted = File.ReadAllText(folder["encrypted.pem"]);
        Assert.Contains("password", Assert.Throws<MalformedSignatureException>(() => SigningKey.ParsePem(encrypted, null)).Message, StringComparison.Ordinal);
        Assert.Contains("password", Assert.Throws<MalformedSignatureException>(() => SigningKey.ParsePem(encrypted, "wrong")).Message, StringComparison.Ordinal);
        Assert.Throws<MalformedSignatureException>(() => PublicKey.ParsePem(File.ReadAllText(folder["pkcs8.pem"])));
        Assert.Throws<MalformedSignatureException>(() => SigningKey.ParsePem(publicKey.ToPem(), null));
    }

    [Theory]
    [InlineData("secp256k1", "named_curve")]
    [InlineData("prime256v1", "explicit")]
    [InlineData("brainpoolP256r1", "named_curve")]
    public void Another_curve_or_one_given_by_its_numbers_is_refused(string curve, string encoding)
    {
        using TemporaryFolder folder = new();
        OpenSsl(folder, "ecparam", "-name", curve, "-genkey", "-param_enc", encoding, "-noout", "-out", "key.pem");
        OpenSsl(folder, "ec", "-in", "key.pem", "-pubout", "-param_enc", encoding, "-out", "pub.pem");
        Assert.Throws<MalformedSignatureException>(() => PublicKey.ParsePem(File.ReadAllText(folder["pub.pem"])));
        Assert.Throws<MalformedSignatureException>(() => SigningKey.ParsePem(File.ReadAllText(folder["key.pem"]), null));
    }

    [Fact]
    public void Several_keys_in_a_file_are_refused()
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        Assert.Throws<MalformedSignatureException>(() => PublicKey.ParsePem(key.PublicKey.ToPem() + key.PublicKey.ToPem()));
        Assert.Throws<MalformedSignatureException>(() => SigningKey.ParsePem(key.ToPem(null) + key.ToPem(null), null));
        var parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        Assert.Throws<MalformedSignatureException>(() => SigningKey.ParsePem(string.Concat(Enumerable.Repeat(parameters, 100_000)), null));
    }

    [Fact]
    public void A_point_that_is_none_and_every_damaged_key_is_malformed()
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var info = key.PublicKey.SubjectPublicKeyInfo.ToArray();
        for (var length = 0; length < info.Length; length++)
            Assert.Throws<MalformedSignatureException>(() => PublicKey.FromSubjectPublicKeyInfo(info.AsSpan(0, length)));
        Assert.Throws<MalformedSignatureException>(() => PublicKey.FromSubjectPublicKeyInfo([.. info, 0]));
        for (var at = 0; at < info.Length; at++)
        {
            var changed = info.ToArray();
            changed[at] ^= 1;
            try
            {
                Assert.NotEqual(key.PublicKey, PublicKey.FromSubjectPublicKeyInfo(changed));
            }
            catch (MalformedSignatureException)
            {
                // The one exception that may come out.
            }
        }

        // The point at infinity: a single zero for a point.
        byte[] infinity = [0x30, 0x19, .. info.AsSpan(2, 21), 0x03, 0x02, 0x00, 0x00];
        Assert.Throws<MalformedSignatureException>(() => PublicKey.FromSubjectPublicKeyInfo(infinity));
    }

    [Fact]
    public void A_signature_that_is_no_DER_of_two_numbers_in_range_does_not_verify()
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var good = key.Sign("data"u8);
        foreach (var signature in new byte[][] { [], [0x30, 0], [0x30, 6, 2, 1, 0, 2, 1, 0], new byte[64], good[..^1], good[1..] })
            Assert.False(key.PublicKey.Verify("data"u8, signature));
    }

    [Fact]
    public void Openssl_alone_verifies_a_bundle_of_ours_from_its_parts()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var bundle = ForgedBundle.Sign(ForgedBundle.Statement(("model.bin", ForgedBundle.Content)), key);
        using var document = JsonDocument.Parse(bundle);
        var envelope = document.RootElement.GetProperty("dsseEnvelope");
        var payload = envelope.GetProperty("payload").GetBytesFromBase64();
        folder.Write("pae", [.. Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length} "), .. payload]);
        folder.Write("sig", envelope.GetProperty("signatures")[0].GetProperty("sig").GetBytesFromBase64());
        folder.Write("pub.pem", key.PublicKey.ToPem());
        OpenSsl(folder, "dgst", "-sha256", "-verify", "pub.pem", "-signature", "sig", "pae");
        Assert.Equal(key.PublicKey.Hint, ModelBundle.Parse(bundle).KeyHint);
    }

    private static void OpenSsl(TemporaryFolder folder, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is absent.");
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { WorkingDirectory = folder.Path, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
