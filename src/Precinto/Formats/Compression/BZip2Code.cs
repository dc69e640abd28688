namespace Precinto.Formats.Compression;

/// <summary>One of the Huffman codes of a block of bzip2: canonical, of at most 20 bits. Short ones are looked up, longer ones counted along.</summary>
internal sealed class BZip2Code
{
    private readonly ushort[] _short = new ushort[1 << ShortBits];
    private readonly ushort[] _symbols = new ushort[MostSymbols];

    // Of each length: behind its last code, from the top of 32 bits, and what makes of a code its place among the symbols.
    private readonly ulong[] _limits = new ulong[LongestCode + 1];
    private readonly int[] _bases = new int[LongestCode + 1];

    public void Set(ReadOnlySpan<byte> lengths)
    {
        Span<int> places = stackalloc int[LongestCode + 1];
        foreach (var length in lengths)
            places[length]++;
        var (code, place) = (0, 0);
        for (var length = 1; length <= LongestCode; length++)
        {
            var count = places[length];
            (_bases[length], places[length]) = (place - code, place);
            // More codes than there are: bzip2 decodes what it meets of them, and so is it done here.
            _limits[length] = (ulong)Math.Min(code + count, 1L << length) << (32 - length);
            place += count;
            code = (code + count) << 1;
        }

        Array.Clear(_short);
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            var length = lengths[symbol];
            place = places[length]++;
            _symbols[place] = (ushort)symbol;
            code = place - _bases[length];
            if (length <= ShortBits && code < 1 << length)
                _short.AsSpan(code << (ShortBits - length), 1 << (ShortBits - length)).Fill((ushort)((symbol << 4) | length));
        }
    }

    /// <summary>The next symbol.</summary>
    /// <exception cref="InvalidDataException">The bits are no code, or end.</exception>
    public int Read(BZip2Bits bits)
    {
        var ahead = bits.Peek32();
        var known = _short[(int)(ahead >> (32 - ShortBits))];
        if (known != 0)
        {
            bits.Skip(known & 15);
            return known >> 4;
        }

        for (var length = 1; length <= LongestCode; length++)
        {
            if (ahead >= _limits[length])
                continue;
            var place = (int)(ahead >> (32 - length)) + _bases[length];
            if ((uint)place >= MostSymbols)
                break;
            bits.Skip(length);
            return _symbols[place];
        }

        throw new InvalidDataException("A code of bzip2 is none.");
    }

    public const int LongestCode = 20;
    public const int MostSymbols = 258;
    private const int ShortBits = 10;
}
