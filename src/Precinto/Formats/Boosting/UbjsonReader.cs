using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Precinto.Formats.Boosting;

/// <summary>
/// Universal Binary JSON (ubjson.org, draft 12) as events, big-endian, typed lists among them. Nesting is a stack of counts, so that
/// no depth and no count from the file takes memory before its bytes are there.
/// </summary>
internal sealed class UbjsonReader(BoundedReader reader)
{
    // What is open: an object or a list, its element type where one is declared, and how many elements are to come; null where an end mark tells.
    private readonly Stack<(bool IsObject, byte Type, long? Left)> _open = [];
    private bool _expectsValue = true;

    public long Position => reader.Position;

    /// <summary>Hands the next event to a reader of documents; false at the end of the document.</summary>
    public bool Read(BoostedModelReader model)
    {
        if (_open.Count == 0 && !_expectsValue)
            return false;

        if (_open.TryPeek(out var container))
        {
            if (container.Left == 0 || (container.Left is null && Peek() == (container.IsObject ? (byte)'}' : (byte)']')))
            {
                if (container.Left is null)
                    reader.Skip(1);
                _open.Pop();
                model.End(container.IsObject, reader.Position);
                return true;
            }

            if (container.Left is { } left)
            {
                _open.Pop();
                _open.Push(container with { Left = left - 1 });
            }

            if (container.IsObject)
                model.Name(ReadText(ReadLength()), reader.Position);
        }

        _expectsValue = false;
        ReadValue(container.Type != 0 ? container.Type : NextMark(), model);
        return true;
    }

    private void ReadValue(byte mark, BoostedModelReader model)
    {
        var at = reader.Position;
        switch ((char)mark)
        {
            case '{' or '[':
                Open(mark == (byte)'{', model);
                break;
            case 'S' or 'H':
                model.Text(ReadText(ReadLength()), at);
                break;
            case 'C':
                model.Text(((char)reader.ReadByte()).ToString(), at);
                break;
            case 'Z' or 'T' or 'F':
                model.Other(at);
                break;
            case 'd':
                reader.Skip(4);
                model.Other(at);
                break;
            case 'D':
                reader.Skip(8);
                model.Other(at);
                break;
            default:
                model.Integer(ReadInteger(mark), at);
                break;
        }
    }

    private void Open(bool isObject, BoostedModelReader model)
    {
        if (_open.Count == DeepestNesting)
            throw new MalformedModelException(reader.Position, $"Nests more than {DeepestNesting} deep.");

        byte type = 0;
        long? count = null;
        if (Peek() == (byte)'$')
        {
            reader.Skip(1);
            type = reader.ReadByte();
            if (Peek() != (byte)'#')
                throw new MalformedModelException(reader.Position, "A list with a type has no count.");
        }

        if (Peek() == (byte)'#')
        {
            reader.Skip(1);
            count = ReadLength();
            // Elements without bytes of their own would be counted for ever.
            if (type is (byte)'Z' or (byte)'T' or (byte)'F' or (byte)'N' || count > reader.Remaining)
                throw new MalformedModelException(reader.Position, $"Declares {count} elements, more than the file can hold.");
        }

        _open.Push((isObject, type, count));
        model.Begin(isObject, reader.Position);
    }

    private long ReadLength() => ReadInteger(reader.ReadByte()) is var length and >= 0
        ? length
        : throw new MalformedModelException(reader.Position, "A length is negative.");

    private long ReadInteger(byte mark) => (char)mark switch
    {
        'i' => unchecked((sbyte)reader.ReadByte()),
        'U' => reader.ReadByte(),
        'I' => BinaryPrimitives.ReadInt16BigEndian(reader.ReadSpan(2)),
        'l' => BinaryPrimitives.ReadInt32BigEndian(reader.ReadSpan(4)),
        'L' => BinaryPrimitives.ReadInt64BigEndian(reader.ReadSpan(8)),
        _ => throw new MalformedModelException(reader.Position, $"0x{mark:X2} marks no value."),
    };

    private string ReadText(long length)
    {
        var at = reader.Position;
        var bytes = reader.ReadBytes(length, LongestText);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new MalformedModelException(at, "A text is no UTF-8.");
    }

    // 'N' stands for nothing and may stand anywhere.
    private byte NextMark()
    {
        byte mark;
        do
            mark = reader.ReadByte();
        while (mark == (byte)'N');
        return mark;
    }

    private byte Peek() => reader.Peek(1) is [var next] ? next : throw new MalformedModelException(reader.Position, "The document is cut off.");

    private const int DeepestNesting = 64;
    private const int LongestText = 64 << 20;
}
