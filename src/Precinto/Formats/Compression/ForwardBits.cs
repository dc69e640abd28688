namespace Precinto.Formats.Compression;

/// <summary>Bits that are read from the start of some bytes, the lowest first (RFC 8878, 4.1.1).</summary>
internal ref struct ForwardBits(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>How many bytes were begun.</summary>
    public readonly int Used => (_position + 7) / 8;

    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public int Read(int count)
    {
        if (_position + count > _bytes.Length * 8)
            throw CompressedInput.Truncated();
        var value = 0;
        for (var index = 0; index < count; index++, _position++)
            value |= ((_bytes[_position >> 3] >> (_position & 7)) & 1) << index;
        return value;
    }
}
