using System.Buffers.Binary;
using System.Numerics;

namespace Precinto.Formats.Hdf5;

/// <summary>The checksum of HDF5's newer blocks: Bob Jenkins' lookup3, "hashlittle" from 0. It protects against accidents only.</summary>
internal static class Hdf5Checksum
{
    /// <summary>Makes sure that the last four bytes of a block are the checksum of those before.</summary>
    public static void Verify(ReadOnlySpan<byte> block, long offset)
    {
        if (block.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(block[^4..]) != Compute(block[..^4]))
            throw new MalformedModelException(offset, "A block's checksum is wrong.");
    }

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            uint a, b, c;
            a = b = c = 0xDEADBEEF + (uint)bytes.Length;
            while (bytes.Length > 12)
            {
                a += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                b += BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
                c += BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
                a = (a - c) ^ BitOperations.RotateLeft(c, 4);
                c += b;
                b = (b - a) ^ BitOperations.RotateLeft(a, 6);
                a += c;
                c = (c - b) ^ BitOperations.RotateLeft(b, 8);
                b += a;
                a = (a - c) ^ BitOperations.RotateLeft(c, 16);
                c += b;
                b = (b - a) ^ BitOperations.RotateLeft(a, 19);
                a += c;
                c = (c - b) ^ BitOperations.RotateLeft(b, 4);
                b += a;
                bytes = bytes[12..];
            }

            if (bytes.IsEmpty)
                return c;
            Span<byte> last = stackalloc byte[12];
            last.Clear();
            bytes.CopyTo(last);
            a += BinaryPrimitives.ReadUInt32LittleEndian(last);
            b += BinaryPrimitives.ReadUInt32LittleEndian(last[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(last[8..]);
            c = (c ^ b) - BitOperations.RotateLeft(b, 14);
            a = (a ^ c) - BitOperations.RotateLeft(c, 11);
            b = (b ^ a) - BitOperations.RotateLeft(a, 25);
            c = (c ^ b) - BitOperations.RotateLeft(b, 16);
            a = (a ^ c) - BitOperations.RotateLeft(c, 4);
            b = (b ^ a) - BitOperations.RotateLeft(a, 14);
            return (c ^ b) - BitOperations.RotateLeft(b, 24);
        }
    }
}
