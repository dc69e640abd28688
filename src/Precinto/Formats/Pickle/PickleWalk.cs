using System.Buffers;
using System.Buffers.Binary;

namespace Precinto.Formats.Pickle;

/// <summary>
/// Follows the opcodes of what may be a pickle without a mark, by their lengths and by how many values they take and leave: until they break,
/// or until there is no doubt.
/// </summary>
/// <param name="length">The number of all bytes; more than there are where that is not known.</param>
/// <param name="look">The next bytes from an offset on, for offsets that never decrease; null where only the first ones can be looked at.</param>
internal sealed class PickleWalk(long length, Func<long, byte[]>? look)
{
    // The values below each mark; a negative number stands for that many marks with nothing below them.
    private readonly List<long> _marks = [];
    private long _length = length;
    private long _depth;
    private long _steps;
    private long _imported = -1;
    private int _woven;
    private bool _isWhole;

    /// <summary>How many opcodes, or runs of equal ones, were looked at.</summary>
    public long Looks { get; private set; }

    // What imported something and then breaks has run its import already; what came to an end was a pickle, whatever follows it.
    private bool HasRun => _isWhole || (_imported >= 0 && _steps > _imported + 1);

    public bool Run(ReadOnlySpan<byte> window)
    {
        for (long at = 0, start = 0; ;)
        {
            if (look is not null && at < _length && start + window.Length < _length && at - start > window.Length - LongestPlainOpcode)
            {
                window = Look(at);
                start = at;
            }

            if (at - start >= window.Length)
                return HasRun || (look is null && at < _length && _steps >= 4 && _depth + _marks.Count > 0);

            Looks++;
            var bytes = window[(int)(at - start)..];
            if (TrySkipRun(bytes, out var size))
            {
                at += size;
                continue;
            }

            if (!TryMeasure(bytes, _length - at, out size) && !TryMeasureLongLine(bytes, at, out size))
                return HasRun;
            var opcode = (PickleOpcode)bytes[0];
            if (!TryMove(opcode))
                return HasRun;

            _steps++;
            if (IsBeyondDoubt(opcode, bytes[1..], at + 1 == _length))
                return true;
            at += size;
        }
    }

    private bool IsBeyondDoubt(PickleOpcode opcode, ReadOnlySpan<byte> rest, bool isLast)
    {
        switch (opcode)
        {
            case PickleOpcode.Inst or PickleOpcode.StackGlobal:
                return true;
            case PickleOpcode.Global:
                _imported = _steps - 1;
                return false;
            case PickleOpcode.Reduce or PickleOpcode.Obj or PickleOpcode.Build when _imported >= 0:
                return true;
            case PickleOpcode.Stop:
                if (_imported >= 0 || isLast || PickleDetection.IsMarked(rest))
                    return true;
                _isWhole |= _steps >= 4;
                _marks.Clear();
                _depth = 0;
                return false;
            // Nothing but a pickler weaves values and containers for so long.
            case PickleOpcode.Append or PickleOpcode.SetItem or PickleOpcode.Appends or PickleOpcode.SetItems or PickleOpcode.Put or PickleOpcode.Tuple:
                return ++_woven >= Woven;
            default:
                return _steps >= MostSteps || _marks.Count >= MostMarks;
        }
    }

    private ReadOnlySpan<byte> Look(long at)
    {
        var bytes = look!(at);
        if (bytes.Length < PickleReader.HeadSize)
            _length = at + bytes.Length;
        return bytes;
    }

    // Equal bytes that only push: a million of them cost as much as one.
    private bool TrySkipRun(ReadOnlySpan<byte> bytes, out long size)
    {
        size = 0;
        var isMark = bytes[0] == (byte)PickleOpcode.Mark;
        if (bytes.Length < ShortestRun || bytes[1] != bytes[0]
            || !(isMark || (PickleOpcode)bytes[0] is PickleOpcode.None or PickleOpcode.NewTrue or PickleOpcode.NewFalse or PickleOpcode.EmptyTuple or PickleOpcode.EmptyList or PickleOpcode.EmptyDict or PickleOpcode.EmptySet))
            return false;

        size = bytes.IndexOfAnyExcept(bytes[0]) is >= 0 and var end ? end : bytes.Length;
        _steps += size;
        if (!isMark)
        {
            _depth += size;
            return true;
        }

        Mark();
        if (size > 1 && _marks[^1] < 0)
            _marks[^1] -= size - 1;
        else if (size > 1)
            _marks.Add(1 - size);
        return true;
    }

    // A line that does not end within what is looked at. Texts and numbers may be of any length; names are not.
    private bool TryMeasureLongLine(ReadOnlySpan<byte> bytes, long at, out long size)
    {
        size = bytes.Length;
        var opcode = (PickleOpcode)bytes[0];
        var isText = opcode is PickleOpcode.Unicode or PickleOpcode.PersId || bytes is [(byte)PickleOpcode.String, (byte)'\'' or (byte)'"', ..];
        var isNumber = opcode is PickleOpcode.Int or PickleOpcode.Long or PickleOpcode.Float or PickleOpcode.Put or PickleOpcode.Get;
        var isName = opcode is PickleOpcode.Global or PickleOpcode.Inst;
        if (look is null || !(isText || isNumber || isName) || (!isName && bytes.IndexOf((byte)'\n') >= 0))
            return false;

        if (isName)
        {
            ReadOnlySpan<byte> whole = Look(at);
            return whole.Length > bytes.Length && TryMeasure(whole, _length - at, out size);
        }

        for (var piece = bytes[1..]; ; size += piece.Length)
        {
            if (piece.Length > 0 && isNumber && piece.IndexOfAnyExcept(NumberLetters) >= 0)
                return false;
            piece = Look(at + size);
            if (piece.IsEmpty)
                return false;
            if (piece.IndexOf((byte)'\n') is >= 0 and var end)
            {
                size += end + 1;
                return !isNumber || piece[..end].IndexOfAnyExcept(NumberLetters) < 0;
            }
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
                size = 5L + BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
                break;
            case PickleOpcode.BinUnicode8 or PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                if (bytes.Length < 9 || BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]) is var declared && declared > long.MaxValue - 9)
                    return false;
                size = 9 + (long)declared;
                break;
            case PickleOpcode.Float:
                return TryMeasureLine(bytes, 1, line => IsNumber(line) || IsNoNumber(line), out size);
            case PickleOpcode.Int or PickleOpcode.Long or PickleOpcode.Put or PickleOpcode.Get:
                // What stands behind a NUL, C does not see.
                return TryMeasureLine(bytes, 1, line => IsNumber(line.IndexOf((byte)0) is >= 0 and var end ? line[..end] : line), out size);
            case PickleOpcode.Unicode or PickleOpcode.PersId:
                return TryMeasureLine(bytes, 1, _ => true, out size);
            case PickleOpcode.String:
                return TryMeasureLine(bytes, 1, line => line is [(byte)'\'', .., (byte)'\''] or [(byte)'"', .., (byte)'"'], out size);
            case PickleOpcode.Global or PickleOpcode.Inst:
                if (!TryMeasureLine(bytes, 1, IsName, out size))
                    return false;
                return TryMeasureLine(bytes, (int)size, IsName, out size);
            default:
                return Enum.IsDefined((PickleOpcode)bytes[0]);
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

    // As C reads them: inf, Infinity and nan, in letters of any size.
    private static bool IsNoNumber(ReadOnlySpan<byte> line)
    {
        if (line is [(byte)'+' or (byte)'-', ..])
            line = line[1..];
        return System.Text.Ascii.EqualsIgnoreCase(line, "inf"u8) || System.Text.Ascii.EqualsIgnoreCase(line, "infinity"u8) || System.Text.Ascii.EqualsIgnoreCase(line, "nan"u8);
    }

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
    private bool TryMove(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark:
                Mark();
                return true;
            case PickleOpcode.Tuple or PickleOpcode.List or PickleOpcode.Dict or PickleOpcode.FrozenSet or PickleOpcode.Inst or PickleOpcode.Obj:
                return (opcode != PickleOpcode.Obj || _depth > 0) && TryPopMark(1);
            case PickleOpcode.Appends or PickleOpcode.SetItems or PickleOpcode.AddItems:
                return TryPopMark(0) && _depth > 0;
            case PickleOpcode.PopMark:
                return TryPopMark(0);
            case PickleOpcode.Pop when _depth == 0:
                return TryPopMark(0);
            case PickleOpcode.Pop or PickleOpcode.Append or PickleOpcode.Build or PickleOpcode.Reduce or PickleOpcode.NewObj or PickleOpcode.StackGlobal or PickleOpcode.Tuple2:
                _depth--;
                return _depth > 0 || opcode == PickleOpcode.Pop;
            case PickleOpcode.SetItem or PickleOpcode.NewObjEx or PickleOpcode.Tuple3:
                _depth -= 2;
                return _depth > 0;
            case PickleOpcode.Put or PickleOpcode.BinPut or PickleOpcode.LongBinPut or PickleOpcode.Memoize or PickleOpcode.Stop or PickleOpcode.Tuple1
                or PickleOpcode.BinPersId or PickleOpcode.ReadOnlyBuffer:
                return _depth > 0;
            case PickleOpcode.Dup:
                _depth++;
                return _depth > 1;
            case PickleOpcode.Proto or PickleOpcode.Frame:
                return true;
            default:
                _depth++;
                return true;
        }
    }

    private void Mark()
    {
        if (_depth == 0 && _marks.Count > 0 && _marks[^1] < 0)
            _marks[^1]--;
        else
            _marks.Add(_depth == 0 ? -1 : _depth);
        _depth = 0;
    }

    private bool TryPopMark(int pushed)
    {
        if (_marks.Count == 0)
            return false;

        _depth = Math.Max(_marks[^1], 0) + pushed;
        if (_marks[^1] < -1)
            _marks[^1]++;
        else
            _marks.RemoveAt(_marks.Count - 1);
        return true;
    }

    /// <summary>How many bytes a look shows at the most.</summary>
    public const int LookSize = 1 << 16;

    private static readonly SearchValues<byte> NumberLetters = SearchValues.Create("0123456789+-.abcdefABCDEFLoxXOinINtyTY_ \r\t\v\f\0"u8);
    private const int LongestPlainOpcode = 256;
    private const int ShortestRun = 16;
    private const int Woven = 200;
    private const int MostMarks = 1 << 20;
    private const long MostSteps = 200_000_000;

    private delegate bool LineTest(ReadOnlySpan<byte> line);
}
