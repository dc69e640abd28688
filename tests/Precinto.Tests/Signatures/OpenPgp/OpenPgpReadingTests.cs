using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Signatures.OpenPgp;

public sealed class OpenPgpReadingTests
{
    private readonly OpenPgpPrivateKey _key = Forge.NewKey();

    [Fact]
    public void The_signature_of_the_seed_fits_its_model()
    {
        var signature = OpenPgpSignature.ParseFile(Fixtures.Read("seed", "intact", "model.pkl.sig")).Single();
        Assert.Equal("8CA558E1EC70A3FD008B9AE8A061F57D3200560A", signature.IssuerFingerprint);
        Assert.Equal("A061F57D3200560A", signature.IssuerKeyId);
        Assert.Equal(HashAlgorithmName.SHA256, signature.HashAlgorithm);
        Assert.Equal(new byte[] { 0x60, 0x0F }, signature.DigestPrefix.ToArray());
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1746444214), signature.CreatedAt);

        byte[] model = Fixtures.Read("seed", "intact", "model.pkl");
        Assert.True(signature.FitsDigest(SHA256.HashData([.. model, .. signature.Trailer.Span])));
        Assert.Equal(OpenPgpOutcome.UnknownKey, Forge.Verify(signature, [], model, Forge.Now).Outcome);
    }

    [Fact]
    public void The_signature_of_the_tampered_seed_was_made_over_another_model()
    {
        var signature = OpenPgpSignature.ParseFile(Fixtures.Read("seed", "tampered", "model.pkl.sig")).Single();
        Assert.Equal("9438EA6E89BC9EACE8DB01629182F17EC48EC4CD", signature.IssuerFingerprint);
        Assert.Equal(OpenPgpOutcome.NotTheseBytes, Forge.Verify(signature, [], Fixtures.Read("seed", "tampered", "model.pkl"), Forge.Now).Outcome);
    }

    [Fact]
    public void A_signature_file_holds_signatures_and_nothing_else()
    {
        var signature = Forge.SignFile(_key);
        var marker = new OpenPgpWriter().Packet(OpenPgpPacketType.Marker, "PGP"u8).ToArray();
        var padding = new OpenPgpWriter().Packet(OpenPgpPacketType.Padding, new byte[9]).ToArray();
        Assert.Single(OpenPgpSignature.ParseFile([.. marker, .. signature, .. padding]));
        Assert.Equal(2, OpenPgpSignature.ParseFile([.. signature, .. signature]).Count);

        byte[][] broken =
        [
            [],
            marker,
            [.. signature, 0],
            [.. signature, .. "junk"u8],
            [.. signature, 0xC2],
            [.. signature, .. Forge.UserId("Ada")],
            [.. Forge.Key(_key), .. signature],
            [.. new OpenPgpWriter().Packet(OpenPgpPacketType.Marker, "XXX"u8).ToArray(), .. signature],
            [.. new OpenPgpWriter().Packet((OpenPgpPacketType)60, new byte[3]).ToArray(), .. signature],
            Encoding.ASCII.GetBytes(OpenPgpArmor.Encode(signature, OpenPgpArmor.PublicKey)),
            new byte[65 << 10],
            [.. Enumerable.Repeat(signature, 65).SelectMany(bytes => bytes)],
        ];
        Assert.All(broken, bytes => Assert.Throws<MalformedSignatureException>(() => OpenPgpSignature.ParseFile(bytes)));
    }

    [Fact]
    public void Partial_and_unknown_lengths_are_malformed()
    {
        var body = Forge.Body(Forge.SignFile(_key));
        Assert.Single(OpenPgpSignature.ParseFile([0x88, (byte)body.Length, .. body]));
        Assert.Throws<MalformedSignatureException>(() => OpenPgpSignature.ParseFile([0x8B, .. body]));
        Assert.Throws<MalformedSignatureException>(() => OpenPgpSignature.ParseFile([0xC2, 0xE6, .. body]));
        Assert.Throws<MalformedSignatureException>(() => OpenPgpSignature.ParseFile([0xC2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. body]));
    }

    [Fact]
    public void An_integer_with_leading_zeros_is_malformed()
    {
        var body = Forge.Body(Forge.SignFile(_key));
        var at = body.Length - OpenPgpPackedIntegers(body);
        // One bit more than there is: the same number, another form.
        var padded = body.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(padded.AsSpan(at), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(padded.AsSpan(at)) + 1));
        Assert.Throws<MalformedSignatureException>(() => OpenPgpSignature.ParseFile(new OpenPgpWriter().Packet(OpenPgpPacketType.Signature, padded).ToArray()));

        byte[] longer = [.. body[..at], (byte)(body[at] + (body[at + 1] > 247 ? 1 : 0)), (byte)((body[at + 1] + 8) & 0xFF), 0, .. body.AsSpan(at + 2)];
        Assert.Throws<MalformedSignatureException>(() => OpenPgpSignature.ParseFile(new OpenPgpWriter().Packet(OpenPgpPacketType.Signature, longer).ToArray()));
        Assert.Throws<MalformedSignatureException>(
            () => OpenPgpSignature.ParseFile(new OpenPgpWriter().Packet(OpenPgpPacketType.Signature, [.. body, 0, 1, 1]).ToArray()));
    }

    [Fact]
    public void Detection_looks_at_the_content_and_never_throws()
    {
        Assert.True(OpenPgpSignature.LooksLikeOpenPgp(Forge.SignFile(_key)));
        Assert.True(OpenPgpSignature.LooksLikeOpenPgp(Encoding.ASCII.GetBytes(OpenPgpArmor.Encode(Forge.SignFile(_key), OpenPgpArmor.Signature))));
        Assert.False(OpenPgpSignature.LooksLikeOpenPgp("{\"mediaType\":"u8));
        Assert.False(OpenPgpSignature.LooksLikeOpenPgp("-----BEGIN CERTIFICATE-----"u8));
        Assert.False(OpenPgpSignature.LooksLikeOpenPgp(Forge.Key(_key)));
        Random random = new(1);
        var bytes = new byte[8];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            OpenPgpSignature.LooksLikeOpenPgp(bytes.AsSpan(0, i % 9));
        }
    }

    [Fact]
    public void Every_truncation_of_a_signature_is_malformed()
    {
        var signature = Forge.SignFile(_key);
        for (var length = 0; length < signature.Length; length++)
            Assert.Throws<MalformedSignatureException>(() => OpenPgpSignature.ParseFile(signature.AsSpan(0, length)));
    }

    [Fact]
    public void No_flipped_bit_leaves_a_signature_valid_but_in_what_is_not_signed()
    {
        var certificates = OpenPgpCertificate.ParseKeyring(Forge.Certificate(_key));
        var signature = Forge.SignFile(_key);
        for (var at = 0; at < signature.Length * 8; at++)
        {
            var flipped = Flip(signature, at);
            try
            {
                Assert.All(OpenPgpSignature.ParseFile(flipped), read => Assert.False(Forge.Verify(read, certificates, Forge.File, Forge.Now).IsValid));
            }
            catch (MalformedSignatureException)
            {
                // The one documented exception.
            }
        }
    }

    [Fact]
    public void No_flipped_bit_of_a_certificate_lets_another_exception_out_or_another_fingerprint_in()
    {
        using var subkey = Forge.NewKey();
        byte[] keyring = [.. Forge.Certificate(_key), .. Forge.Subkey(_key, subkey)];
        var signature = OpenPgpSignature.ParseFile(Forge.SignFile(subkey))[0];
        for (var at = 0; at < keyring.Length * 8; at++)
            Try(signature, Flip(keyring, at));
    }

    [Fact]
    public void Every_truncation_of_a_certificate_is_malformed_or_verifies_nothing_new()
    {
        using var subkey = Forge.NewKey();
        byte[] keyring = [.. Forge.Certificate(_key), .. Forge.Subkey(_key, subkey)];
        var signature = OpenPgpSignature.ParseFile(Forge.SignFile(subkey))[0];
        for (var length = 0; length < keyring.Length; length++)
            Assert.False(Try(signature, keyring[..length]));
    }

    [Fact]
    public void Random_bytes_behind_a_valid_header_cost_next_to_nothing()
    {
        Random random = new(7);
        var certificate = Forge.Certificate(_key);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = certificate.ToArray();
            for (var change = 0; change < 4; change++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                OpenPgpCertificate.ParseKeyring(bytes);
            }
            catch (MalformedSignatureException)
            {
                // The one documented exception.
            }
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20_000, 0, 64 << 10);
    }

    [Fact]
    public void A_keyring_is_bounded_and_holds_only_what_belongs_into_it()
    {
        var certificate = Forge.Certificate(_key);
        byte[][] broken =
        [
            [],
            Forge.UserId("Ada"),
            Forge.SignFile(_key),
            [.. certificate, 0],
            [.. certificate, .. new OpenPgpWriter().Packet((OpenPgpPacketType)11, "b"u8).ToArray()],
            new OpenPgpWriter().Packet(OpenPgpPacketType.PublicKey, [3, 0, 0, 0, 0, 1, 1]).ToArray(),
            Encoding.ASCII.GetBytes(OpenPgpArmor.Encode(certificate, OpenPgpArmor.Signature)),
            new byte[OpenPgpCertificateReader.MaximumBytes + 1],
            [.. certificate, .. Forge.UserId(new string('a', 4097))],
        ];
        Assert.All(broken, bytes => Assert.Throws<MalformedSignatureException>(() => OpenPgpCertificate.ParseKeyring(bytes)));

        byte[] odd =
        [
            .. new OpenPgpWriter().Packet(OpenPgpPacketType.PublicKey, [3, 0, 0, 0, 0, 1, 1]).ToArray(), .. Forge.UserId("version 3"),
            .. certificate, .. new OpenPgpWriter().Packet(OpenPgpPacketType.UserAttribute, [1]).ToArray(),
            .. new OpenPgpWriter().Packet((OpenPgpPacketType)60, [1]).ToArray(), .. new OpenPgpWriter().Packet(OpenPgpPacketType.Trust, [1]).ToArray(),
        ];
        Assert.Equal([_key.Key.Fingerprint], OpenPgpCertificate.ParseKeyring(odd).Select(read => read.Fingerprint));
    }

    private bool Try(OpenPgpSignature signature, byte[] keyring)
    {
        try
        {
            var verification = Forge.Verify(signature, OpenPgpCertificate.ParseKeyring(keyring), Forge.File, Forge.Now);
            if (verification.IsValid)
                Assert.Equal(_key.Key.Fingerprint, verification.SignerFingerprint);
            return verification.IsValid;
        }
        catch (MalformedSignatureException)
        {
            return false;
        }
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static int OpenPgpPackedIntegers(byte[] body) => OpenPgpSignaturePacket.Parse(body, 0).Material.Length;
}
