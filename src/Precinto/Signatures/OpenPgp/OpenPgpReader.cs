namespace Precinto.Signatures.OpenPgp;

/// <summary>Reads the big-endian numbers, octets and multiprecision integers of RFC 9580 within fixed bounds; a failed read consumes nothing.</summary>
internal ref struct OpenPgpReader
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly long _start;
    private int _position;

    public OpenPgpReader(ReadOnlyMemory<byte> bytes, long start)
    {
        _bytes = bytes;
        _start = start;
    }

    /// <summary>The offset of the next byte in the file.</summary>
    public readonly long Offset => _start + _position;

    public readonly int Position => _position;

    public readonly int Remaining => _bytes.Length - _position;

    public readonly bool IsAtEnd => Remaining == 0;

    public byte ReadByte() => ReadMemory(1).Span[0];

    public int ReadUInt16() => System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(ReadMemory(2).Span);

    public uint ReadUInt32() => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(ReadMemory(4).Span);

    /// <summary>A slice of the input, never a copy.</summary>
    public ReadOnlyMemory<byte> ReadMemory(long count)
    {
        if (count < 0 || count > Remaining)
            throw Malformed($"Needs {count} more bytes where {Remaining} are left.");

        var slice = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return slice;
    }

    public ReadOnlyMemory<byte> ReadToEnd() => ReadMemory(Remaining);

    /// <summary>An integer without leading zeros; RFC 9580 section 3.2 forbids others, and a lax reader lets one signature have many forms.</summary>
    public ReadOnlyMemory<byte> ReadInteger()
    {
        var start = _position;
        var bits = ReadUInt16();
        if ((bits + 7) / 8 > Remaining)
        {
            _position = start;
            throw Malformed($"Declares an integer of {bits} bits where {Remaining} bytes are left.");
        }

        var value = ReadMemory((bits + 7) / 8);
        var leading = value.IsEmpty ? 0 : (value.Length - 1) * 8 + 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value.Span[0]);
        if (leading == bits)
            return value;

        _position = start;
        throw Malformed($"An integer of {leading} bits is declared to have {bits}.");
    }

    /// <summary>A length of RFC 9580 section 4.2.1 or 5.2.3.7: one, two or five octets.</summary>
    /// <param name="twoOctetsUpTo">The largest first octet of a two-octet length: 223 in packets, 254 in subpackets.</param>
    public uint ReadLength(byte twoOctetsUpTo)
    {
        var first = ReadByte();
        if (first < 192)
            return first;
        if (first <= twoOctetsUpTo)
            return (uint)((first - 192) * 256 + ReadByte() + 192);
        if (first == 255)
            return ReadUInt32();

        _position--;
        throw Malformed("A packet of unknown length is not accepted.");
    }

    public readonly void ExpectEnd(string what)
    {
        if (!IsAtEnd)
            throw Malformed($"{Remaining} bytes follow the end of {what}.");
    }

    public readonly MalformedSignatureException Malformed(string message) => new(Offset, message);
}
