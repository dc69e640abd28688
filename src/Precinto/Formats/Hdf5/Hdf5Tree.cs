namespace Precinto.Formats.Hdf5;

/// <summary>A B-tree of version 2 (HDF5 File Format Specification 3.0, III.A.2): "BTHD" with "BTIN" and "BTLF" nodes of records.</summary>
internal static class Hdf5Tree
{
    /// <summary>All records, in no particular order.</summary>
    public static List<byte[]> Read(Hdf5File file, long address, params ReadOnlySpan<int> kinds)
    {
        var headSize = 16 + file.OffsetSize + 2 + file.LengthSize + 4;
        var head = file.Read(address, headSize);
        Hdf5Checksum.Verify(head, file.Base + address);
        Hdf5Cursor cursor = new(head, file.Base + address);
        cursor.Expect("BTHD"u8);
        var version = cursor.Byte();
        int kind = cursor.Byte();
        long nodeSize = cursor.UInt32();
        int recordSize = cursor.UInt16();
        int depth = cursor.UInt16();
        cursor.Skip(2);
        var root = cursor.Address(file.OffsetSize);
        int count = cursor.UInt16();
        if (version != 0 || !kinds.Contains(kind) || recordSize < SmallestRecord(file, kind) || depth > DeepestTree || nodeSize < 10 + recordSize)
            throw new MalformedModelException(file.Base + address, "A B-tree's head is none that is read.");

        List<byte[]> records = [];
        if (root is not { } start || count == 0)
            return records;
        var (countSize, pointerSizes) = MeasurePointers(file, nodeSize, recordSize, depth);
        Stack<(long Address, long Count, int Depth)> nodes = new([(start, count, depth)]);
        HashSet<long> seen = [];
        while (nodes.TryPop(out var node))
        {
            if (!seen.Add(node.Address))
                throw new MalformedModelException(file.Base + node.Address, "A B-tree leads back into itself.");
            var pointerSize = pointerSizes[node.Depth];
            var size = 6 + (node.Count * recordSize) + (node.Depth > 0 ? (node.Count + 1) * pointerSize : 0) + 4;
            if (size > nodeSize)
                throw new MalformedModelException(file.Base + node.Address, "A B-tree's node declares more records than it can hold.");

            var bytes = file.Read(node.Address, size);
            Hdf5Checksum.Verify(bytes, file.Base + node.Address);
            Hdf5Cursor part = new(bytes, file.Base + node.Address);
            part.Expect(node.Depth > 0 ? "BTIN"u8 : "BTLF"u8);
            if (part.Byte() != 0 || part.Byte() != kind)
                throw new MalformedModelException(file.Base + node.Address, "A B-tree's node is of another kind than its head.");
            for (var index = 0; index < node.Count; index++)
                records.Add(part.Take(recordSize).ToArray());
            for (var index = 0; node.Depth > 0 && index <= node.Count; index++)
            {
                var child = part.Address(file.OffsetSize) ?? throw new MalformedModelException(part.Offset, "A B-tree's node leads nowhere.");
                var childCount = part.Length(countSize);
                part.Skip(pointerSize - file.OffsetSize - countSize);
                nodes.Push((child, childCount, node.Depth - 1));
            }
        }

        return records;
    }

    // III.A.2: large objects of a heap, links by name, attributes by name; an identifier in a heap has 7 bytes for links and 8 for attributes.
    private static int SmallestRecord(Hdf5File file, int kind) => kind switch
    {
        1 => file.OffsetSize + (2 * file.LengthSize),
        5 => 4 + 7,
        8 => 8 + 1 + 4 + 4,
        _ => int.MaxValue,
    };

    // The numbers beside each pointer take as many bytes as the largest that a node of this size could need.
    private static (int CountSize, int[] PointerSizes) MeasurePointers(Hdf5File file, long nodeSize, int recordSize, int depth)
    {
        var sizes = new int[depth + 1];
        var most = (nodeSize - 10) / recordSize;
        var countSize = BytesFor(most);
        Int128 all = most;
        for (var level = 1; level <= depth; level++)
        {
            sizes[level] = file.OffsetSize + countSize + (level > 1 ? BytesFor(all) : 0);
            var here = Math.Max(0, (nodeSize - 10 - sizes[level]) / (recordSize + sizes[level]));
            all = Int128.Min(((here + 1) * all) + here, ulong.MaxValue);
        }

        return (countSize, sizes);
    }

    private static int BytesFor(Int128 largest)
    {
        var bytes = 1;
        for (; largest > 0xFF; largest >>= 8)
            bytes++;
        return bytes;
    }

    private const int DeepestTree = 32;
}
