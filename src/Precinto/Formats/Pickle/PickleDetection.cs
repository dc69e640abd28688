using System.Buffers;
using System.Buffers.Binary;
using Precinto.Files;

namespace Precinto.Formats.Pickle;

/// <summary>
/// Whether bytes are a pickle. Protocols 2 to 5 begin with PROTO. Protocols 0 and 1 have no mark and look like text, so their opcodes are
/// walked: a pickle ends in STOP where the bytes end, or imports something and goes on; prose, JSON and tables break within a few bytes.
/// </summary>
internal static class PickleDetection
{
    /// <param name="head">The first bytes.</param>
    /// <param name="length">The number of all bytes; more than are in the head where that is not known.</param>
    /// <param name="look">The next bytes from an offset on, for offsets that never decrease; null where only the head can be looked at.</param>
    public static bool IsPickle(ReadOnlySpan<byte> head, long length, Func<long, byte[]>? look = null)
    {
        if (head is [0x80, <= 5, ..])
            return head.Length == 2 || IsOpcode(head[2]);

        // To a pickle, the mark of a zip archive is a persistent identifier, at which pickle.load stops and torch.load has seen the archive.
        return !head.StartsWith("PK\x03\x04"u8) && Walk(head, length, look);
    }

    public static bool IsPickle(ReadOnlySpan<byte> head, ModelContent content) => IsPickle(head, content.Length, at =>
    {
        var bytes = new byte[(int)Math.Min(PickleReader.HeadSize, content.Length - at)];
        content.Read(at, bytes);
        return bytes;
    });

    private static bool IsOpcode(byte code) => Enum.IsDefined((PickleOpcode)code);

    private static bool Walk(ReadOnlySpan<byte> head, long length, Func<long, byte[]>? look)
    {
        List<int> marks = [];
        var depth = 0;
        var steps = 0;
        var imported = -1;
        var looks = 0;
        var isWhole = false;
        long at = 0;

        // Where the bytes that are looked at begin.
        long start = 0;
        while (true)
        {
            // Text breaks within a few bytes: what needs another look was a pickle for as long, or holds one large value.
            if (look is not null && looks < MostLooks && at < length && start + head.Length < length && at - start > head.Length - LongestPlainOpcode)
            {
                looks++;
                start = at;
                head = look(at);
                if (head.Length is > 0 and < PickleReader.HeadSize)
                    length = at + head.Length;
            }

            if (at - start >= head.Length)
                return at < length ? steps >= 4 && depth + marks.Count > 0 : imported >= 0 && steps > imported + 1;

            // What imported something and then breaks has run its import already; what came to an end was a pickle, whatever follows it.
            var bytes = head[(int)(at - start)..];
            var opcode = (PickleOpcode)bytes[0];
            if (!TryMeasure(bytes, length - at, out var size) && !TryMeasureLongText(bytes, look, at, ref looks, out size))
                return isWhole || (imported >= 0 && steps > imported + 1);
            if (!TryMove(opcode, marks, ref depth))
                return isWhole || (imported >= 0 && steps > imported + 1);

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
                    if (bytes[1..] is [0x80, >= 2 and <= 5, var next, ..] && IsOpcode(next))
                        return true;
                    isWhole |= steps >= 4;
                    marks.Clear();
                    depth = 0;
                    break;
            }

            at += size;
        }
    }

    // A text of protocol 0 that does not end within what is looked at.
    private static bool TryMeasureLongText(ReadOnlySpan<byte> bytes, Func<long, byte[]>? look, long at, ref int looks, out long size)
    {
        size = bytes.Length;
        if (look is null || bytes is not ([(byte)PickleOpcode.String, (byte)'\'' or (byte)'"', ..] or [(byte)PickleOpcode.Unicode, ..]) || bytes.IndexOf((byte)'\n') >= 0)
            return false;

        while (looks++ < MostLooks && look(at + size) is { Length: > 0 } next)
        {
            if (next.AsSpan().IndexOf((byte)'\n') is >= 0 and var end)
            {
                size += end + 1;
                return true;
            }

            size += next.Length;
        }

        return false;
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
                size = 5L + BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
                break;
            case PickleOpcode.BinUnicode8 or PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                if (bytes.Length < 9 || BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]) is var declared && declared > long.MaxValue - 9)
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

    private static readonly SearchValues<byte> NumberLetters = SearchValues.Create("0123456789+-.abcdefABCDEFLoxXOinINtyTY_ \r\t\v\f\0"u8);
    private const int LongestPlainOpcode = 256;
    private const int MostLooks = 64;

    private delegate bool LineTest(ReadOnlySpan<byte> line);
}
