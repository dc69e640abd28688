using System.Buffers.Binary;

namespace Precinto.Formats.Compression;

/// <summary>
/// The compressed blocks of a frame of Zstandard (RFC 8878, 3.1.1.3): literals, then sequences that say how many of them come, and how long
/// a match from how far back follows. Codes and distances are kept from block to block.
/// </summary>
internal sealed class ZstandardBlock
{
    private readonly ZstandardCode _code = new();
    private readonly FseTable _literalLengths = new();
    private readonly FseTable _offsets = new();
    private readonly FseTable _matchLengths = new();
    private byte[] _block = [];
    private byte[] _literals = [];
    private int _literalCount;
    private bool _hasCode;
    private bool _hasTables;
    private uint _rep1;
    private uint _rep2;
    private uint _rep3;

    /// <summary>Forgets what a frame has set.</summary>
    public void Reset() => (_hasCode, _hasTables, _rep1, _rep2, _rep3) = (false, false, 1, 4, 8);

    /// <summary>Decodes a block into a window, which has room for the largest.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, HistoryWindow window, int largest)
    {
        // With room before it that a reader of its bits may look into.
        if (_block.Length < BackwardBits.Prefix + bytes.Length)
            _block = new byte[BackwardBits.Prefix + bytes.Length];
        bytes.CopyTo(_block.AsSpan(BackwardBits.Prefix));
        var block = _block.AsSpan(0, BackwardBits.Prefix + bytes.Length);
        var at = ReadLiterals(block, largest);
        at = ReadTables(block, at, out var count);
        var end = window.End;
        try
        {
            if (count > 0)
                Execute(block[(at - BackwardBits.Prefix)..], count, window, ref end, largest);
            else if (at == block.Length && _literalCount <= largest)
                Append(window.Buffer, ref end, 0);
            else
                throw Broken();
        }
        finally
        {
            window.End = end;
        }
    }

    // Section 3.1.1.3.1: as they are, one for all, or in a Huffman code, which may be that of an earlier block.
    private int ReadLiterals(ReadOnlySpan<byte> block, int largest)
    {
        var at = BackwardBits.Prefix;
        var head = Head(block, at);
        var (kind, format) = ((int)(head & 3), (int)((head >> 2) & 3));
        int packed, streams = 1;
        if (kind < 2)
        {
            (var size, _literalCount) = format switch { 1 => (2, (int)((head >> 4) & 0xFFF)), 3 => (3, (int)((head >> 4) & 0xFFFFF)), _ => (1, (int)((head >> 3) & 0x1F)) };
            at += size;
            packed = kind == 0 ? _literalCount : 1;
        }
        else
        {
            var (size, width) = format switch { 2 => (4, 14), 3 => (5, 18), _ => (3, 10) };
            var mask = (1UL << width) - 1;
            _literalCount = (int)((head >> 4) & mask);
            packed = (int)((head >> (4 + width)) & mask);
            streams = format == 0 ? 1 : 4;
            at += size;
        }

        if (_literalCount > largest || packed > block.Length - at)
            throw Broken();
        if (_literals.Length < _literalCount + HistoryWindow.Margin)
            _literals = GC.AllocateUninitializedArray<byte>(_literalCount + HistoryWindow.Margin);
        var literals = _literals.AsSpan(0, _literalCount);
        if (kind == 0)
            block.Slice(at, packed).CopyTo(literals);
        else if (kind == 1)
            literals.Fill(block[at]);
        else
            Decode(block[(at - BackwardBits.Prefix)..(at + packed)], isNew: kind == 2, streams, literals);
        return at + packed;
    }

    private void Decode(ReadOnlySpan<byte> bytes, bool isNew, int streams, Span<byte> literals)
    {
        if (isNew)
        {
            bytes = bytes[_code.Read(bytes)..];
            _hasCode = true;
        }

        if (!_hasCode)
            throw Broken();
        if (streams == 1)
        {
            _code.Decode(bytes, literals);
            return;
        }

        // The sizes of the first three; each begins where the one before it ends, and the bytes before it are its prefix.
        if (bytes.Length < BackwardBits.Prefix + 6)
            throw CompressedInput.Truncated();
        var sizes = bytes.Slice(BackwardBits.Prefix, 6);
        var first = 6 + BinaryPrimitives.ReadUInt16LittleEndian(sizes);
        var second = first + BinaryPrimitives.ReadUInt16LittleEndian(sizes[2..]);
        var third = second + BinaryPrimitives.ReadUInt16LittleEndian(sizes[4..]);
        if (third > bytes.Length - BackwardBits.Prefix)
            throw CompressedInput.Truncated();
        _code.Decode(bytes[6..(first + BackwardBits.Prefix)], bytes[first..(second + BackwardBits.Prefix)], bytes[second..(third + BackwardBits.Prefix)],
            bytes[third..], literals);
    }

    // Section 3.1.1.3.2.1: how many sequences there are, and of which kind each of the three tables is.
    private int ReadTables(ReadOnlySpan<byte> block, int at, out int count)
    {
        if (at >= block.Length)
            throw CompressedInput.Truncated();
        count = block[at++];
        if (count == 0)
            return at;
        if (at + 2 > block.Length)
            throw CompressedInput.Truncated();
        if (count == 255)
        {
            count = BinaryPrimitives.ReadUInt16LittleEndian(block[at..]) + 0x7F00;
            at += 2;
        }
        else if (count >= 128)
        {
            count = ((count - 128) << 8) + block[at++];
        }

        if (at >= block.Length)
            throw CompressedInput.Truncated();
        var modes = block[at++];
        if ((modes & 3) != 0)
            throw Broken();
        var hadTables = _hasTables;
        _hasTables = true;
        ReadTable(block, ref at, modes >> 6, hadTables, _literalLengths, FseSymbols.LiteralLengths, FseSymbols.UsualLiteralLengths, FseSymbols.UsualLengthLog);
        ReadTable(block, ref at, modes >> 4, hadTables, _offsets, FseSymbols.Offsets, FseSymbols.UsualOffsets, FseSymbols.UsualOffsetLog);
        ReadTable(block, ref at, modes >> 2, hadTables, _matchLengths, FseSymbols.MatchLengths, FseSymbols.UsualMatchLengths, FseSymbols.UsualLengthLog);
        return at;
    }

    private static void ReadTable(ReadOnlySpan<byte> block, ref int at, int mode, bool hasTable, FseTable table, FseSymbols symbols, ReadOnlySpan<short> usual, int usualLog)
    {
        switch (mode & 3)
        {
            case 0:
                table.Set(usual, usualLog, symbols);
                break;
            case 1:
                table.SetSingle(at < block.Length ? block[at++] : throw CompressedInput.Truncated(), symbols);
                break;
            case 2:
                at += table.Read(block[at..], symbols);
                break;
            default:
                if (!hasTable)
                    throw Broken();
                break;
        }
    }

    // Section 3.1.1.4.
    private void Execute(ReadOnlySpan<byte> stream, int count, HistoryWindow window, ref int produced, int largest)
    {
        unchecked
        {
            BackwardBits bits = new(stream);
            ReadOnlySpan<FseTable.State> literalLengths = _literalLengths.States;
            ReadOnlySpan<FseTable.State> offsets = _offsets.States;
            ReadOnlySpan<FseTable.State> matchLengths = _matchLengths.States;
            ReadOnlySpan<byte> literals = _literals;
            Span<byte> output = window.Buffer;
            var (end, used, left, origin, reach) = (produced, 0, largest, window.Origin, window.Reach);
            var (rep1, rep2, rep3) = (_rep1, _rep2, _rep3);
            var literalState = bits.Read(_literalLengths.Log);
            var offsetState = bits.Read(_offsets.Log);
            var matchState = bits.Read(_matchLengths.Log);
            while (true)
            {
                var literal = literalLengths[(int)literalState];
                var match = matchLengths[(int)matchState];
                var offset = offsets[(int)offsetState];
                if (bits.IsBeyondStart)
                    break;

                // An offset has up to 31 bits and the length of a match up to 16, which is one look; all others together are 42, which is another.
                var ahead = bits.Peek();
                var distance = offset.Number + (uint)(ahead >> 1 >> (63 - offset.NumberBits));
                ahead <<= offset.NumberBits;
                var length = match.Number + (uint)(ahead >> 1 >> (63 - match.NumberBits));
                bits.Left -= offset.NumberBits + match.NumberBits;
                ahead = bits.Peek();
                var literalLength = literal.Number + (uint)(ahead >> 1 >> (63 - literal.NumberBits));
                ahead <<= literal.NumberBits;
                bits.Left -= literal.NumberBits;
                if (count > 1)
                {
                    literalState = literal.Next + (uint)(ahead >> 1 >> (63 - literal.NextBits));
                    ahead <<= literal.NextBits;
                    matchState = match.Next + (uint)(ahead >> 1 >> (63 - match.NextBits));
                    ahead <<= match.NextBits;
                    offsetState = offset.Next + (uint)(ahead >> 1 >> (63 - offset.NextBits));
                    bits.Left -= literal.NextBits + match.NextBits + offset.NextBits;
                }

                // Section 3.1.1.5: the last three distances; without literals before it, a match never repeats the last one.
                if (distance > 3)
                {
                    (rep3, rep2, rep1) = (rep2, rep1, distance - 3);
                }
                else
                {
                    var which = distance + (literalLength == 0 ? 1U : 0U);
                    if (which == 2)
                        (rep2, rep1) = (rep1, rep2);
                    else if (which > 2)
                        (rep3, rep2, rep1) = (rep2, rep1, which == 3 ? rep3 : rep1 - 1);
                }

                if (literalLength > (uint)(_literalCount - used) || literalLength + length > (uint)left)
                    break;
                if (literalLength <= HistoryWindow.WideCopy)
                    literals.Slice(used, HistoryWindow.WideCopy).CopyTo(output.Slice(end, HistoryWindow.WideCopy));
                else
                    literals.Slice(used, (int)literalLength).CopyTo(output.Slice(end, (int)literalLength));
                used += (int)literalLength;
                end += (int)literalLength;
                if (rep1 - 1 >= (uint)Math.Min(end - origin, reach))
                    break;
                HistoryWindow.Copy(output, end, (int)rep1, (int)length);
                end += (int)length;
                left -= (int)(literalLength + length);
                if (--count > 0)
                    continue;

                produced = end;
                (_rep1, _rep2, _rep3) = (rep1, rep2, rep3);
                if (!bits.IsAtStart || _literalCount - used > left)
                    throw Broken();
                Append(output, ref produced, used);
                return;
            }

            produced = end;
            throw Broken();
        }
    }

    private void Append(Span<byte> output, ref int end, int used)
    {
        _literals.AsSpan(used, _literalCount - used).CopyTo(output[end..]);
        end += _literalCount - used;
    }

    private static ulong Head(ReadOnlySpan<byte> block, int at)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong)];
        var known = block.Slice(at, Math.Min(5, block.Length - at));
        known.CopyTo(head);
        return known.IsEmpty ? throw CompressedInput.Truncated() : BinaryPrimitives.ReadUInt64LittleEndian(head);
    }

    private static InvalidDataException Broken() => new("A block of Zstandard is broken.");
}
