namespace Precinto.Formats.Hdf5;

/// <summary>A datatype (HDF5 File Format Specification 3.0, IV.A.2.d) as far as a report needs it.</summary>
internal sealed class Hdf5Type
{
    private Hdf5Type(string name, long size, bool isNumber, bool isVariableText, bool isText)
    {
        Name = name;
        Size = size;
        IsNumber = isNumber;
        IsVariableText = isVariableText;
        IsText = isText;
    }

    public string Name { get; }

    /// <summary>Bytes of one element in the file.</summary>
    public long Size { get; }

    public bool IsNumber { get; }

    /// <summary>Whether elements are texts in a global heap.</summary>
    public bool IsVariableText { get; }

    /// <summary>Whether elements are texts of a fixed length.</summary>
    public bool IsText { get; }

    public static Hdf5Type Read(ref Hdf5Cursor cursor)
    {
        var at = cursor.Offset;
        var kind = cursor.Byte();
        var bits = cursor.Byte();
        cursor.Skip(2);
        long size = cursor.UInt32();
        var version = kind >> 4;
        if (version is < 1 or > 5)
            throw new MalformedModelException(at, $"A datatype has version {version}.");
        return (kind & 15) switch
        {
            0 => new($"{((bits & 8) != 0 ? "int" : "uint")}{size * 8}", size, true, false, false),
            1 => new($"float{size * 8}", size, true, false, false),
            2 => new("time", size, false, false, false),
            3 => new($"string{size}", size, false, false, true),
            4 => new($"bits{size * 8}", size, false, false, false),
            5 => new($"opaque{size}", size, false, false, false),
            6 => new("compound", size, false, false, false),
            7 => new("reference", size, false, false, false),
            // h5py writes truth values as an enumeration of one byte.
            8 => new(size == 1 ? "bool" : "enum", size, false, false, false),
            9 => new((bits & 15) == 1 ? "string" : "sequence", size, false, (bits & 15) == 1, false),
            10 => new("array", size, true, false, false),
            11 => new($"complex{size * 8}", size, true, false, false),
            var other => throw new MalformedModelException(at, $"A datatype is of class {other}."),
        };
    }
}
