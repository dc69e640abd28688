using System.Buffers;

namespace Precinto.Formats.Pickle;

/// <summary>
/// Whether bytes are a pickle. Protocols 2 to 5 begin with PROTO. Protocols 0 and 1 have no mark and look like text, so their opcodes are
/// walked: a pickle ends in STOP where the bytes end, or imports something and goes on; prose, JSON and tables break within a few bytes.
/// </summary>
internal static class PickleDetection
{
    /// <param name="head">The first bytes.</param>
    /// <param name="length">The number of all bytes; more than are in the head where that is not known.</param>
    public static bool IsPickle(ReadOnlySpan<byte> head, long length)
    {
        if (head is [0x80, <= 5, ..])
            return head.Length == 2 || IsOpcode(head[2]);

        return Walk(head, length);
    }

    private static bool IsOpcode(byte code) => Enum.IsDefined((PickleOpcode)code);

    private static bool Walk(ReadOnlySpan<byte> head, long length)
    {
        List<int> marks = [];
        var depth = 0;
        var steps = 0;
        var imported = -1;
        long at = 0;
        while (true)
        {
            if (at >= head.Length)
                return at < length ? steps >= 4 && depth + marks.Count > 0 : imported >= 0 && steps > imported + 1;

            // What imported something and then breaks has run its import already.
            var opcode = (PickleOpcode)head[(int)at];
            if (!TryMeasure(head[(int)at..], length - at, out var size) || !TryMove(opcode, marks, ref depth))
                return imported >= 0 && steps > imported + 1;

            steps++;
            switch (opcode)
            {
                case PickleOpcode.Inst or PickleOpcode.StackGlobal:
                    return true;
                case PickleOpcode.Global:
                    imported = steps - 1;
                    break;
                case PickleOpcode.Reduce or PickleOpcode.Obj or PickleOpcode.Build when imported >= 0:
                    return true;
                case PickleOpcode.Stop when imported >= 0 || at + 1 == length:
                    return true;
                case PickleOpcode.Stop:
                    if (head[(int)(at + 1)..] is [0x80, >= 2 and <= 5, var next, ..] && IsOpcode(next))
                        return true;
                    marks.Clear();
                    depth = 0;
                    break;
            }

            at += size;
        }
    }

    // The length of the opcode with its argument; false where the argument is none.
    private static bool TryMeasure(ReadOnlySpan<byte> bytes, long left, out long size)
    {
        size = 1;
        switch ((PickleOpcode)bytes[0])
        {
            case PickleOpcode.BinInt1 or PickleOpcode.BinGet or PickleOpcode.BinPut or PickleOpcode.Ext1 or PickleOpcode.Proto:
                size = 2;
                break;
            case PickleOpcode.BinInt2 or PickleOpcode.Ext2:
                size = 3;
                break;
            case PickleOpcode.BinInt or PickleOpcode.LongBinGet or PickleOpcode.LongBinPut or PickleOpcode.Ext4:
                size = 5;
                break;
            case PickleOpcode.BinFloat or PickleOpcode.Frame:
                size = 9;
                break;
            case PickleOpcode.ShortBinString or PickleOpcode.ShortBinBytes or PickleOpcode.ShortBinUnicode or PickleOpcode.Long1:
                if (bytes.Length < 2)
                    return false;
                size = 2L + bytes[1];
                break;
            case PickleOpcode.BinString or PickleOpcode.BinBytes or PickleOpcode.BinUnicode or PickleOpcode.Long4:
                if (bytes.Length < 5)
                    return false;
                size = 5L + System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
                break;
            case PickleOpcode.BinUnicode8 or PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                if (bytes.Length < 9 || System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]) is var declared && declared > long.MaxValue - 9)
                    return false;
                size = 9 + (long)declared;
                break;
            case PickleOpcode.Int or PickleOpcode.Long or PickleOpcode.Float or PickleOpcode.Put or PickleOpcode.Get:
                return TryMeasureLine(bytes, 1, IsNumber, out size);
            case PickleOpcode.Unicode or PickleOpcode.PersId:
                return TryMeasureLine(bytes, 1, _ => true, out size);
            case PickleOpcode.String:
                return TryMeasureLine(bytes, 1, line => line is [(byte)'\'', .., (byte)'\''] or [(byte)'"', .., (byte)'"'], out size);
            case PickleOpcode.Global or PickleOpcode.Inst:
                if (!TryMeasureLine(bytes, 1, IsName, out size))
                    return false;
                return TryMeasureLine(bytes, (int)size, IsName, out size);
            default:
                return IsOpcode(bytes[0]);
        }

        return size <= left;
    }

    private static bool TryMeasureLine(ReadOnlySpan<byte> bytes, int start, LineTest test, out long size)
    {
        size = 0;
        var end = bytes[start..].IndexOf((byte)'\n');
        if (end < 0 || !test(bytes.Slice(start, end)))
            return false;

        size = start + end + 1L;
        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> line) =>
        line.Length > 0 && line.IndexOfAnyExcept(NumberLetters) < 0 && line.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0;

    private static bool IsName(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || char.IsAsciiDigit((char)line[0]))
            return false;

        foreach (var letter in line)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'_' or (byte)'.' or (byte)'<' or (byte)'>'))
                return false;
        }

        return true;
    }

    // How many values an opcode takes and leaves, above the innermost mark.
    private static bool TryMove(PickleOpcode opcode, List<int> marks, ref int depth)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark:
                marks.Add(depth);
                depth = 0;
                return true;
            case PickleOpcode.Tuple or PickleOpcode.List or PickleOpcode.Dict or PickleOpcode.FrozenSet or PickleOpcode.Inst or PickleOpcode.Obj:
                return (opcode != PickleOpcode.Obj || depth > 0) && TryPopMark(marks, ref depth, 1);
            case PickleOpcode.Appends or PickleOpcode.SetItems or PickleOpcode.AddItems:
                return TryPopMark(marks, ref depth, 0) && depth > 0;
            case PickleOpcode.PopMark:
                return TryPopMark(marks, ref depth, 0);
            case PickleOpcode.Pop when depth == 0:
                return TryPopMark(marks, ref depth, 0);
            case PickleOpcode.Pop or PickleOpcode.Append or PickleOpcode.Build or PickleOpcode.Reduce or PickleOpcode.NewObj or PickleOpcode.StackGlobal:
                depth--;
                return depth > 0 || opcode == PickleOpcode.Pop;
            case PickleOpcode.SetItem or PickleOpcode.NewObjEx:
                depth -= 2;
                return depth > 0;
            case PickleOpcode.Tuple2:
                depth--;
                return depth > 0;
            case PickleOpcode.Tuple3:
                depth -= 2;
                return depth > 0;
            case PickleOpcode.Put or PickleOpcode.BinPut or PickleOpcode.LongBinPut or PickleOpcode.Memoize or PickleOpcode.Stop or PickleOpcode.Tuple1
                or PickleOpcode.BinPersId or PickleOpcode.ReadOnlyBuffer:
                return depth > 0;
            case PickleOpcode.Dup:
                depth++;
                return depth > 1;
            case PickleOpcode.Proto or PickleOpcode.Frame:
                return true;
            default:
                depth++;
                return true;
        }
    }

    private static bool TryPopMark(List<int> marks, ref int depth, int pushed)
    {
        if (marks.Count == 0)
            return false;

        depth = marks[^1] + pushed;
        marks.RemoveAt(marks.Count - 1);
        return true;
    }

    private static readonly SearchValues<byte> NumberLetters = SearchValues.Create("0123456789+-.eEL_ infa\r"u8);

    private delegate bool LineTest(ReadOnlySpan<byte> line);
}
