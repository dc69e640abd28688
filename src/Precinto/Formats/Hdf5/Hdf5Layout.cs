namespace Precinto.Formats.Hdf5;

/// <summary>How the elements of a dataset are kept.</summary>
internal enum Hdf5LayoutKind
{
    Compact,
    Contiguous,
    Chunked,
    Virtual,
}

/// <summary>Where the elements of a dataset are (HDF5 File Format Specification 3.0, IV.A.2.i, versions 1 to 5).</summary>
internal sealed class Hdf5Layout
{
    public required Hdf5LayoutKind Kind { get; init; }

    public required long Offset { get; init; }

    /// <summary>Where the bytes, the index of the chunks or the heap of a virtual dataset is; null where nothing was written.</summary>
    public long? Address { get; private init; }

    /// <summary>The bytes that are stored where they are neither in chunks nor in a version that does not say it.</summary>
    public long? Stored { get; private init; }

    /// <summary>The elements of a compact dataset.</summary>
    public ReadOnlyMemory<byte> Compact { get; private init; }

    /// <summary>The number of the virtual dataset in its heap.</summary>
    public uint Index { get; private init; }

    /// <summary>The lengths of a chunk, without the last one, the bytes of an element.</summary>
    public IReadOnlyList<long> Chunk { get; private init; } = [];

    /// <summary>How chunks are found; only the B-tree of version 1 is ever followed.</summary>
    public bool HasOldIndex { get; private init; }

    public static Hdf5Layout Read(Hdf5File file, Hdf5Message message)
    {
        var cursor = message.Open();
        var version = cursor.Byte();
        return version switch
        {
            1 or 2 => ReadOld(file, message, ref cursor),
            3 or 4 or 5 => ReadNew(file, message, ref cursor, version),
            _ => throw new MalformedModelException(message.Offset, $"A layout has version {version}."),
        };
    }

    private static Hdf5Layout ReadOld(Hdf5File file, Hdf5Message message, ref Hdf5Cursor cursor)
    {
        int rank = cursor.Byte();
        var kind = (Hdf5LayoutKind)cursor.Byte();
        cursor.Skip(5);
        if (kind > Hdf5LayoutKind.Chunked)
            throw new MalformedModelException(message.Offset, $"A layout is of class {(int)kind}.");
        var address = kind == Hdf5LayoutKind.Compact ? null : cursor.Address(file.OffsetSize);
        var lengths = new long[rank];
        for (var index = 0; index < rank; index++)
            lengths[index] = cursor.UInt32();
        if (kind != Hdf5LayoutKind.Compact)
            return new() { Kind = kind, Offset = message.Offset, Address = address, Chunk = kind == Hdf5LayoutKind.Chunked ? WithoutLast(lengths, message) : [], HasOldIndex = true };

        var size = cursor.UInt32();
        var at = message.Data.Length - cursor.Remaining;
        cursor.Skip(size);
        return new() { Kind = kind, Offset = message.Offset, Stored = size, Compact = message.Data.Slice(at, (int)size) };
    }

    private static Hdf5Layout ReadNew(Hdf5File file, Hdf5Message message, ref Hdf5Cursor cursor, int version)
    {
        var kind = (Hdf5LayoutKind)cursor.Byte();
        switch (kind)
        {
            case Hdf5LayoutKind.Compact:
                int size = cursor.UInt16();
                var at = message.Data.Length - cursor.Remaining;
                cursor.Skip(size);
                return new() { Kind = kind, Offset = message.Offset, Stored = size, Compact = message.Data.Slice(at, size) };
            case Hdf5LayoutKind.Contiguous:
                return new() { Kind = kind, Offset = message.Offset, Address = cursor.Address(file.OffsetSize), Stored = cursor.Length(file.LengthSize) };
            case Hdf5LayoutKind.Chunked when version == 3:
                int rank = cursor.Byte();
                var tree = cursor.Address(file.OffsetSize);
                var lengths = new long[rank];
                for (var index = 0; index < rank; index++)
                    lengths[index] = cursor.UInt32();
                return new() { Kind = kind, Offset = message.Offset, Address = tree, Chunk = WithoutLast(lengths, message), HasOldIndex = true };
            case Hdf5LayoutKind.Chunked:
                return new() { Kind = kind, Offset = message.Offset };
            case Hdf5LayoutKind.Virtual:
                var heap = cursor.Address(file.OffsetSize);
                return new() { Kind = kind, Offset = message.Offset, Address = heap, Index = heap is null ? 0 : cursor.UInt32() };
            default:
                throw new MalformedModelException(message.Offset, $"A layout is of class {(int)kind}.");
        }
    }

    private static long[] WithoutLast(long[] lengths, Hdf5Message message) =>
        lengths.Length > 0 ? lengths[..^1] : throw new MalformedModelException(message.Offset, "Chunks have no dimensions.");
}
