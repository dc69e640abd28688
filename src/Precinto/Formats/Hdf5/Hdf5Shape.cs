namespace Precinto.Formats.Hdf5;

/// <summary>A dataspace (HDF5 File Format Specification 3.0, IV.A.2.b): the lengths of the dimensions; none for a single value.</summary>
internal sealed class Hdf5Shape
{
    private Hdf5Shape(IReadOnlyList<long> lengths, long count)
    {
        Lengths = lengths;
        Count = count;
    }

    public IReadOnlyList<long> Lengths { get; }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    public static Hdf5Shape Read(ref Hdf5Cursor cursor, int lengthSize)
    {
        var at = cursor.Offset;
        var version = cursor.Byte();
        var rank = cursor.Byte();
        var flags = cursor.Byte();
        if (version is not (1 or 2) || rank > 32)
            throw new MalformedModelException(at, $"A dataspace has version {version} and {rank} dimensions.");
        var isNull = version == 2 && cursor.Byte() == 2;
        if (version == 1)
            cursor.Skip(5);

        var lengths = new long[rank];
        for (var index = 0; index < rank; index++)
            lengths[index] = cursor.Length(lengthSize);
        if ((flags & 1) != 0)
            cursor.Skip(rank * lengthSize);
        var count = TensorShape.Count(lengths) ?? throw new MalformedModelException(at, "The dimensions' product is beyond all counting.");
        return new(lengths, isNull ? 0 : count);
    }
}
