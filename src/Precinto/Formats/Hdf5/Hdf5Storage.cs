using Precinto.Inspection;

namespace Precinto.Formats.Hdf5;

/// <summary>Reads what a dataset stores, part by part: few datasets are read at all, those that hold pickles.</summary>
internal sealed class Hdf5Storage(Hdf5File file, InspectionContext context, Hdf5Dataset dataset, Hdf5Layout layout, Hdf5Filters? filters, bool hasFill)
{
    public Hdf5Dataset Dataset => dataset;

    /// <summary>Whether all of it was read; what was not may be anything.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>
    /// The elements in as few parts as they are kept in; what was never written is in none of them.
    /// Parts that do not follow each other in memory are handed out in the order of the index, which is that of their coordinates.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read()
    {
        if (dataset.Size == 0)
            return [];
        // A default that is not zero is read wherever nothing was written.
        IsComplete = !(hasFill && layout.Kind != Hdf5LayoutKind.Compact);
        switch (layout.Kind)
        {
            case Hdf5LayoutKind.Compact:
                return [layout.Compact];
            case Hdf5LayoutKind.Contiguous when layout.Address is not { }:
                return [];
            case Hdf5LayoutKind.Contiguous:
                IsComplete = true;
                return [file.Read(layout.Address!.Value, dataset.Size)];
            case Hdf5LayoutKind.Chunked when layout.HasOldIndex:
                return ReadChunks();
            default:
                IsComplete = false;
                return [];
        }
    }

    /// <summary>All elements one behind another; null where they cannot be put so.</summary>
    public byte[]? ReadWhole()
    {
        // Chunks of rows that lie side by side would have to be woven into each other.
        if (layout.Kind == Hdf5LayoutKind.Chunked && dataset.Shape.Lengths.Count(length => length > 1) > 1)
        {
            IsComplete = false;
            return null;
        }

        using MemoryStream all = new();
        foreach (var part in Read())
        {
            all.Write(part.Span);
            if (all.Length >= dataset.Size)
                break;
        }

        return all.Length > dataset.Size ? all.ToArray()[..(int)dataset.Size] : all.ToArray();
    }

    // III.A.1, node type 1: keys of the size, the mask of filters and the coordinates of a chunk, with its address between them.
    private IEnumerable<ReadOnlyMemory<byte>> ReadChunks()
    {
        if (layout.Address is not { } root)
            yield break;
        var rank = layout.Chunk.Count;
        var size = TensorShape.Multiply(dataset.Type.Size, layout.Chunk);
        if (rank != dataset.Shape.Lengths.Count || size is not (> 0 and <= Hdf5File.LargestBlock))
        {
            IsComplete = false;
            yield break;
        }

        Stack<(long Address, int Level)> nodes = new([(root, -1)]);
        HashSet<long> seen = [];
        while (nodes.TryPop(out var node))
        {
            if (!seen.Add(node.Address))
                throw new MalformedModelException(file.Base + node.Address, "A B-tree leads back into itself.");
            List<(long Address, long Length, uint Mask)> children = [.. ReadNode(node.Address, node.Level, rank, out var level)];
            for (var index = children.Count - 1; level > 0 && index >= 0; index--)
                nodes.Push((children[index].Address, level));
            if (level > 0)
                continue;
            foreach (var chunk in children)
            {
                if (ReadChunk(chunk, (int)size) is { } bytes)
                    yield return bytes;
            }
        }
    }

    private List<(long Address, long Length, uint Mask)> ReadNode(long address, int above, int rank, out int level)
    {
        var head = file.Read(address, 8 + (2 * file.OffsetSize));
        Hdf5Cursor cursor = new(head, file.Base + address);
        cursor.Expect("TREE"u8);
        var kind = cursor.Byte();
        level = cursor.Byte();
        int count = cursor.UInt16();
        if (kind != 1 || (above >= 0 && level != above - 1))
            throw new MalformedModelException(file.Base + address, "A B-tree's node is of another kind or level than it must be.");

        var keySize = 8 + (8 * (rank + 1));
        var entries = file.Read(address + head.Length, (long)count * (keySize + file.OffsetSize));
        Hdf5Cursor entry = new(entries, file.Base + address + head.Length);
        List<(long Address, long Length, uint Mask)> children = [];
        for (var index = 0; index < count; index++)
        {
            var length = entry.UInt32();
            var mask = entry.UInt32();
            entry.Skip(keySize - 8);
            var child = entry.Address(file.OffsetSize) ?? throw new MalformedModelException(entry.Offset, "A B-tree's node leads nowhere.");
            children.Add((child, length, mask));
        }

        return children;
    }

    private byte[]? ReadChunk((long Address, long Length, uint Mask) chunk, int size)
    {
        var bytes = file.Read(chunk.Address, chunk.Length);
        // No filter that is read makes more of so few bytes.
        if (filters is not null && size / Hdf5Filters.MostOfOne > bytes.Length + 1L)
        {
            IsComplete = false;
            return null;
        }

        if (filters is not null)
        {
            // Rows that nobody wrote are zeros, of which PyTables makes chunks by the megabyte.
            if (!context.TryExpand(size, isModel: true))
                throw new MalformedModelException(file.Base + chunk.Address, "The chunks of a dataset expand beyond all proportion.") { IsExpansion = true };
            bytes = filters.Undo(bytes, size, chunk.Mask, file.Base + chunk.Address) ?? [];
        }

        if (bytes.Length >= size)
            return bytes.Length == size ? bytes : bytes[..size];
        IsComplete = false;
        return null;
    }
}
