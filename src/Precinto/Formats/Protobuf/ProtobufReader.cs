using System.Text;
using System.Text.Unicode;
using Precinto.Files;

namespace Precinto.Formats.Protobuf;

/// <summary>How a field is laid out on the wire; groups (3 and 4) are obsolete and skipped, as all parsers skip those that they do not know.</summary>
internal enum ProtobufWire
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    GroupStart = 3,
    GroupEnd = 4,
    Fixed32 = 5,
}

/// <summary>
/// Reads the protobuf wire format (protobuf.dev, "Encoding"): fields of a tag and a value, in any order, repeated at will.
/// Messages are entered and left by their lengths; nothing reads beyond the message that it is in.
/// </summary>
internal sealed class ProtobufReader
{
    private readonly BoundedReader _reader;
    private long _end;

    public ProtobufReader(ModelContent content, long start, long length)
    {
        _reader = new(content, start, length);
        _end = start + length;
    }

    public long Position => _reader.Position;

    /// <summary>Reads the next tag of the message; false at its end.</summary>
    public bool TryReadTag(out int field, out ProtobufWire wire)
    {
        while (TryReadAnyTag(out field, out wire))
        {
            if (wire != ProtobufWire.GroupStart)
                return wire != ProtobufWire.GroupEnd ? true : throw new MalformedModelException(Position, $"Ends a group {field} that did not begin.");
            SkipGroup(field);
        }

        return false;
    }

    /// <summary>Reads a number of variable size; what goes beyond 64 bits is dropped, as parsers do.</summary>
    public ulong ReadVarint()
    {
        var at = _reader.Position;
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_reader.Position == _end)
                throw new MalformedModelException(at, "A number is cut off.");
            ulong piece = _reader.ReadByte();
            value |= (piece & 0x7F) << shift;
            if (piece < 0x80)
                return value;
        }

        throw new MalformedModelException(at, "A number has more than 64 bits.");
    }

    /// <summary>A whole number with sign, in two's complement as int32, int64 and enumerations have it.</summary>
    public long ReadInteger(ProtobufWire wire)
    {
        Expect(wire, ProtobufWire.Varint);
        return unchecked((long)ReadVarint());
    }

    /// <summary>Enters the message that comes next.</summary>
    /// <returns>What <see cref="Leave"/> wants back.</returns>
    public long Enter(ProtobufWire wire)
    {
        var length = ReadLength(wire);
        var outer = _end;
        _end = _reader.Position + length;
        return outer;
    }

    /// <summary>Looks into the message that comes next, as far as there is any of it, and goes on behind it.</summary>
    public bool Look(ProtobufWire wire, Func<ProtobufReader, bool> look)
    {
        Expect(wire, ProtobufWire.Bytes);
        var length = (long)Math.Min(ReadVarint(), (ulong)(_end - _reader.Position));
        var outer = _end;
        var end = _end = _reader.Position + length;
        var isFound = look(this);
        Leave(outer);
        ReturnTo(end);
        return isFound;
    }

    /// <summary>Reads the message to its end, and hands over each value that the numbers of fields lead to, through messages in messages.</summary>
    public void Follow(ReadOnlySpan<int> path, Action<ProtobufWire> take)
    {
        while (TryReadTag(out var field, out var wire))
        {
            if (field != path[0])
            {
                Skip(wire);
            }
            else if (path.Length == 1)
            {
                take(wire);
            }
            else
            {
                var outer = Enter(wire);
                Follow(path[1..], take);
                Leave(outer);
            }
        }
    }

    /// <summary>Leaves a message that was entered.</summary>
    public void Leave(long outer) => _end = outer;

    /// <summary>Skips bytes or a message.</summary>
    /// <returns>Where they are.</returns>
    public (long Start, long Length) SkipBytes(ProtobufWire wire)
    {
        var length = ReadLength(wire);
        var start = _reader.Position;
        _reader.Skip(length);
        return (start, length);
    }

    /// <summary>Skips bytes as far as there are any: for telling what a message is although the rest of it is cut off.</summary>
    public (long Start, long Length) SkipPartly(ProtobufWire wire)
    {
        Expect(wire, ProtobufWire.Bytes);
        var length = (long)Math.Min(ReadVarint(), (ulong)(_end - _reader.Position));
        var start = _reader.Position;
        _reader.Skip(length);
        return (start, length);
    }

    /// <summary>Skips the value of any field, and bytes as far as there are any.</summary>
    public void SkipFar(ProtobufWire wire)
    {
        if (wire == ProtobufWire.Bytes)
            SkipPartly(wire);
        else
            Skip(wire);
    }

    /// <summary>Goes back, or on, to a place within the message.</summary>
    public void ReturnTo(long position) => _reader.Seek(position);

    /// <summary>Reads bytes again that were skipped last.</summary>
    public byte[] ReadAgain(long start, int length)
    {
        ReturnTo(start);
        return _reader.ReadBytes(length, length);
    }

    /// <summary>Bytes, and where they are.</summary>
    public (long Start, byte[] Bytes) ReadRaw(ProtobufWire wire, int maximum)
    {
        var length = ReadLength(wire);
        var start = _reader.Position;
        return (start, _reader.ReadBytes(length, maximum));
    }

    public string ReadText(ProtobufWire wire, int maximum)
    {
        var length = ReadLength(wire);
        var at = _reader.Position;
        var bytes = _reader.ReadBytes(length, maximum);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new MalformedModelException(at, "A text is no UTF-8.");
    }

    /// <summary>Skips the value of a field that is of no interest.</summary>
    public void Skip(ProtobufWire wire)
    {
        switch (wire)
        {
            case ProtobufWire.Varint:
                ReadVarint();
                break;
            case ProtobufWire.Fixed32:
                SkipFixed(4);
                break;
            case ProtobufWire.Fixed64:
                SkipFixed(8);
                break;
            default:
                SkipBytes(wire);
                break;
        }
    }

    /// <summary>Reads whole numbers, packed or single, up to a number of them in all.</summary>
    public void ReadIntegers(ProtobufWire wire, List<long> numbers, int maximum)
    {
        if (wire == ProtobufWire.Varint)
        {
            Take(numbers, maximum);
            return;
        }

        var outer = Enter(wire);
        while (_reader.Position < _end)
            Take(numbers, maximum);
        Leave(outer);
    }

    /// <summary>Skips numbers of variable size, packed or single, and counts them.</summary>
    public long CountVarints(ProtobufWire wire)
    {
        if (wire == ProtobufWire.Varint)
        {
            ReadVarint();
            return 1;
        }

        var outer = Enter(wire);
        long count = 0;
        var isOpen = false;
        while (_reader.Position < _end)
        {
            // The last byte of each number has no high bit.
            var window = _reader.Window;
            window = window[..(int)Math.Min(window.Length, _end - _reader.Position)];
            if (window.IsEmpty)
                throw new MalformedModelException(_reader.Position, "Numbers are cut off.");
            foreach (var value in window)
                count += value < 0x80 ? 1 : 0;
            isOpen = window[^1] >= 0x80;
            _reader.Skip(window.Length);
        }

        if (isOpen)
            throw new MalformedModelException(_reader.Position, "A number is cut off.");
        Leave(outer);
        return count;
    }

    /// <summary>Skips numbers of 4 or 8 bytes, packed or single, and counts them.</summary>
    public long CountFixed(ProtobufWire wire, int size)
    {
        if (wire == (size == 4 ? ProtobufWire.Fixed32 : ProtobufWire.Fixed64))
        {
            SkipFixed(size);
            return 1;
        }

        var (start, length) = SkipBytes(wire);
        return length % size == 0 ? length / size : throw new MalformedModelException(start, $"{length} bytes are no numbers of {size} bytes.");
    }

    private bool TryReadAnyTag(out int field, out ProtobufWire wire)
    {
        if (_reader.Position == _end)
        {
            (field, wire) = (0, default);
            return false;
        }

        var at = _reader.Position;
        var tag = ReadVarint();
        wire = (ProtobufWire)(int)(tag & 7);
        if (tag > uint.MaxValue || tag >> 3 == 0)
            throw new MalformedModelException(at, $"Has a field with the number {tag >> 3}.");
        if (wire > ProtobufWire.Fixed32)
            throw new MalformedModelException(at, $"Has a field of wire type {(int)wire}.");

        field = (int)(tag >> 3);
        return true;
    }

    private void SkipGroup(int field)
    {
        Stack<int> open = new([field]);
        while (open.Count > 0)
        {
            if (!TryReadAnyTag(out var inner, out var wire))
                throw new MalformedModelException(Position, $"The group {open.Peek()} does not end.");
            if (wire == ProtobufWire.GroupStart && open.Count < DeepestGroup)
                open.Push(inner);
            else if (wire == ProtobufWire.GroupStart || (wire == ProtobufWire.GroupEnd && open.Pop() != inner))
                throw new MalformedModelException(Position, $"The groups around field {inner} are broken, or nested more than {DeepestGroup} deep.");
            else if (wire != ProtobufWire.GroupEnd)
                Skip(wire);
        }
    }

    private void Take(List<long> numbers, int maximum)
    {
        if (numbers.Count == maximum)
            throw new MalformedModelException(_reader.Position, $"Holds more than {maximum} numbers.");
        numbers.Add(unchecked((long)ReadVarint()));
    }

    private void SkipFixed(int size)
    {
        if (size > _end - _reader.Position)
            throw new MalformedModelException(_reader.Position, "A number is cut off.");
        _reader.Skip(size);
    }

    private long ReadLength(ProtobufWire wire)
    {
        Expect(wire, ProtobufWire.Bytes);
        var at = _reader.Position;
        var length = ReadVarint();
        if (length > (ulong)(_end - _reader.Position))
            throw new MalformedModelException(at, $"Declares {length} bytes where {_end - _reader.Position} are left.");
        return (long)length;
    }

    private void Expect(ProtobufWire wire, ProtobufWire expected)
    {
        if (wire != expected)
            throw new MalformedModelException(_reader.Position, $"A field has wire type {wire} where {expected} is due.");
    }

    // As deep as protobuf's own parsers go.
    private const int DeepestGroup = 100;
}
