using System.Numerics;

namespace Precinto.Formats.Compression;

/// <summary>
/// A table of finite state entropy (RFC 8878, 4.1.1): each state is a symbol, and says how many bits are added to what for the next state.
/// A symbol is a number, and the bits that are added to it.
/// </summary>
internal sealed class FseTable
{
    /// <summary>How many bits the first state has.</summary>
    public int Log { get; private set; }

    public State[] States { get; private set; } = [];

    /// <summary>A table of one state, which is always this symbol.</summary>
    public void SetSingle(byte symbol, FseSymbols symbols)
    {
        Log = 0;
        States = [new(symbols.BaseOf(symbol), 0, 0, symbols.BitsOf(symbol))];
    }

    /// <summary>Makes a table of how often each symbol comes: -1 is less than once.</summary>
    public void Set(ReadOnlySpan<short> counts, int log, FseSymbols symbols)
    {
        var size = 1 << log;
        Span<byte> spread = stackalloc byte[1 << FseSymbols.MostLog];
        Span<ushort> next = stackalloc ushort[256];
        var high = size;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] == -1)
                spread[--high] = (byte)symbol;
            next[symbol] = (ushort)Math.Abs((int)counts[symbol]);
        }

        var (step, position) = ((size >> 1) + (size >> 3) + 3, 0);
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            for (var count = 0; count < counts[symbol]; count++)
            {
                spread[position] = (byte)symbol;
                do
                    position = (position + step) & (size - 1);
                while (position >= high);
            }
        }

        if (position != 0)
            throw Broken();
        var states = States.Length == size ? States : new State[size];
        for (var index = 0; index < size; index++)
        {
            var symbol = spread[index];
            var number = next[symbol]++;
            var bits = log - BitOperations.Log2(number);
            states[index] = new(symbols.BaseOf(symbol), (ushort)((number << bits) - size), (byte)bits, symbols.BitsOf(symbol));
        }

        (States, Log) = (states, log);
    }

    /// <summary>Reads how often each symbol comes, and makes the table of it.</summary>
    /// <returns>How many bytes that took.</returns>
    public int Read(ReadOnlySpan<byte> bytes, FseSymbols symbols)
    {
        Span<short> counts = stackalloc short[symbols.Count];
        ForwardBits bits = new(bytes);
        var log = 5 + bits.Read(4);
        if (log > symbols.LargestLog)
            throw Broken();
        var (left, symbol) = (1 << log, 0);
        while (left > 0)
        {
            if (symbol == symbols.Count)
                throw Broken();

            // A value of 0 to left + 1: the lower ones of them take one bit less.
            var width = BitOperations.Log2((uint)left + 1);
            var shorter = (1 << (width + 1)) - 2 - left;
            var value = bits.Read(width);
            if (value >= shorter)
            {
                value |= bits.Read(1) << width;
                if (value >= 1 << width)
                    value -= shorter;
            }

            var count = value - 1;
            counts[symbol++] = (short)count;
            left -= Math.Abs(count);
            if (count != 0)
                continue;
            int more;
            do
            {
                more = bits.Read(2);
                symbol += more;
                if (symbol > symbols.Count)
                    throw Broken();
            }
            while (more == 3);
        }

        if (left < 0)
            throw Broken();
        Set(counts[..symbol], log, symbols);
        return bits.Used;
    }

    private static InvalidDataException Broken() => new("A table of Zstandard is broken.");

    /// <param name="Number">What the symbol stands for.</param>
    /// <param name="Next">What the bits of the next state are added to.</param>
    /// <param name="NextBits">How many there are.</param>
    /// <param name="NumberBits">How many bits are added to the number.</param>
    internal readonly record struct State(uint Number, ushort Next, byte NextBits, byte NumberBits);
}
