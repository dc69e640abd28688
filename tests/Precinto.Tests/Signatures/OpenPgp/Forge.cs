using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Tests.Signatures.OpenPgp;

/// <summary>Makes keys, certificates and signatures that no decent tool would make.</summary>
internal static class Forge
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset KeyTime = Now.AddYears(-1);
    public static readonly DateTimeOffset SignTime = Now.AddDays(-1);
    public static readonly byte[] File = Encoding.UTF8.GetBytes("the bytes of a model");

    public static OpenPgpPrivateKey NewKey(DateTimeOffset? createdAt = null) => OpenPgpKeyGenerator.NewKey(createdAt ?? KeyTime, out _);

    public static OpenPgpPrivateKey NewRsaKey(int bits)
    {
        using var rsa = RSA.Create(bits);
        var numbers = rsa.ExportParameters(true);
        var body = new OpenPgpWriter().Byte(4).UInt32(KeyTime.ToUnixTimeSeconds()).Byte(1).Integer(numbers.Modulus).Integer(numbers.Exponent).ToArray();
        var integers = new OpenPgpWriter().Integer(numbers.D).Integer(numbers.Q).Integer(numbers.P).Integer(numbers.InverseQ).ToArray();
        return OpenPgpPrivateKey.Parse(Public(body), integers);
    }

    public static OpenPgpPrivateKey NewEd25519(byte version)
    {
        var seed = RandomNumberGenerator.GetBytes(32);
        var point = new byte[32];
        Ed25519.GeneratePublicKey(seed, 0, point, 0);
        var writer = new OpenPgpWriter().Byte(version).UInt32(KeyTime.ToUnixTimeSeconds()).Byte(27);
        if (version == 6)
            writer.UInt32(32);
        return OpenPgpPrivateKey.FromSeed(Public(writer.Bytes(point).ToArray()), seed);
    }

    public static OpenPgpPublicKey Public(byte[] body)
    {
        OpenPgpReader reader = new(body, 0);
        return OpenPgpPublicKey.Parse(ref reader, body, isSecret: false)!;
    }

    /// <summary>A signature packet over <paramref name="subject"/> with whatever subpackets are asked for.</summary>
    public static byte[] Sign(
        OpenPgpPrivateKey by,
        OpenPgpSignatureType type,
        ReadOnlySpan<byte> subject,
        Action<OpenPgpWriter>? hashed = null,
        DateTimeOffset? at = null,
        OpenPgpHash hash = OpenPgpHash.Sha256,
        byte[]? unhashed = null,
        bool withTime = true,
        bool withIssuer = true,
        int? algorithm = null,
        byte[]? prefix = null)
    {
        OpenPgpWriter subpackets = new();
        if (withTime)
            subpackets.Subpacket(OpenPgpSubpacketType.CreationTime, OpenPgpWriter.Seconds((at ?? SignTime).ToUnixTimeSeconds()));
        if (withIssuer)
            subpackets.Subpacket(OpenPgpSubpacketType.IssuerFingerprint, [by.Key.Version, .. by.Key.FingerprintBytes]);
        hashed?.Invoke(subpackets);

        var isSix = by.Key.Version == 6;
        var salt = isSix ? RandomNumberGenerator.GetBytes(hash.Size / 2) : [];
        var writer = new OpenPgpWriter().Byte(by.Key.Version).Byte((int)type).Byte(algorithm ?? (int)by.Key.Algorithm).Byte((int)hash);
        Length(writer, subpackets.Length, isSix).Bytes(subpackets.ToArray());
        var hashedPart = writer.ToArray();

        var name = hash.Computable!.Value;
        var digest = CryptographicOperations.HashData(
            name, [.. salt, .. subject, .. OpenPgpSignaturePacket.MakeTrailer(by.Key.Version, hashedPart)]);
        unhashed ??= [];
        Length(writer, unhashed.Length, isSix).Bytes(unhashed).Bytes(prefix ?? digest[..2]);
        if (isSix)
            writer.Byte(salt.Length).Bytes(salt);
        return new OpenPgpWriter().Packet(OpenPgpPacketType.Signature, writer.Bytes(by.Sign(name, digest)).ToArray()).ToArray();
    }

    public static byte[] SignFile(OpenPgpPrivateKey by, Action<OpenPgpWriter>? hashed = null, DateTimeOffset? at = null) =>
        Sign(by, OpenPgpSignatureType.Binary, File, hashed, at);

    public static byte[] Key(OpenPgpPrivateKey key, bool isSubkey = false) =>
        new OpenPgpWriter().Packet(isSubkey ? OpenPgpPacketType.PublicSubkey : OpenPgpPacketType.PublicKey, key.Key.Body.Span).ToArray();

    public static byte[] UserId(string text) => new OpenPgpWriter().Packet(OpenPgpPacketType.UserId, Encoding.UTF8.GetBytes(text)).ToArray();

    public static byte[] SelfSign(
        OpenPgpPrivateKey primary, string userId, Action<OpenPgpWriter>? hashed = null, DateTimeOffset? at = null, OpenPgpHash hash = OpenPgpHash.Sha256,
        OpenPgpSignatureType type = OpenPgpSignatureType.PositiveCertification) =>
        Sign(primary, type, UserIdSubject(primary, userId), hashed ?? MaySign, at ?? primary.Key.CreatedAt, hash);

    public static byte[] UserIdSubject(OpenPgpPrivateKey primary, string userId)
    {
        var bytes = Encoding.UTF8.GetBytes(userId);
        return [.. primary.Key.Framed(), .. new OpenPgpWriter().Byte(0xB4).UInt32(bytes.Length).Bytes(bytes).ToArray()];
    }

    /// <summary>A certificate of a primary key and one user ID.</summary>
    public static byte[] Certificate(OpenPgpPrivateKey primary, Action<OpenPgpWriter>? hashed = null, DateTimeOffset? at = null, OpenPgpHash hash = OpenPgpHash.Sha256) =>
        primary.Key.Version == 6
            ? [.. Key(primary), .. Sign(primary, OpenPgpSignatureType.DirectKey, primary.Key.Framed(), hashed ?? MaySign, at ?? primary.Key.CreatedAt, hash)]
            : [.. Key(primary), .. UserId(Owner), .. SelfSign(primary, Owner, hashed, at, hash)];

    /// <summary>A subkey with its binding; <paramref name="consent"/> is the back-signature, made properly unless given.</summary>
    public static byte[] Subkey(
        OpenPgpPrivateKey primary, OpenPgpPrivateKey subkey, Action<OpenPgpWriter>? hashed = null, DateTimeOffset? at = null, byte[]? consent = null,
        OpenPgpHash hash = OpenPgpHash.Sha256)
    {
        byte[] subject = [.. primary.Key.Framed(), .. subkey.Key.Framed()];
        consent ??= Body(Sign(subkey, OpenPgpSignatureType.PrimaryKeyBinding, subject, at: subkey.Key.CreatedAt));
        var binding = Sign(
            primary,
            OpenPgpSignatureType.SubkeyBinding,
            subject,
            subpackets =>
            {
                (hashed ?? MaySign)(subpackets);
                if (consent.Length > 0)
                    subpackets.Subpacket(OpenPgpSubpacketType.EmbeddedSignature, consent);
            },
            at ?? subkey.Key.CreatedAt,
            hash);
        return [.. Key(subkey, isSubkey: true), .. binding];
    }

    public static void MaySign(OpenPgpWriter subpackets) => subpackets.Subpacket(OpenPgpSubpacketType.KeyFlags, [0x03]);

    public static void MayCertify(OpenPgpWriter subpackets) => subpackets.Subpacket(OpenPgpSubpacketType.KeyFlags, [0x01]);

    public static byte[] Body(byte[] packet) => OpenPgpPacket.ReadAll(packet, 1)[0].Body.ToArray();

    public static OpenPgpVerification Verify(byte[] signature, byte[] keyring, byte[]? file = null, DateTimeOffset? now = null) =>
        Verify(OpenPgpSignature.ParseFile(signature).Single(), OpenPgpCertificate.ParseKeyring(keyring), file ?? File, now ?? Now);

    public static OpenPgpVerification Verify(
        OpenPgpSignature signature, IReadOnlyList<OpenPgpCertificate> certificates, ReadOnlySpan<byte> file, DateTimeOffset now)
    {
        if (signature.HashAlgorithm is not { } name)
            return signature.Verify([], certificates, now);

        using var hash = IncrementalHash.CreateHash(name);
        hash.AppendData(signature.Salt.Span);
        hash.AppendData(file);
        hash.AppendData(signature.Trailer.Span);
        return signature.Verify(hash.GetHashAndReset(), certificates, now);
    }

    public const string Owner = "Ada <ada@example.org>";

    private static OpenPgpWriter Length(OpenPgpWriter writer, int length, bool isSix) => isSix ? writer.UInt32(length) : writer.UInt16(length);
}
