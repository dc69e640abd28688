using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>A signature packet of RFC 9580 section 5.2, over a file or inside a certificate; versions 4 and 6 are read, others only named.</summary>
internal sealed class OpenPgpSignaturePacket
{
    private OpenPgpSignaturePacket(byte version, OpenPgpSignatureType type)
    {
        Version = version;
        Type = type;
        Subpackets = new(default, 0, default, 0);
    }

    private OpenPgpSignaturePacket(byte version, ref OpenPgpReader reader, ReadOnlyMemory<byte> body)
    {
        Version = version;
        Type = (OpenPgpSignatureType)reader.ReadByte();
        Algorithm = (OpenPgpPublicKeyAlgorithm)reader.ReadByte();
        Hash = (OpenPgpHash)reader.ReadByte();

        var hashed = reader.ReadMemory(version == 6 ? reader.ReadUInt32() : reader.ReadUInt16());
        var hashedOffset = reader.Offset - hashed.Length;
        Trailer = MakeTrailer(version, body.Span[..reader.Position]);
        var unhashed = reader.ReadMemory(version == 6 ? reader.ReadUInt32() : reader.ReadUInt16());
        Subpackets = new(hashed, hashedOffset, unhashed, reader.Offset - unhashed.Length);
        DigestPrefix = reader.ReadMemory(2);
        if (version == 6)
        {
            Salt = reader.ReadMemory(reader.ReadByte());
            // Section 5.2.3: the salt has half the size of the digest, whatever the signature says.
            if (Hash.Size != 0 && Salt.Length != Hash.Size / 2)
                throw reader.Malformed($"A salt of {Salt.Length} bytes does not belong to {Hash.DisplayName}.");
        }

        MaterialOffset = reader.Offset;
        Material = reader.ReadToEnd();
    }

    public byte Version { get; }

    public OpenPgpSignatureType Type { get; }

    public OpenPgpPublicKeyAlgorithm Algorithm { get; }

    public OpenPgpHash Hash { get; }

    public OpenPgpSubpackets Subpackets { get; }

    /// <summary>What is hashed before the data: nothing in version 4.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>What is hashed after the data (section 5.2.4), from the bytes as they came and never written anew.</summary>
    public ReadOnlyMemory<byte> Trailer { get; }

    public ReadOnlyMemory<byte> DigestPrefix { get; }

    /// <summary>The integers of the algorithm, not read yet.</summary>
    public ReadOnlyMemory<byte> Material { get; }

    public long MaterialOffset { get; }

    public bool IsSupported => Version is 4 or 6;

    public static OpenPgpSignaturePacket Parse(ReadOnlyMemory<byte> body, long offset)
    {
        OpenPgpReader reader = new(body, offset);
        var version = reader.ReadByte();
        return version switch
        {
            4 or 6 => new(version, ref reader, body),
            // Version 3 keeps its type behind a length octet; that much is read because a revocation must not go unnoticed.
            2 or 3 when body.Length > 2 => new(version, (OpenPgpSignatureType)body.Span[2]),
            _ when body.Length > 1 => new(version, (OpenPgpSignatureType)body.Span[1]),
            _ => throw reader.Malformed("A signature of one byte."),
        };
    }

    /// <summary>The trailer for a signature of which nothing but the hashed part exists yet.</summary>
    public static byte[] MakeTrailer(byte version, ReadOnlySpan<byte> hashedPart)
    {
        var trailer = new byte[hashedPart.Length + 6];
        hashedPart.CopyTo(trailer);
        trailer[^6] = version;
        trailer[^5] = 0xFF;
        BinaryPrimitives.WriteUInt32BigEndian(trailer.AsSpan(^4), (uint)hashedPart.Length);
        return trailer;
    }

    /// <summary>The digest of <paramref name="content"/> as this signature wants it hashed: between salt and trailer.</summary>
    public byte[] Digest(HashAlgorithmName name, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(name);
        hash.AppendData(Salt.Span);
        hash.AppendData(content);
        hash.AppendData(Trailer.Span);
        return hash.GetHashAndReset();
    }
}
