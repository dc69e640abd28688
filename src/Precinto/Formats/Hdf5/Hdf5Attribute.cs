using System.Text;

namespace Precinto.Formats.Hdf5;

/// <summary>An attribute (HDF5 File Format Specification 3.0, IV.A.2.m, versions 1 to 3).</summary>
internal sealed class Hdf5Attribute
{
    private readonly ReadOnlyMemory<byte> _data;
    private readonly Hdf5Type _type;

    private Hdf5Attribute(string name, long offset, Hdf5Type type, long count, ReadOnlyMemory<byte> data)
    {
        Name = name;
        Offset = offset;
        _type = type;
        Count = count;
        _data = data;
    }

    public string Name { get; }

    public long Offset { get; }

    public long Count { get; }

    public static Hdf5Attribute Read(Hdf5File file, ReadOnlyMemory<byte> bytes, long offset)
    {
        Hdf5Cursor cursor = new(bytes.Span, offset);
        var version = cursor.Byte();
        if (version is < 1 or > 3)
            throw new MalformedModelException(offset, $"An attribute has version {version}.");
        var flags = cursor.Byte();
        int nameSize = cursor.UInt16();
        int typeSize = cursor.UInt16();
        int shapeSize = cursor.UInt16();
        if (version == 3)
            cursor.Skip(1);
        // Only version 1 pads its parts to eight bytes.
        var pad = version == 1 ? 7 : 0;
        var name = Encoding.UTF8.GetString(cursor.Take((nameSize + pad) & ~pad)).TrimEnd('\0');
        Hdf5Cursor typeBytes = new(cursor.Take((typeSize + pad) & ~pad), cursor.Offset);
        Hdf5Cursor shapeBytes = new(cursor.Take((shapeSize + pad) & ~pad), cursor.Offset);
        var type = version > 1 && (flags & 1) != 0 ? Hdf5Shared.ReadType(file, ref typeBytes) : Hdf5Type.Read(ref typeBytes);
        if (version > 1 && (flags & 2) != 0)
            throw new MalformedModelException(offset, $"The dataspace of the attribute '{name}' is shared, which is not read.");
        var shape = Hdf5Shape.Read(ref shapeBytes, file.LengthSize);
        if ((Int128)shape.Count * type.Size > cursor.Remaining)
            throw new MalformedModelException(offset, $"The attribute '{name}' declares {shape.Count} elements of {type.Size} bytes where {cursor.Remaining} are left.");
        return new(name, offset, type, shape.Count, bytes.Slice((int)(cursor.Offset - offset), (int)(shape.Count * type.Size)));
    }

    /// <summary>The bytes of a text, the first where there are several; null for what is no text.</summary>
    public ReadOnlyMemory<byte>? ReadText(Hdf5File file) => ReadBytes(file) is { } text ? Trim(text) : null;

    /// <summary>The same with what stands behind the text's end.</summary>
    public ReadOnlyMemory<byte>? ReadBytes(Hdf5File file)
    {
        if (Count == 0)
            return null;
        if (_type.IsText)
            return _data[..(int)_type.Size];
        if (!_type.IsVariableText)
            return null;

        Hdf5Cursor cursor = new(_data.Span, Offset);
        return Hdf5Values.ReadReference(file, ref cursor, _type.ItemSize);
    }

    /// <summary>Every value that may be bytes of something else: each text, each sequence of bytes, and all numbers of one byte as one.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadValues(Hdf5File file) => Hdf5Values.Read(file, _type, _data, Offset);

    // Readers in C stop at the first zero, h5py at trailing ones only: a text that goes on behind one is two texts.
    private ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text)
    {
        var trimmed = text[..text.Span.TrimEnd((byte)0).Length];
        if (trimmed.Span.Contains((byte)0))
            throw new MalformedModelException(Offset, $"The text of the attribute '{Name}' holds a zero.");
        return trimmed;
    }
}
