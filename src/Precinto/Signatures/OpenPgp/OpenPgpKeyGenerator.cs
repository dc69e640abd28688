using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Precinto.Signatures.OpenPgp;

/// <summary>Makes keys that sign files: Ed25519 in version 4 (algorithm 22), which every OpenPGP tool in use reads.</summary>
public static class OpenPgpKeyGenerator
{
    /// <summary>
    /// Makes a primary key that certifies and signs. With a password the secret is protected by AES-256 under iterated and salted SHA-256;
    /// without one (null or empty) it is not protected at all.
    /// </summary>
    /// <param name="userId">Whose key it is, such as <c>Name &lt;name@example.org&gt;</c>; no control characters.</param>
    /// <param name="createdAt">When the key was made, from 1970 to 2106.</param>
    /// <param name="password">The password, taken as UTF-8.</param>
    /// <exception cref="ArgumentException">The user ID is empty, too long, or holds control characters.</exception>
    public static OpenPgpGeneratedKey Generate(string userId, DateTimeOffset createdAt, string? password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(userId);
        if (userId.Any(char.IsControl) || Encoding.UTF8.GetByteCount(userId) > MaximumUserId)
            throw new ArgumentException($"A user ID has no control characters and at most {MaximumUserId} bytes.", nameof(userId));
        var seconds = createdAt.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(seconds, nameof(createdAt));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, uint.MaxValue, nameof(createdAt));

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        using var signer = NewKey(time, out var integers);
        var key = signer.Key;
        var secret = OpenPgpSecretKeyProtection.Close(integers, password);
        CryptographicOperations.ZeroMemory(integers);

        var name = Encoding.UTF8.GetBytes(userId);
        var selfSignature = Certify(signer, name, time);
        var revocation = Revoke(signer, time);
        return new(
            key.Fingerprint,
            OpenPgpArmor.Encode(Join(OpenPgpPacketType.SecretKey, [.. key.Body.Span, .. secret], name, selfSignature), OpenPgpArmor.PrivateKey),
            OpenPgpArmor.Encode(Join(OpenPgpPacketType.PublicKey, key.Body.ToArray(), name, selfSignature), OpenPgpArmor.PublicKey),
            OpenPgpArmor.Encode(revocation, OpenPgpArmor.PublicKey));
    }

    /// <summary>A new key with the integers of its secret part, which the caller clears.</summary>
    internal static OpenPgpPrivateKey NewKey(DateTimeOffset createdAt, out byte[] integers)
    {
        var seed = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
        var point = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, point, 0);
        var body = new OpenPgpWriter()
            .Byte(4).UInt32(createdAt.ToUnixTimeSeconds()).Byte((int)OpenPgpPublicKeyAlgorithm.EdDsaLegacy)
            .Byte(OpenPgpCurve.EdDsa25519.Length).Bytes(OpenPgpCurve.EdDsa25519)
            .Integer([0x40, .. point]).ToArray();
        OpenPgpReader reader = new(body, 0);
        var key = OpenPgpPublicKey.Parse(ref reader, body, isSecret: false)!;

        OpenPgpWriter writer = new();
        integers = writer.Integer(seed).ToArray();
        writer.Clear();
        return OpenPgpPrivateKey.FromSeed(key, seed);
    }

    private static byte[] Certify(OpenPgpPrivateKey signer, byte[] userId, DateTimeOffset createdAt)
    {
        var subpackets = OpenPgpSignatureWriter.CommonSubpackets(signer.Key, createdAt)
            .Subpacket(OpenPgpSubpacketType.KeyFlags, [CertifyAndSign])
            .Subpacket(OpenPgpSubpacketType.PreferredCiphers, [9, 8, 7])
            .Subpacket(OpenPgpSubpacketType.PreferredHashes, [(byte)OpenPgpHash.Sha512, (byte)OpenPgpHash.Sha384, (byte)OpenPgpHash.Sha256])
            .Subpacket(OpenPgpSubpacketType.Features, [0x01])
            .ToArray();
        var subject = new OpenPgpWriter().Byte(0xB4).UInt32(userId.Length).Bytes(userId).ToArray();
        return Sign(signer, OpenPgpSignatureType.PositiveCertification, subpackets, subject);
    }

    private static byte[] Revoke(OpenPgpPrivateKey signer, DateTimeOffset createdAt)
    {
        var subpackets = OpenPgpSignatureWriter.CommonSubpackets(signer.Key, createdAt)
            .Subpacket(OpenPgpSubpacketType.RevocationReason, [NoReason])
            .ToArray();
        return Sign(signer, OpenPgpSignatureType.KeyRevocation, subpackets, []);
    }

    private static byte[] Sign(OpenPgpPrivateKey signer, OpenPgpSignatureType type, byte[] subpackets, byte[] subject)
    {
        var hashedPart = OpenPgpSignatureWriter.HashedPart(type, signer.Key.Algorithm, signer.Hash, subpackets);
        var digest = SHA256.HashData([.. signer.Key.Framed(), .. subject, .. OpenPgpSignaturePacket.MakeTrailer(4, hashedPart)]);
        var material = signer.Sign(HashAlgorithmName.SHA256, digest);
        return OpenPgpSignatureWriter.Packet(hashedPart, OpenPgpSignatureWriter.UnhashedSubpackets(signer.Key).ToArray(), digest, material);
    }

    private static byte[] Join(OpenPgpPacketType type, byte[] key, byte[] userId, byte[] selfSignature) =>
        new OpenPgpWriter().Packet(type, key).Packet(OpenPgpPacketType.UserId, userId).Bytes(selfSignature).ToArray();

    private const byte CertifyAndSign = 0x03;
    private const byte NoReason = 0x00;
    private const int MaximumUserId = 1024;
}
