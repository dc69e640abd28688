namespace Precinto.Formats.Hdf5;

/// <summary>
/// What a virtual dataset is composed of (HDF5 file format, III.E, global heap block for virtual datasets): version · number of sources ·
/// for each its file, its dataset, and the selections in it and in the whole · checksum. A file called "." is the one that holds the dataset.
/// </summary>
internal static class Hdf5Virtual
{
    /// <summary>Whether every source is a dataset of the same file; false also where that cannot be told.</summary>
    public static bool IsOfSameFile(Hdf5File file, long heap, uint index)
    {
        try
        {
            Hdf5Cursor cursor = new(file.ReadGlobal(heap, index).Span, heap);
            if (cursor.Byte() != 0)
                return false;
            for (var left = cursor.Length(file.LengthSize); left > 0; left--)
            {
                if (!Text(ref cursor).SequenceEqual("."u8))
                    return false;
                Text(ref cursor);
                SkipSelection(ref cursor);
                SkipSelection(ref cursor);
            }

            return cursor.Remaining == ChecksumSize;
        }
        catch (MalformedModelException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> Text(ref Hdf5Cursor cursor)
    {
        var text = cursor.Rest;
        var end = text.IndexOf((byte)0);
        if (end < 0)
            throw new MalformedModelException(cursor.Offset, "A name does not end.");
        return cursor.Take(end + 1)[..end];
    }

    // III.I, dataspace selections.
    private static void SkipSelection(ref Hdf5Cursor cursor)
    {
        var at = cursor.Offset;
        switch (cursor.UInt32(), cursor.UInt32())
        {
            case (None or Points or Blocks or All, 1):
                cursor.Skip(4);
                cursor.Skip(cursor.UInt32());
                break;
            case (Blocks, 2):
                cursor.Skip(1);
                cursor.Skip(cursor.UInt32());
                break;
            case (Points, 2):
                int size = cursor.Byte();
                var rank = cursor.UInt32();
                SkipNumbers(ref cursor, size, rank, Number(ref cursor, size));
                break;
            case (Blocks, 3):
                var isRegular = (cursor.Byte() & 1) != 0;
                size = cursor.Byte();
                rank = cursor.UInt32();
                SkipNumbers(ref cursor, size, rank, isRegular ? 4 : 2 * Number(ref cursor, size));
                break;
            default:
                throw new MalformedModelException(at, "A selection is of a kind that is not known.");
        }
    }

    private static long Number(ref Hdf5Cursor cursor, int size) =>
        size is 2 or 4 or 8 && cursor.Length(size) is <= int.MaxValue and var number ? number : throw new MalformedModelException(cursor.Offset, "A selection has no size.");

    private static void SkipNumbers(ref Hdf5Cursor cursor, int size, long rank, long count) =>
        cursor.Skip(TensorShape.Multiply(size, [rank, count]) ?? throw new MalformedModelException(cursor.Offset, "A selection is beyond all counting."));

    private const uint None = 0;
    private const uint Points = 1;
    private const uint Blocks = 2;
    private const uint All = 3;
    private const int ChecksumSize = 4;
}
