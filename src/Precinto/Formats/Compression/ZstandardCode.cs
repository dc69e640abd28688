using System.Numerics;

namespace Precinto.Formats.Compression;

/// <summary>The Huffman code of the literals of Zstandard (RFC 8878, 4.2): of at most 11 bits, looked up all at once.</summary>
internal sealed class ZstandardCode
{
    private readonly ushort[] _symbols = new ushort[1 << LongestCode];
    private readonly FseTable _weights = new();
    private int _log;

    /// <summary>Reads the weights of the symbols, of which the last is not written.</summary>
    /// <param name="bytes">What begins with them, behind <see cref="BackwardBits.Prefix"/> other bytes.</param>
    /// <returns>How many bytes that took.</returns>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        Span<byte> weights = stackalloc byte[256];
        var start = BackwardBits.Prefix;
        if (bytes.Length <= start)
            throw CompressedInput.Truncated();
        int head = bytes[start++];
        var size = head < 128 ? head : (head - 127 + 1) / 2;
        if (size > bytes.Length - start)
            throw CompressedInput.Truncated();
        int count;
        if (head >= 128)
        {
            count = head - 127;
            for (var index = 0; index < count; index++)
                weights[index] = (byte)((bytes[start + (index / 2)] >> (index % 2 == 0 ? 4 : 0)) & 15);
        }
        else
        {
            var table = _weights.Read(bytes.Slice(start, size), FseSymbols.Weights);
            count = ReadWeights(bytes[(start + table - BackwardBits.Prefix)..(start + size)], weights[..255]);
        }

        Set(weights, count);
        return 1 + size;
    }

    /// <summary>Decodes one stream, which gives exactly as many literals as there is room for.</summary>
    public void Decode(ReadOnlySpan<byte> stream, Span<byte> literals)
    {
        BackwardBits bits = new(stream);
        DecodeRest(ref bits, literals);
    }

    /// <summary>Decodes four streams side by side: processors wait for one while they work at the others.</summary>
    public void Decode(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth, Span<byte> literals)
    {
        unchecked
        {
            var quarter = (literals.Length + 3) / 4;
            if (quarter * 3 > literals.Length)
                throw Broken();
            BackwardBits a = new(first);
            BackwardBits b = new(second);
            BackwardBits c = new(third);
            BackwardBits d = new(fourth);
            var x = literals[..quarter];
            var y = literals.Slice(quarter, quarter);
            var z = literals.Slice(quarter * 2, quarter);
            var w = literals[(quarter * 3)..];
            ReadOnlySpan<ushort> symbols = _symbols;
            var shift = 64 - _log;
            var at = 0;
            for (; at + Together <= w.Length; at += Together)
            {
                if (a.IsBeyondStart || b.IsBeyondStart || c.IsBeyondStart || d.IsBeyondStart)
                    throw Broken();
                var (p, q, r, s) = (a.Peek(), b.Peek(), c.Peek(), d.Peek());
                var i = x.Slice(at, Together);
                var j = y.Slice(at, Together);
                var k = z.Slice(at, Together);
                var l = w.Slice(at, Together);
                for (var index = 0; index < Together; index++)
                {
                    int e = symbols[(int)(p >> shift)], f = symbols[(int)(q >> shift)], g = symbols[(int)(r >> shift)], h = symbols[(int)(s >> shift)];
                    i[index] = (byte)e;
                    j[index] = (byte)f;
                    k[index] = (byte)g;
                    l[index] = (byte)h;
                    p <<= e >> 8;
                    q <<= f >> 8;
                    r <<= g >> 8;
                    s <<= h >> 8;
                    a.Left -= e >> 8;
                    b.Left -= f >> 8;
                    c.Left -= g >> 8;
                    d.Left -= h >> 8;
                }
            }

            DecodeRest(ref a, x[at..]);
            DecodeRest(ref b, y[at..]);
            DecodeRest(ref c, z[at..]);
            DecodeRest(ref d, w[at..]);
        }
    }

    private void DecodeRest(ref BackwardBits bits, Span<byte> literals)
    {
        unchecked
        {
            foreach (ref var literal in literals)
            {
                if (bits.IsBeyondStart)
                    throw Broken();
                var symbol = _symbols[(int)(bits.Peek() >> (64 - _log))];
                literal = (byte)symbol;
                bits.Left -= symbol >> 8;
            }

            if (!bits.IsAtStart)
                throw Broken();
        }
    }

    // Section 4.2.1.2: two states take turns until the bits have run out.
    private int ReadWeights(ReadOnlySpan<byte> stream, Span<byte> weights)
    {
        BackwardBits bits = new(stream);
        ReadOnlySpan<FseTable.State> states = _weights.States;
        var (first, second) = (bits.Read(_weights.Log), bits.Read(_weights.Log));
        if (bits.IsBeyondStart)
            throw Broken();
        var count = 0;
        while (true)
        {
            if (count + 2 > weights.Length)
                throw Broken();
            var state = states[(int)first];
            weights[count++] = (byte)state.Number;
            first = state.Next + bits.Read(state.NextBits);
            if (bits.IsBeyondStart)
            {
                weights[count++] = (byte)states[(int)second].Number;
                return count;
            }

            (first, second) = (second, first);
        }
    }

    // Section 4.2.1.3: a symbol of weight w has 2^(w-1) of all entries, and the last symbol has those that are missing to a power of two.
    private void Set(Span<byte> weights, int count)
    {
        Span<int> ranks = stackalloc int[LongestCode + 2];
        var sum = 0;
        foreach (var weight in weights[..count])
        {
            if (weight > LongestCode)
                throw Broken();
            ranks[weight]++;
            sum += weight > 0 ? 1 << (weight - 1) : 0;
        }

        var log = sum > 0 ? BitOperations.Log2((uint)sum) + 1 : 0;
        var missing = (1 << log) - sum;
        if (log is 0 or > LongestCode || !BitOperations.IsPow2(missing))
            throw Broken();
        weights[count] = (byte)(BitOperations.Log2((uint)missing) + 1);
        ranks[weights[count]]++;

        Span<int> starts = stackalloc int[LongestCode + 2];
        for (var weight = 1; weight <= log; weight++)
            starts[weight + 1] = starts[weight] + (ranks[weight] << (weight - 1));
        for (var symbol = 0; symbol <= count; symbol++)
        {
            int weight = weights[symbol];
            if (weight == 0)
                continue;
            var length = 1 << (weight - 1);
            _symbols.AsSpan(starts[weight], length).Fill((ushort)(((log + 1 - weight) << 8) | symbol));
            starts[weight] += length;
        }

        _log = log;
    }

    private static InvalidDataException Broken() => new("A Huffman code of Zstandard is broken.");

    private const int LongestCode = 11;

    // Five codes fit into one look at the bits.
    private const int Together = 5;
}
