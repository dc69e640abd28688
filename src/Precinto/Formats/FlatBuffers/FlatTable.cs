using System.Buffers.Binary;
using System.Text;
using Precinto.Files;

namespace Precinto.Formats.FlatBuffers;

/// <summary>
/// A table of a FlatBuffer (flatbuffers.dev, "FlatBuffer Internals"): an offset back to its list of fields, and fields by their number.
/// Every offset is checked against the file before it is followed; all numbers are little-endian.
/// </summary>
internal sealed class FlatTable
{
    private readonly ModelContent _content;
    private readonly Shared _shared;
    private readonly long _at;
    private readonly long _fields;
    private readonly int _fieldsSize;
    private readonly int _size;

    private FlatTable(ModelContent content, long at, Shared shared)
    {
        _content = content;
        _shared = shared;
        _at = at;
        _fields = at - ReadInt32(content, at);
        _fieldsSize = ReadUInt16(content, _fields);
        _size = ReadUInt16(content, _fields + 2);
        if (_fieldsSize < 4 || _fieldsSize % 2 != 0 || _fields + _fieldsSize > content.Length || _size < 4 || at + _size > content.Length)
            throw new MalformedModelException(at, "A table's list of fields is impossible.");
    }

    public long Position => _at;

    /// <summary>The table that the file begins with.</summary>
    public static FlatTable Root(ModelContent content) => new(content, ReadUInt32(content, 0), new());

    public long Integer(int field, int size, long standard)
    {
        if (Find(field, size) is not { } at)
            return standard;
        return size switch
        {
            1 => unchecked((sbyte)ReadByte(_content, at)),
            4 => ReadInt32(_content, at),
            8 => unchecked((long)((ulong)ReadUInt32(_content, at + 4) << 32 | ReadUInt32(_content, at))),
            _ => throw new ArgumentOutOfRangeException(nameof(size)),
        };
    }

    public string? Text(int field, int longest)
    {
        if (Follow(field) is not { } at)
            return null;
        var length = ReadUInt32(_content, at);
        if (length > longest || at + 4 + length > _content.Length)
            throw new MalformedModelException(at, $"A text has {length} bytes.");
        // A text that many tables have is read, and paid for, once.
        if (_shared.Texts.TryGetValue(at, out var known))
            return known;
        _shared.Take(at, 1 + ((int)length / BytesOfStep));
        var bytes = new byte[(int)length];
        Fill(_content, at + 4, bytes);
        return _shared.Texts[at] = Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Where a list of elements lies, and how many there are; its end is within the file.</summary>
    public (long Start, int Count) List(int field, int elementSize)
    {
        if (Follow(field) is not { } at)
            return (0, 0);
        var count = ReadUInt32(_content, at);
        if (count > (_content.Length - at - 4) / elementSize)
            throw new MalformedModelException(at, $"Declares {count} elements, more than the file can hold.");
        return (at + 4, (int)count);
    }

    /// <summary>The table that a field leads to, or null.</summary>
    public FlatTable? Table(int field)
    {
        if (Follow(field) is not { } at)
            return null;
        _shared.Take(at, 1);
        return new(_content, at, _shared);
    }

    public List<FlatTable> Tables(int field, int most)
    {
        var (start, count) = List(field, 4);
        if (count > most)
            throw new MalformedModelException(start, $"Declares {count} elements; {most} are read.");
        _shared.Take(start, count);
        List<FlatTable> tables = [];
        for (var index = 0; index < count; index++)
        {
            var at = start + (4L * index);
            tables.Add(new(_content, at + ReadUInt32(_content, at), _shared));
        }

        return tables;
    }

    public List<int> Integers(int field, int most)
    {
        var (start, count) = List(field, 4);
        if (count > most)
            throw new MalformedModelException(start, $"Declares {count} numbers; {most} are read.");
        _shared.Take(start, count);
        List<int> numbers = [];
        for (var index = 0; index < count; index++)
            numbers.Add(ReadInt32(_content, start + (4L * index)));
        return numbers;
    }

    private long? Follow(int field) => Find(field, 4) is { } at ? at + ReadUInt32(_content, at) : null;

    private long? Find(int field, int size)
    {
        var entry = 4 + (2 * field);
        if (entry + 2 > _fieldsSize)
            return null;
        var offset = ReadUInt16(_content, _fields + entry);
        if (offset == 0)
            return null;
        return offset + size <= _size ? _at + offset : throw new MalformedModelException(_at, "A field lies outside of its table.");
    }

    private static byte ReadByte(ModelContent content, long at)
    {
        Span<byte> bytes = stackalloc byte[1];
        Fill(content, at, bytes);
        return bytes[0];
    }

    private static ushort ReadUInt16(ModelContent content, long at)
    {
        Span<byte> bytes = stackalloc byte[2];
        Fill(content, at, bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private static int ReadInt32(ModelContent content, long at)
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(content, at, bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private static uint ReadUInt32(ModelContent content, long at) => unchecked((uint)ReadInt32(content, at));

    private static void Fill(ModelContent content, long at, Span<byte> bytes)
    {
        if (at < 0 || at > content.Length - bytes.Length)
            throw new MalformedModelException(Math.Max(at, 0), $"An offset points to {at} of {content.Length} bytes.");
        content.Read(at, bytes);
    }

    private const int BytesOfStep = 8;

    // Tables and texts may be shared, and texts may overlap, so that a few bytes name many: what is read in all is bounded.
    private sealed class Shared
    {
        private long _left = 5_000_000;

        public Dictionary<long, string> Texts { get; } = [];

        public void Take(long at, int count)
        {
            _left -= count;
            if (_left < 0)
                throw new MalformedModelException(at, "Refers to more tables, texts and numbers than are read.");
        }
    }
}
