using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>A public key packet of RFC 9580 section 5.5, version 4 or 6: its fingerprint, and what its algorithm needs.</summary>
internal sealed class OpenPgpPublicKey
{
    private OpenPgpPublicKey(byte[] body, byte version, DateTimeOffset createdAt, OpenPgpPublicKeyAlgorithm algorithm, ReadOnlyMemory<byte> material)
    {
        Body = body;
        Version = version;
        CreatedAt = createdAt;
        Algorithm = algorithm;
        Material = material;
        FingerprintBytes = version == 6 ? SHA256.HashData(Framed()) : SHA1.HashData(Framed());
        Fingerprint = Convert.ToHexString(FingerprintBytes);
        KeyId = BinaryPrimitives.ReadUInt64BigEndian(version == 6 ? FingerprintBytes : FingerprintBytes.AsSpan(12));
    }

    public byte Version { get; }

    public DateTimeOffset CreatedAt { get; }

    public OpenPgpPublicKeyAlgorithm Algorithm { get; }

    /// <summary>The public part of the packet.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The part of <see cref="Body"/> that belongs to the algorithm, which is not read before it is used.</summary>
    public ReadOnlyMemory<byte> Material { get; }

    public byte[] FingerprintBytes { get; }

    public string Fingerprint { get; }

    public ulong KeyId { get; }

    /// <summary>Reads a public key packet, or the public part of a secret key packet, and leaves the reader behind it.</summary>
    /// <returns>Null for a version that is not supported; nothing is known then of what follows.</returns>
    public static OpenPgpPublicKey? Parse(ref OpenPgpReader reader, ReadOnlyMemory<byte> packet, bool isSecret)
    {
        var version = reader.ReadByte();
        if (version is not (4 or 6))
            return null;

        var createdAt = DateTimeOffset.FromUnixTimeSeconds(reader.ReadUInt32());
        var algorithm = (OpenPgpPublicKeyAlgorithm)reader.ReadByte();
        ReadOnlyMemory<byte> material;
        if (version == 6)
        {
            material = reader.ReadMemory(reader.ReadUInt32());
            OpenPgpReader inside = new(material, reader.Offset - material.Length);
            if (TrySkipMaterial(ref inside, algorithm))
                inside.ExpectEnd("a public key");
        }
        else
        {
            var start = reader.Position;
            if (!TrySkipMaterial(ref reader, algorithm))
            {
                if (isSecret)
                    throw reader.Malformed($"Where the secret part of a key of algorithm {(byte)algorithm} begins is not known.");
                reader.ReadToEnd();
            }

            material = packet[start..reader.Position];
        }

        if (!isSecret)
            reader.ExpectEnd("a public key");
        if (reader.Position > ushort.MaxValue)
            throw reader.Malformed("A public key of more than 65,535 bytes.");

        // A copy, so that a public key never keeps the secret bytes alive beside which it stood.
        var body = packet[..reader.Position].ToArray();
        return new(body, version, createdAt, algorithm, body.AsMemory(body.Length - material.Length));
    }

    /// <summary>The key as it enters fingerprints and certifications (sections 5.2.4 and 5.5.4).</summary>
    public byte[] Framed()
    {
        OpenPgpWriter writer = new();
        if (Version == 6)
            writer.Byte(0x9B).UInt32(Body.Length);
        else
            writer.Byte(0x99).UInt16(Body.Length);
        return writer.Bytes(Body.Span).ToArray();
    }

    private static bool TrySkipMaterial(ref OpenPgpReader reader, OpenPgpPublicKeyAlgorithm algorithm)
    {
        switch (algorithm)
        {
            case OpenPgpPublicKeyAlgorithm.Rsa:
            case OpenPgpPublicKeyAlgorithm.RsaEncryptOnly:
            case OpenPgpPublicKeyAlgorithm.RsaSignOnly:
                SkipIntegers(ref reader, 2);
                return true;
            case OpenPgpPublicKeyAlgorithm.Elgamal:
                SkipIntegers(ref reader, 3);
                return true;
            case OpenPgpPublicKeyAlgorithm.Dsa:
                SkipIntegers(ref reader, 4);
                return true;
            case OpenPgpPublicKeyAlgorithm.Ecdsa:
            case OpenPgpPublicKeyAlgorithm.EdDsaLegacy:
                reader.ReadMemory(reader.ReadByte());
                SkipIntegers(ref reader, 1);
                return true;
            case OpenPgpPublicKeyAlgorithm.Ecdh:
                reader.ReadMemory(reader.ReadByte());
                SkipIntegers(ref reader, 1);
                reader.ReadMemory(reader.ReadByte());
                return true;
            case OpenPgpPublicKeyAlgorithm.X25519:
            case OpenPgpPublicKeyAlgorithm.Ed25519:
                reader.ReadMemory(32);
                return true;
            case OpenPgpPublicKeyAlgorithm.X448:
                reader.ReadMemory(56);
                return true;
            case OpenPgpPublicKeyAlgorithm.Ed448:
                reader.ReadMemory(57);
                return true;
            default:
                return false;
        }
    }

    private static void SkipIntegers(ref OpenPgpReader reader, int count)
    {
        for (var i = 0; i < count; i++)
            reader.ReadInteger();
    }
}
