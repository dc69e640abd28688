using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Precinto.Formats.Msgpack;

/// <summary>What a token of MessagePack begins or is.</summary>
internal enum MsgpackToken
{
    Other,
    Integer,
    Text,
    Bytes,
    List,
    Map,
    Extension,
}

/// <summary>Reads MessagePack (msgpack.org, specification of 2013) token by token; whoever reads keeps count of what is open.</summary>
internal sealed class MsgpackReader(BoundedReader reader)
{
    public long Position => reader.Position;

    public bool IsAtEnd => reader.IsAtEnd;

    /// <summary>The number of elements of a list or of pairs of a map, the bytes of a text, of bytes or of an extension, or the integer itself.</summary>
    public long Value { get; private set; }

    /// <summary>The kind of an extension, as the application numbers it.</summary>
    public int ExtensionType { get; private set; }

    /// <summary>Reads the head of the next value. Texts, bytes and extensions are then read or skipped.</summary>
    public MsgpackToken Next()
    {
        var at = reader.Position;
        var mark = reader.ReadByte();
        return mark switch
        {
            <= 0x7F => Integer(mark),
            <= 0x8F => Sized(MsgpackToken.Map, mark & 0x0F),
            <= 0x9F => Sized(MsgpackToken.List, mark & 0x0F),
            <= 0xBF => Sized(MsgpackToken.Text, mark & 0x1F),
            0xC0 or 0xC2 or 0xC3 => MsgpackToken.Other,
            0xC4 => Sized(MsgpackToken.Bytes, reader.ReadByte()),
            0xC5 => Sized(MsgpackToken.Bytes, Big16()),
            0xC6 => Sized(MsgpackToken.Bytes, Big32()),
            0xC7 => Extension(reader.ReadByte()),
            0xC8 => Extension(Big16()),
            0xC9 => Extension(Big32()),
            0xCA => Skipped(4),
            0xCB => Skipped(8),
            0xCC => Integer(reader.ReadByte()),
            0xCD => Integer(Big16()),
            0xCE => Integer(Big32()),
            0xCF => Integer(BinaryPrimitives.ReadUInt64BigEndian(reader.ReadSpan(8)) is var large and <= long.MaxValue ? (long)large : long.MaxValue),
            0xD0 => Integer(unchecked((sbyte)reader.ReadByte())),
            0xD1 => Integer(BinaryPrimitives.ReadInt16BigEndian(reader.ReadSpan(2))),
            0xD2 => Integer(BinaryPrimitives.ReadInt32BigEndian(reader.ReadSpan(4))),
            0xD3 => Integer(BinaryPrimitives.ReadInt64BigEndian(reader.ReadSpan(8))),
            >= 0xD4 and <= 0xD8 => Extension(1L << (mark - 0xD4)),
            0xD9 => Sized(MsgpackToken.Text, reader.ReadByte()),
            0xDA => Sized(MsgpackToken.Text, Big16()),
            0xDB => Sized(MsgpackToken.Text, Big32()),
            0xDC => Sized(MsgpackToken.List, Big16()),
            0xDD => Sized(MsgpackToken.List, Big32()),
            0xDE => Sized(MsgpackToken.Map, Big16()),
            0xDF => Sized(MsgpackToken.Map, Big32()),
            >= 0xE0 => Integer(unchecked((sbyte)mark)),
            _ => throw new MalformedModelException(at, $"0x{mark:X2} marks no value."),
        };
    }

    public string ReadText(int maximum)
    {
        var at = reader.Position;
        var bytes = reader.ReadBytes(Value, maximum);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new MalformedModelException(at, "A text is no UTF-8.");
    }

    public void Skip() => reader.Skip(Value);

    private MsgpackToken Integer(long value)
    {
        Value = value;
        return MsgpackToken.Integer;
    }

    private MsgpackToken Sized(MsgpackToken token, long size)
    {
        // Each element takes a byte at the least.
        if (size > reader.Remaining)
            throw new MalformedModelException(reader.Position, $"Declares {size} bytes or elements where {reader.Remaining} bytes are left.");
        Value = size;
        return token;
    }

    private MsgpackToken Extension(long size)
    {
        ExtensionType = unchecked((sbyte)reader.ReadByte());
        return Sized(MsgpackToken.Extension, size);
    }

    private MsgpackToken Skipped(int size)
    {
        reader.Skip(size);
        return MsgpackToken.Other;
    }

    private ushort Big16() => BinaryPrimitives.ReadUInt16BigEndian(reader.ReadSpan(2));

    private uint Big32() => BinaryPrimitives.ReadUInt32BigEndian(reader.ReadSpan(4));
}
