using System.Buffers.Binary;

namespace Precinto.Formats.Hdf5;

/// <summary>Reads forward through one block of a file; it cannot leave the block.</summary>
internal ref struct Hdf5Cursor(ReadOnlySpan<byte> bytes, long origin)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly long Offset => origin + _position;

    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>All bytes that are left, without taking them.</summary>
    public readonly ReadOnlySpan<byte> Rest => _bytes[_position..];

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A number of 1 to 8 bytes.</summary>
    public ulong Unsigned(int size)
    {
        ulong value = 0;
        var taken = Take(size);
        for (var index = size - 1; index >= 0; index--)
            value = value << 8 | taken[index];
        return value;
    }

    /// <summary>A size or a count; one of more than 63 bits is in no file.</summary>
    public long Length(int size)
    {
        var at = Offset;
        var value = Unsigned(size);
        return value <= long.MaxValue ? (long)value : throw new MalformedModelException(at, $"Declares a length of {value}.");
    }

    /// <summary>An address, or null for the one that means none: all bits set.</summary>
    public long? Address(int size)
    {
        var at = Offset;
        var value = Unsigned(size);
        if (value == ulong.MaxValue >> (64 - (8 * size)))
            return null;
        return value <= long.MaxValue ? (long)value : throw new MalformedModelException(at, $"Points to {value}.");
    }

    public void Expect(ReadOnlySpan<byte> mark)
    {
        var at = Offset;
        if (!Take(mark.Length).SequenceEqual(mark))
            throw new MalformedModelException(at, $"A block does not begin with {System.Text.Encoding.ASCII.GetString(mark)}.");
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Remaining)
            throw new MalformedModelException(Offset, $"Needs {count} more bytes where {Remaining} are left.");
        var taken = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    public void Skip(long count) => Take(count);
}
