using System.Buffers.Binary;
using System.Numerics;

namespace Precinto.Formats.Compression;

/// <summary>
/// Bits that are read from the end of some bytes to their start (RFC 8878, 4.1): the highest one of the last byte marks the first. Before the bytes
/// lie <see cref="Prefix"/> others, so that a reader may look beyond the start before it asks whether it has.
/// </summary>
internal ref struct BackwardBits
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <param name="bytes">The prefix, and the bytes.</param>
    /// <exception cref="InvalidDataException">There are none, or they have no mark.</exception>
    public BackwardBits(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        if (bytes.Length <= Prefix || bytes[^1] == 0)
            throw new InvalidDataException("A bit stream of Zstandard has no end.");
        Left = ((bytes.Length - 1) * 8) + BitOperations.Log2(bytes[^1]);
    }

    /// <summary>How many bits are left, with those of the prefix.</summary>
    public int Left;

    /// <summary>Whether exactly all bits have been read.</summary>
    public readonly bool IsAtStart => Left == Prefix * 8;

    public readonly bool IsBeyondStart => Left < Prefix * 8;

    /// <summary>At least 57 of the next bits, from the top.</summary>
    public readonly ulong Peek()
    {
        unchecked
        {
            var end = (Left + 7) >> 3;
            return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(end - 8)..]) << ((end << 3) - Left);
        }
    }

    /// <summary>The next bits, at most 32.</summary>
    public uint Read(int count)
    {
        unchecked
        {
            var value = (uint)(Peek() >> 1 >> (63 - count));
            Left -= count;
            return value;
        }
    }

    /// <summary>How many bytes must lie before: more than is read between two looks at where it stands.</summary>
    public const int Prefix = 16;
}
