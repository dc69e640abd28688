namespace Precinto.Formats.Hdf5;

/// <summary>The elements of an attribute or a dataset that may be bytes of something else, such as a pickle.</summary>
internal static class Hdf5Values
{
    /// <summary>Whether elements of a type can be bytes of something else.</summary>
    public static bool CanHold(Hdf5Type type) => type.IsBytes || type.IsText || type.IsVariableText || (type.IsSequence && type.ItemSize == 1);

    /// <summary>Each text and each sequence, and all single bytes as one; nothing of a type that is neither.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(Hdf5File file, Hdf5Type type, ReadOnlyMemory<byte> data, long offset)
    {
        if (type.Size == 0 || data.IsEmpty)
            yield break;
        if (type.IsSequence || type.IsVariableText)
        {
            for (var at = 0L; at + type.Size <= data.Length; at += type.Size)
            {
                if (ReadAt(file, type, data, at, offset) is { IsEmpty: false } row)
                    yield return row;
            }
        }
        else if (type.IsText && type.Size > 1)
        {
            for (var at = 0L; at + type.Size <= data.Length; at += type.Size)
            {
                var text = data.Slice((int)at, (int)type.Size);
                yield return text[..text.Span.TrimEnd((byte)0).Length];
            }
        }
        else if (type.IsText || type.IsBytes)
        {
            // hickle keeps a pickle as an array of texts of one letter.
            yield return data;
        }
    }

    /// <summary>What a reference to a global heap stands for (III.E and IV.A.2.d, class 9): number of items · address of the heap · number of the object.</summary>
    public static ReadOnlyMemory<byte> ReadReference(Hdf5File file, ref Hdf5Cursor cursor, long itemSize)
    {
        var at = cursor.Offset;
        var length = checked(cursor.UInt32() * itemSize);
        var address = cursor.Address(file.OffsetSize);
        var index = cursor.UInt32();
        // A reference of zeros was never written.
        if (address is not { } heap || length == 0)
            return ReadOnlyMemory<byte>.Empty;
        var value = file.ReadGlobal(heap, index);
        if (length > value.Length)
            throw new MalformedModelException(at, "A value is longer than its object in the heap.");
        return value[..(int)length];
    }

    private static ReadOnlyMemory<byte> ReadAt(Hdf5File file, Hdf5Type type, ReadOnlyMemory<byte> data, long at, long offset)
    {
        Hdf5Cursor cursor = new(data.Span.Slice((int)at, (int)type.Size), offset);
        return ReadReference(file, ref cursor, type.ItemSize);
    }
}
