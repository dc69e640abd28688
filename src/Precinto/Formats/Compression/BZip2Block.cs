namespace Precinto.Formats.Compression;

/// <summary>A block of bzip2, as it is read from its codes and then put back in order.</summary>
internal sealed class BZip2Block(BZip2Bits bits)
{
    private readonly BZip2Code[] _codes = [new(), new(), new(), new(), new(), new()];
    private readonly byte[] _selectors = new byte[MostSelectors];
    private readonly byte[] _lengths = new byte[BZip2Code.MostSymbols];
    private readonly byte[] _front = new byte[256];
    private readonly int[] _starts = new int[256];

    // The low byte of each is the byte of the block at this place; the rest is the place of the one that follows it.
    private uint[] _links = [];
    private int _selectorCount;
    private int _length;
    private int _left;
    private uint _link;
    private int _noise;
    private int _untilNoise;
    private int _equal;
    private int _last;
    private int _repeats;
    private uint _crc;

    /// <summary>The checksum of what came out of the block.</summary>
    public uint Checksum => ~_crc;

    /// <summary>Reads a block, behind its mark and its checksum.</summary>
    public void Read(int largest)
    {
        var isRandomised = bits.Read(1) != 0;
        var first = bits.Read(24);
        var symbols = ReadSymbols();
        ReadCodes(symbols + 2);
        ReadRuns(symbols + 1, largest);
        if (first >= _length)
            throw new InvalidDataException("A block of bzip2 begins outside of itself.");

        Link();
        _left = _length;
        _link = _links[first] >> 8;
        (_noise, _untilNoise) = isRandomised ? (0, BZip2Noise.Distances[0]) : (-1, 0);
        (_equal, _last, _repeats, _crc) = (0, -1, 0, uint.MaxValue);
    }

    /// <summary>Fills the room with what comes next of the block; less than that is the end of the block.</summary>
    public int Expand(Span<byte> room)
    {
        unchecked
        {
            ReadOnlySpan<uint> links = _links.AsSpan(0, _length);
            ReadOnlySpan<uint> table = Table;
            var at = 0;
            var (left, link, equal, last, repeats, crc) = (_left, _link, _equal, _last, _repeats, _crc);
            while (at < room.Length)
            {
                if (repeats > 0)
                {
                    // Four equal bytes are followed by how many more there are.
                    var count = Math.Min(repeats, room.Length - at);
                    room.Slice(at, count).Fill((byte)last);
                    at += count;
                    repeats -= count;
                    for (; count > 0; count--)
                        crc = (crc << 8) ^ table[(int)((crc >> 24) ^ (uint)last)];
                    continue;
                }

                if (left == 0)
                    break;
                left--;
                var entry = links[(int)link];
                link = entry >> 8;
                var value = (int)(entry & 0xFF);
                if (_noise >= 0)
                    value ^= NextNoise();
                if (equal == 4)
                {
                    (repeats, equal) = (value, 0);
                    continue;
                }

                equal = value == last ? equal + 1 : 1;
                last = value;
                room[at++] = (byte)value;
                crc = (crc << 8) ^ table[(int)((crc >> 24) ^ (uint)value)];
            }

            (_left, _link, _equal, _last, _repeats, _crc) = (left, link, equal, last, repeats, crc);
            return at;
        }
    }

    // Counts down to the byte before the one it turns, as the program does.
    private int NextNoise()
    {
        if (_untilNoise == 0)
        {
            _noise = (_noise + 1) % BZip2Noise.Distances.Length;
            _untilNoise = BZip2Noise.Distances[_noise];
        }

        return --_untilNoise == 1 ? 1 : 0;
    }

    // Which bytes there are: sixteen bits for sixteens, then sixteen bits for each of these.
    private int ReadSymbols()
    {
        var groups = bits.Read(16);
        var count = 0;
        for (var group = 0; group < 16; group++)
        {
            if ((groups & (0x8000 >> group)) == 0)
                continue;
            var members = bits.Read(16);
            for (var member = 0; member < 16; member++)
            {
                if ((members & (0x8000 >> member)) != 0)
                    _front[count++] = (byte)((group * 16) + member);
            }
        }

        return count > 0 ? count : throw new InvalidDataException("A block of bzip2 has no bytes.");
    }

    private void ReadCodes(int symbols)
    {
        var count = bits.Read(3);
        var selectors = bits.Read(15);
        if (count is < 2 or > 6 || selectors == 0)
            throw new InvalidDataException("A block of bzip2 has no codes, or too many.");

        Span<byte> front = [0, 1, 2, 3, 4, 5];
        for (var selector = 0; selector < selectors; selector++)
        {
            var place = 0;
            while (bits.Read(1) != 0)
            {
                if (++place >= count)
                    throw new InvalidDataException("A block of bzip2 selects a code that there is not.");
            }

            var code = front[place];
            front[..place].CopyTo(front[1..]);
            front[0] = code;
            // As bzip2 1.0.8 does: more than can be used are read and never used.
            if (selector < MostSelectors)
                _selectors[selector] = code;
        }

        _selectorCount = Math.Min(selectors, MostSelectors);
        foreach (var code in _codes.AsSpan(0, count))
        {
            var length = bits.Read(5);
            for (var symbol = 0; symbol < symbols; symbol++)
            {
                while (true)
                {
                    if (length is < 1 or > BZip2Code.LongestCode)
                        throw new InvalidDataException("A code of bzip2 has a length that none has.");
                    if (bits.Read(1) == 0)
                        break;
                    length += bits.Read(1) == 0 ? 1 : -1;
                }

                _lengths[symbol] = (byte)length;
            }

            code.Set(_lengths.AsSpan(0, symbols));
        }
    }

    // Zero and one are digits of how often the foremost byte comes, two and more the place from which a byte is moved to the front.
    private void ReadRuns(int end, int largest)
    {
        var length = 0;
        var (run, digit) = (0, 1);
        for (var group = 0; group < _selectorCount; group++)
        {
            var code = _codes[_selectors[group]];
            for (var index = 0; index < GroupSize; index++)
            {
                var symbol = code.Read(bits);
                if (symbol <= 1)
                {
                    if (digit > largest * 2)
                        throw TooLarge();
                    run += digit << symbol;
                    digit <<= 1;
                    continue;
                }

                if (run > 0)
                {
                    if (run > largest - length)
                        throw TooLarge();
                    Grow(length + run);
                    _links.AsSpan(length, run).Fill(_front[0]);
                    length += run;
                    (run, digit) = (0, 1);
                }

                if (symbol == end)
                {
                    _length = length;
                    return;
                }

                if (length == largest)
                    throw TooLarge();
                Grow(length + 1);
                var place = symbol - 1;
                var value = _front[place];
                _front.AsSpan(0, place).CopyTo(_front.AsSpan(1));
                _front[0] = value;
                _links[length++] = value;
            }
        }

        throw new InvalidDataException("A block of bzip2 goes on behind its last code.");
    }

    private void Link()
    {
        _starts.AsSpan().Clear();
        var links = _links.AsSpan(0, _length);
        foreach (var link in links)
            _starts[(int)(link & 0xFF)]++;
        var sum = 0;
        for (var value = 0; value < _starts.Length; value++)
            (_starts[value], sum) = (sum, sum + _starts[value]);
        for (var index = 0; index < links.Length; index++)
            links[_starts[(int)(links[index] & 0xFF)]++] |= (uint)index << 8;
    }

    private void Grow(int length)
    {
        if (length > _links.Length)
            Array.Resize(ref _links, Math.Max(length, Math.Max(4096, _links.Length * 2)));
    }

    private static InvalidDataException TooLarge() => new("A block of bzip2 is larger than its header says.");

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (var index = 0U; index < 256; index++)
        {
            var crc = index << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = unchecked((crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1);
            table[(int)index] = crc;
        }

        return table;
    }

    // CRC-32 with the same polynomial as zip, the highest bit first.
    private static readonly uint[] Table = BuildTable();

    private const int GroupSize = 50;
    private const int MostSelectors = 2 + (900_000 / GroupSize);
}
