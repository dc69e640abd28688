using System.Buffers.Binary;
using System.Security.Cryptography;
using Precinto.Formats.Zip;

namespace Precinto.Formats.Compression;

/// <summary>The check that xz puts behind each block (XZ file format 1.2.1, 2.1.1.2 and 3.4): none, CRC32, CRC64 or SHA-256.</summary>
internal sealed class XzChecksum(byte kind) : IDisposable
{
    private readonly IncrementalHash? _hash = kind == Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private uint _crc32;
    private ulong _crc64;

    /// <summary>How many bytes it has, which are known for those also that are reserved.</summary>
    public int Size => kind == 0 ? 0 : 4 << ((kind - 1) / 3);

    public static bool IsKnown(byte kind) => kind is None or ByCrc32 or ByCrc64 or Sha256;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (kind == ByCrc32)
            _crc32 = Crc32.Append(_crc32, bytes);
        else if (kind == ByCrc64)
            _crc64 = Crc64.Append(_crc64, bytes);
        else
            _hash?.AppendData(bytes);
    }

    /// <summary>Whether these are the bytes of the check over everything since the last time.</summary>
    public bool Fits(ReadOnlySpan<byte> stated)
    {
        Span<byte> own = stackalloc byte[32];
        own = own[..Size];
        if (kind == ByCrc32)
            BinaryPrimitives.WriteUInt32LittleEndian(own, _crc32);
        else if (kind == ByCrc64)
            BinaryPrimitives.WriteUInt64LittleEndian(own, _crc64);
        else
            _hash?.GetHashAndReset(own);
        (_crc32, _crc64) = (0, 0);
        return own.SequenceEqual(stated);
    }

    public void Dispose() => _hash?.Dispose();

    private const byte None = 0x00;
    private const byte ByCrc32 = 0x01;
    private const byte ByCrc64 = 0x04;
    private const byte Sha256 = 0x0A;
}
