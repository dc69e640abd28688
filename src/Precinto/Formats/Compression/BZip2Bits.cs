namespace Precinto.Formats.Compression;

/// <summary>The bits of bzip2, the highest first.</summary>
internal sealed class BZip2Bits(CompressedInput input)
{
    private ulong _bits;
    private int _count;

    /// <summary>Has at least 32 bits at hand, which are zeros behind the end.</summary>
    public uint Peek32()
    {
        while (_count < 32 && (input.Position < input.End || input.Has(1)))
        {
            _bits = (_bits << 8) | input.Buffer[input.Position++];
            _count += 8;
        }

        return _count >= 32 ? (uint)(_bits >> (_count - 32) & uint.MaxValue) : (uint)((_bits << (32 - _count)) & uint.MaxValue);
    }

    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public void Skip(int count)
    {
        if (count > _count)
            throw CompressedInput.Truncated();
        _count -= count;
    }

    public int Read(int count)
    {
        var value = (int)(Peek32() >> (32 - count));
        Skip(count);
        return value;
    }

    public uint ReadUInt32()
    {
        var value = Peek32();
        Skip(32);
        return value;
    }

    /// <summary>Leaves the rest of the byte that was begun, and gives back those that were not.</summary>
    public void Return()
    {
        input.Position -= _count / 8;
        input.Return();
    }
}
