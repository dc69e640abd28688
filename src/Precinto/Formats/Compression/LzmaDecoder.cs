using System.Runtime.CompilerServices;

namespace Precinto.Formats.Compression;

/// <summary>
/// The decoder of LZMA ("LZMA specification", 2015, of the LZMA SDK): a range coder over adaptive bits, literals, and matches whose last four
/// distances it remembers.
/// </summary>
internal sealed class LzmaDecoder
{
    private readonly ushort[] _probabilities = new ushort[Probabilities];
    private ushort[][] _literals = [];
    private int _literalContext;
    private int _literalMask;
    private int _positionMask;
    private int _state;
    private uint _rep0;
    private uint _rep1;
    private uint _rep2;
    private uint _rep3;
    private uint _range;
    private uint _code;

    /// <summary>Whether the mark of the end was read.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Sets lc, lp and pb, and the state as it is at the start.</summary>
    public void SetProperties(byte properties)
    {
        if (properties >= 9 * 5 * 5)
            throw new InvalidDataException("The properties of LZMA are out of range.");
        _literalContext = properties % 9;
        _literalMask = (1 << (properties / 9 % 5)) - 1;
        _positionMask = (1 << (properties / 45)) - 1;
        _literals = new ushort[(_literalMask + 1) << _literalContext][];
        Reset();
    }

    public void Reset()
    {
        _probabilities.AsSpan().Fill(Even);
        foreach (var literals in _literals)
            literals?.AsSpan().Fill(Even);
        (_state, _rep0, _rep1, _rep2, _rep3) = (0, 0, 0, 0, 0);
        HasEnded = false;
    }

    /// <summary>Starts the range coder: a byte that is zero, and four of the code.</summary>
    public void Start(CompressedInput input)
    {
        var bytes = input.Read(5);
        _range = uint.MaxValue;
        _code = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (bytes[0] != 0 || _code == _range)
            throw new InvalidDataException("The range coder of LZMA does not begin as one.");
    }

    /// <summary>Takes the last byte of the range coder, if it is due.</summary>
    /// <returns>Whether nothing is left in it.</returns>
    public bool IsFinished(CompressedInput input)
    {
        unchecked
        {
            if (_range < Top)
                (_range, _code) = (_range << 8, (_code << 8) | input.ReadByte());
            return _code == 0;
        }
    }

    /// <summary>Decodes the mark of the end, and nothing else.</summary>
    public void ReadEnd(CompressedInput input, HistoryWindow window)
    {
        window.End -= Decode(input, window, 1, 1);
        if (!HasEnded)
            throw new InvalidDataException("LZMA goes on behind its declared size.");
    }

    /// <summary>Decodes a piece of the output.</summary>
    /// <param name="input">What is decoded.</param>
    /// <param name="window">What it is decoded into.</param>
    /// <param name="most">How many bytes to decode; as many as a match has come on top.</param>
    /// <param name="left">How many bytes there may be: no match goes beyond.</param>
    /// <returns>How many bytes were decoded.</returns>
    public int Decode(CompressedInput input, HistoryWindow window, int most, long left)
    {
        most = (int)Math.Min(most, left);
        window.Reserve(most + LongestMatch);
        var (start, end) = (window.End, window.End);
        try
        {
            Decode(input, window, ref end, end + most, end + (int)Math.Min(left, most + LongestMatch));
        }
        finally
        {
            window.End = end;
        }

        return end - start;
    }

    private void Decode(CompressedInput input, HistoryWindow window, ref int produced, int stop, int last)
    {
        unchecked
        {
            ReadOnlySpan<byte> bytes = input.Buffer;
            Span<byte> output = window.Buffer;
            Span<ushort> probabilities = _probabilities;
            var at = input.Position;
            var sure = input.End - CompressedInput.Margin;
            var (range, code, state) = (_range, _code, (uint)_state);
            var (rep0, rep1, rep2, rep3) = (_rep0, _rep1, _rep2, _rep3);
            var (end, origin, reach, bias) = (produced, window.Origin, window.Reach, window.Bias);
            var certain = end;
            uint before = end > origin ? output[end - 1] : (byte)0;

            while (end < stop)
            {
                if (at > sure)
                {
                    input.Position = at;
                    input.Has(CompressedInput.Margin);
                    bytes = input.Buffer;
                    at = input.Position;
                    if (at > input.End)
                        break;
                    // Towards the end, what the next symbol becomes may be made of bytes that are not there.
                    certain = end;
                    sure = input.End - CompressedInput.Margin;
                }

                var place = (uint)((end + bias) & _positionMask);
                if (Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)(IsMatch + (state << 4) + place)]) == 0)
                {
                    var context = (((end + bias) & _literalMask) << _literalContext) + (int)(before >> (8 - _literalContext));
                    Span<ushort> literal = _literals[context] ?? CreateLiterals(context);
                    uint symbol = 1;
                    if (state >= 7)
                    {
                        if (rep0 >= (uint)Math.Min(end - origin, reach))
                            break;
                        uint match = output[end - (int)rep0 - 1];
                        uint offset = 0x100;
                        do
                        {
                            match <<= 1;
                            var guess = match & offset;
                            var bit = Bit(bytes, ref at, ref range, ref code, ref literal[(int)(offset + guess + symbol)]);
                            symbol = (symbol << 1) | bit;
                            offset &= bit != 0 ? guess : ~guess;
                        }
                        while (symbol < 0x100);
                    }
                    else
                    {
                        do
                            symbol = (symbol << 1) | Bit(bytes, ref at, ref range, ref code, ref literal[(int)symbol]);
                        while (symbol < 0x100);
                    }

                    before = (byte)symbol;
                    output[end++] = (byte)symbol;
                    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
                    continue;
                }

                uint length;
                if (Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)(IsRep + state)]) != 0)
                {
                    if (Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)(IsRep0 + state)]) == 0)
                    {
                        if (Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)(IsRep0Long + (state << 4) + place)]) == 0)
                        {
                            if (rep0 >= (uint)Math.Min(end - origin, reach))
                                break;
                            state = state < 7 ? 9U : 11U;
                            before = output[end - (int)rep0 - 1];
                            output[end++] = (byte)before;
                            continue;
                        }
                    }
                    else
                    {
                        uint distance;
                        if (Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)(IsRep1 + state)]) == 0)
                        {
                            distance = rep1;
                        }
                        else
                        {
                            if (Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)(IsRep2 + state)]) == 0)
                                distance = rep2;
                            else
                                (distance, rep3) = (rep3, rep2);
                            rep2 = rep1;
                        }

                        (rep1, rep0) = (rep0, distance);
                    }

                    length = Length(bytes, ref at, ref range, ref code, probabilities.Slice(RepLength, LengthSize), place);
                    state = state < 7 ? 8U : 11U;
                }
                else
                {
                    (rep3, rep2, rep1) = (rep2, rep1, rep0);
                    length = Length(bytes, ref at, ref range, ref code, probabilities.Slice(MatchLength, LengthSize), place);
                    state = state < 7 ? 7U : 10U;
                    rep0 = Distance(bytes, ref at, ref range, ref code, probabilities, length);
                    if (rep0 == uint.MaxValue)
                    {
                        HasEnded = true;
                        break;
                    }
                }

                length += ShortestMatch;
                if (rep0 >= (uint)Math.Min(end - origin, reach) || length > (uint)(last - end))
                    break;

                HistoryWindow.Copy(output, end, (int)rep0 + 1, (int)length);
                end += (int)length;
                before = output[end - 1];
            }

            produced = at > input.End ? certain : end;
            if (at > input.End)
                throw CompressedInput.Truncated();
            input.Position = at;
            if (end < stop && !HasEnded)
                throw new InvalidDataException("A match of LZMA reaches back beyond its dictionary, or on beyond its declared size.");
            (_range, _code, _state) = (range, code, (int)state);
            (_rep0, _rep1, _rep2, _rep3) = (rep0, rep1, rep2, rep3);
        }
    }

    // What costs memory is a context, and each has cost a literal before: lc and lp alone, which may ask for megabytes, take none.
    private ushort[] CreateLiterals(int context)
    {
        var literals = new ushort[0x300];
        literals.AsSpan().Fill(Even);
        return _literals[context] = literals;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bit(ReadOnlySpan<byte> bytes, ref int at, ref uint range, ref uint code, ref ushort probability)
    {
        unchecked
        {
            if (range < Top)
            {
                range <<= 8;
                code = (code << 8) | bytes[at++];
            }

            uint value = probability;
            var bound = (range >> 11) * value;
            if (code < bound)
            {
                range = bound;
                probability = (ushort)(value + ((2048 - value) >> 5));
                return 0;
            }

            range -= bound;
            code -= bound;
            probability = (ushort)(value - (value >> 5));
            return 1;
        }
    }

    private static uint Length(ReadOnlySpan<byte> bytes, ref int at, ref uint range, ref uint code, Span<ushort> probabilities, uint place)
    {
        unchecked
        {
            if (Bit(bytes, ref at, ref range, ref code, ref probabilities[0]) == 0)
                return Tree(bytes, ref at, ref range, ref code, probabilities.Slice(2 + ((int)place << 3), 8)) - 8;
            if (Bit(bytes, ref at, ref range, ref code, ref probabilities[1]) == 0)
                return Tree(bytes, ref at, ref range, ref code, probabilities.Slice(2 + 128 + ((int)place << 3), 8));
            return 16 + Tree(bytes, ref at, ref range, ref code, probabilities.Slice(2 + 256, 256)) - 256;
        }
    }

    private static uint Distance(ReadOnlySpan<byte> bytes, ref int at, ref uint range, ref uint code, Span<ushort> probabilities, uint length)
    {
        unchecked
        {
            var slot = Tree(bytes, ref at, ref range, ref code, probabilities.Slice(Slots + ((int)Math.Min(length, 3) << 6), 64)) - 64;
            if (slot < 4)
                return slot;

            var bits = (int)(slot >> 1) - 1;
            var distance = (2 | (slot & 1)) << bits;
            if (slot < 14)
                return distance + ReverseTree(bytes, ref at, ref range, ref code, probabilities[(int)(Special + distance - slot)..], bits);

            uint direct = 0;
            for (bits -= 4; bits > 0; bits--)
            {
                if (range < Top)
                {
                    range <<= 8;
                    code = (code << 8) | bytes[at++];
                }

                range >>= 1;
                code -= range;
                var sign = 0 - (code >> 31);
                code += range & sign;
                direct = (direct << 1) + sign + 1;
            }

            return distance + (direct << 4) + ReverseTree(bytes, ref at, ref range, ref code, probabilities.Slice(Align, 16), 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Tree(ReadOnlySpan<byte> bytes, ref int at, ref uint range, ref uint code, Span<ushort> probabilities)
    {
        unchecked
        {
            uint symbol = 1;
            do
                symbol = (symbol << 1) | Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)symbol]);
            while (symbol < (uint)probabilities.Length);
            return symbol;
        }
    }

    private static uint ReverseTree(ReadOnlySpan<byte> bytes, ref int at, ref uint range, ref uint code, Span<ushort> probabilities, int bits)
    {
        unchecked
        {
            uint symbol = 1;
            uint value = 0;
            for (var index = 0; index < bits; index++)
            {
                var bit = Bit(bytes, ref at, ref range, ref code, ref probabilities[(int)symbol]);
                symbol = (symbol << 1) | bit;
                value |= bit << index;
            }

            return value;
        }
    }

    public const int LongestMatch = 273;
    private const int ShortestMatch = 2;
    private const uint Top = 1 << 24;
    private const ushort Even = 1024;

    // Where each kind of bit has its probabilities; lengths have two for the choice, and 16 × 8, 16 × 8 and 256.
    private const int LengthSize = 2 + 128 + 128 + 256;
    private const int IsMatch = 0;
    private const int IsRep = IsMatch + (12 << 4);
    private const int IsRep0 = IsRep + 12;
    private const int IsRep1 = IsRep0 + 12;
    private const int IsRep2 = IsRep1 + 12;
    private const int IsRep0Long = IsRep2 + 12;
    private const int Slots = IsRep0Long + (12 << 4);
    private const int Special = Slots + (4 << 6);
    private const int Align = Special + 128;
    private const int MatchLength = Align + 16;
    private const int RepLength = MatchLength + LengthSize;
    private const int Probabilities = RepLength + LengthSize;
}
