using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Precinto.Files;

namespace Precinto.Formats.Gguf;

/// <summary>Reads the numbers and texts of a GGUF header in its byte order, and lengths in the width that its version has.</summary>
internal sealed class GgufReader
{
    private readonly BoundedReader _reader;
    private readonly bool _isBigEndian;
    private readonly bool _hasShortLengths;

    /// <summary>Reads the mark and the version, which also tells the byte order: small numbers, read the wrong way round, are large.</summary>
    public GgufReader(ModelContent content)
    {
        _reader = new(content);
        _reader.Skip(4);
        var version = _reader.ReadUInt32();
        _isBigEndian = (version & 0xFFFF) == 0;
        Version = _isBigEndian ? BinaryPrimitives.ReverseEndianness(version) : version;
        if (Version is < 1 or > 3)
            throw new MalformedModelException(4, $"GGUF version {Version} is not known.");

        // Version 2 made lengths 64 bits wide; version 3 allowed big-endian files.
        _hasShortLengths = Version == 1;
    }

    public uint Version { get; }

    public bool IsBigEndian => _isBigEndian;

    public long Position => _reader.Position;

    public long Remaining => _reader.Remaining;

    /// <summary>How many bytes a length takes.</summary>
    public int LengthSize => _hasShortLengths ? 4 : 8;

    public byte ReadByte() => _reader.ReadByte();

    public ushort ReadUInt16() => _isBigEndian ? BinaryPrimitives.ReverseEndianness(_reader.ReadUInt16()) : _reader.ReadUInt16();

    public uint ReadUInt32() => _isBigEndian ? BinaryPrimitives.ReverseEndianness(_reader.ReadUInt32()) : _reader.ReadUInt32();

    public ulong ReadUInt64() => _isBigEndian ? BinaryPrimitives.ReverseEndianness(_reader.ReadUInt64()) : _reader.ReadUInt64();

    /// <summary>A length of the version's width.</summary>
    public ulong ReadLength() => _hasShortLengths ? ReadUInt32() : ReadUInt64();

    /// <summary>A number of elements, refused where the bytes left cannot hold them.</summary>
    public long ReadCount(int smallestElement, string what)
    {
        var at = Position;
        var count = ReadLength();
        return count <= (ulong)(Remaining / smallestElement)
            ? (long)count
            : throw new MalformedModelException(at, $"Declares {count} {what}, more than the {Remaining} bytes left can hold.");
    }

    /// <summary>A text up to a length, which must be UTF-8.</summary>
    public string ReadText(int maximum, string what)
    {
        var length = ReadCount(1, $"bytes of {what}");
        var at = Position;
        var bytes = _reader.ReadBytes(length, maximum);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new MalformedModelException(at, $"{what} is no UTF-8.");
    }

    /// <summary>A text of which no more than a number of bytes is kept; what is no UTF-8 is replaced.</summary>
    /// <returns>The text, its length in the file, and whether it was UTF-8.</returns>
    public (string Text, long Length, bool IsText) ReadLongText(int kept)
    {
        var length = ReadCount(1, "bytes of a text");
        var bytes = _reader.ReadBytes(Math.Min(length, kept), kept);
        _reader.Skip(length - bytes.Length);
        return (Encoding.UTF8.GetString(bytes), length, length > bytes.Length || Utf8.IsValid(bytes));
    }

    public void SkipText() => _reader.Skip(ReadCount(1, "bytes of a text"));

    public void Skip(long count) => _reader.Skip(count);
}
