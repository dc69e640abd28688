using System.Text;

namespace Precinto.Formats.Hdf5;

/// <summary>What a name in a group stands for.</summary>
internal enum Hdf5LinkKind
{
    /// <summary>An object of this file.</summary>
    Hard,

    /// <summary>A path in this file, which may lead nowhere.</summary>
    Soft,

    /// <summary>An object of another file.</summary>
    External,

    /// <summary>Something that only a program that registered the kind understands.</summary>
    UserDefined,
}

/// <summary>A name in a group (HDF5 File Format Specification 3.0, IV.A.2.g).</summary>
internal sealed class Hdf5Link
{
    public required string Name { get; init; }

    public required Hdf5LinkKind Kind { get; init; }

    public required long Offset { get; init; }

    /// <summary>Where the header of the object is; for hard links.</summary>
    public long Address { get; init; }

    /// <summary>The other file of an external link, or the path of a soft one.</summary>
    public string Target { get; init; } = "";

    /// <summary>The symbol table that the entry of an old group repeats, or null.</summary>
    public (long Tree, long Heap)? Table { get; init; }

    public static Hdf5Link Read(Hdf5File file, ReadOnlySpan<byte> bytes, long offset)
    {
        Hdf5Cursor cursor = new(bytes, offset);
        if (cursor.Byte() != 1)
            throw new MalformedModelException(offset, "A link has another version than 1.");
        var flags = cursor.Byte();
        var kind = (flags & 8) != 0 ? cursor.Byte() : 0;
        cursor.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        var name = Encoding.UTF8.GetString(cursor.Take(cursor.Length(1 << (flags & 3))));
        switch (kind)
        {
            case 0:
                var address = cursor.Address(file.OffsetSize) ?? throw new MalformedModelException(offset, $"The link '{name}' leads nowhere.");
                return new() { Name = name, Kind = Hdf5LinkKind.Hard, Offset = offset, Address = address };
            case 1:
                return new() { Name = name, Kind = Hdf5LinkKind.Soft, Offset = offset, Target = Encoding.UTF8.GetString(cursor.Take(cursor.UInt16())) };
            case 64:
                var value = cursor.Take(cursor.UInt16());
                value = value.IsEmpty ? value : value[1..];
                var end = value.IndexOf((byte)0);
                return new() { Name = name, Kind = Hdf5LinkKind.External, Offset = offset, Target = Encoding.UTF8.GetString(end < 0 ? value : value[..end]) };
            default:
                return new() { Name = name, Kind = Hdf5LinkKind.UserDefined, Offset = offset, Target = $"{kind}" };
        }
    }
}
