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

    /// <summary>Whether elements are sequences in a global heap.</summary>
    public bool IsSequence { get; private init; }

    /// <summary>Bytes of one item of a sequence or a text in a global heap.</summary>
    public long ItemSize { get; private init; } = 1;

    /// <summary>Whether elements are bytes that stand one behind another: numbers of one byte, or what has no type.</summary>
    public bool IsBytes { get; private init; }

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
            0 => new($"{((bits & 8) != 0 ? "int" : "uint")}{size * 8}", size, true, false, false) { IsBytes = size == 1 },
            1 => new($"float{size * 8}", size, true, false, false),
            2 => new("time", size, false, false, false),
            3 => new($"string{size}", size, false, false, true),
            4 => new($"bits{size * 8}", size, false, false, false),
            5 => new($"opaque{size}", size, false, false, false) { IsBytes = true },
            6 => new("compound", size, false, false, false),
            7 => new("reference", size, false, false, false),
            // h5py writes truth values as an enumeration of one byte.
            8 => new(size == 1 ? "bool" : "enum", size, false, false, false),
            9 when (bits & 15) == 1 => new("string", size, false, true, false),
            9 => new("sequence", size, false, false, false) { IsSequence = true, ItemSize = ReadSize(ref cursor) },
            10 => new("array", size, true, false, false),
            11 => new($"complex{size * 8}", size, true, false, false),
            var other => throw new MalformedModelException(at, $"A datatype is of class {other}."),
        };
    }

    // The type of the items stands behind that of the sequence; its size is all that is asked of it.
    private static long ReadSize(ref Hdf5Cursor cursor)
    {
        cursor.Skip(4);
        return cursor.UInt32();
    }
}
