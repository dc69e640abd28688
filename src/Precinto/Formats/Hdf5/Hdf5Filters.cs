using System.IO.Compression;

namespace Precinto.Formats.Hdf5;

/// <summary>The filters that a chunk went through (HDF5 File Format Specification 3.0, IV.A.2.l), and the undoing of those that are read.</summary>
internal sealed class Hdf5Filters
{
    private readonly List<(int Number, long Value)> _filters = [];

    public IEnumerable<int> Numbers => _filters.Select(filter => filter.Number);

    public static Hdf5Filters Read(ref Hdf5Cursor cursor)
    {
        var at = cursor.Offset;
        var version = cursor.Byte();
        int count = cursor.Byte();
        if (version is not (1 or 2))
            throw new MalformedModelException(at, $"A chain of filters has version {version}.");
        cursor.Skip(version == 1 ? 6 : 0);
        Hdf5Filters filters = new();
        for (var index = 0; index < count; index++)
        {
            int number = cursor.UInt16();
            // Version 2 names only filters that are not HDF5's own.
            int name = version == 1 || number >= 256 ? cursor.UInt16() : 0;
            cursor.Skip(2);
            int values = cursor.UInt16();
            cursor.Skip(version == 1 ? (name + 7) & ~7 : name);
            filters._filters.Add((number, values > 0 ? cursor.UInt32() : 0));
            cursor.Skip((Math.Max(0, values - 1) * 4) + (version == 1 && values % 2 == 1 ? 4 : 0));
        }

        return filters;
    }

    /// <summary>The bytes of a chunk as they were before the filters; null where one is not read.</summary>
    /// <param name="chunk">The bytes that are stored.</param>
    /// <param name="size">How many there were.</param>
    /// <param name="mask">A bit for each filter that was passed over.</param>
    /// <param name="offset">Where the chunk is.</param>
    public byte[]? Undo(byte[] chunk, int size, uint mask, long offset)
    {
        for (var index = _filters.Count - 1; index >= 0; index--)
        {
            if (index < 32 && (mask >> index & 1) != 0)
                continue;
            var (number, value) = _filters[index];
            switch (number)
            {
                case Deflate:
                    chunk = Inflate(chunk, size + ChecksumSize, offset);
                    break;
                case Shuffle:
                    chunk = Unshuffle(chunk, (int)Math.Min(value, int.MaxValue));
                    break;
                case Fletcher when chunk.Length >= ChecksumSize:
                    chunk = chunk[..^ChecksumSize];
                    break;
                case Lzf:
                    chunk = Expand(chunk, size + ChecksumSize, offset);
                    break;
                default:
                    return null;
            }
        }

        return chunk;
    }

    // A checksum that was added before the compression makes the bytes more by itself.
    private static byte[] Inflate(byte[] chunk, int most, long offset)
    {
        try
        {
            using ZLibStream stream = new(new MemoryStream(chunk, writable: false), CompressionMode.Decompress);
            var bytes = new byte[most];
            return bytes[..stream.ReadAtLeast(bytes, most, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            throw new MalformedModelException(offset, "A chunk is not compressed as its filter says.");
        }
    }

    private static byte[] Unshuffle(byte[] chunk, int size)
    {
        if (size <= 1 || chunk.Length < size)
            return chunk;
        var count = chunk.Length / size;
        var bytes = new byte[chunk.Length];
        for (var index = 0; index < count; index++)
        {
            for (var part = 0; part < size; part++)
                bytes[(index * size) + part] = chunk[(part * count) + index];
        }

        chunk.AsSpan(count * size).CopyTo(bytes.AsSpan(count * size));
        return bytes;
    }

    // LibLZF: runs of letters, and copies of what came before.
    private static byte[] Expand(byte[] chunk, int most, long offset)
    {
        var bytes = new byte[most];
        Hdf5Cursor cursor = new(chunk, offset);
        var end = 0;
        while (cursor.Remaining > 0)
        {
            int control = cursor.Byte();
            if (control < 32)
            {
                var run = cursor.Take(control + 1);
                if (run.Length > most - end)
                    throw new MalformedModelException(cursor.Offset, "A chunk expands to more than its size.");
                run.CopyTo(bytes.AsSpan(end));
                end += run.Length;
                continue;
            }

            var length = control >> 5;
            length = (length == 7 ? length + cursor.Byte() : length) + 2;
            var from = end - ((control & 31) << 8) - cursor.Byte() - 1;
            if (from < 0 || length > most - end)
                throw new MalformedModelException(cursor.Offset, "A chunk copies what is not there, or too much.");
            for (var index = 0; index < length; index++)
                bytes[end++] = bytes[from + index];
        }

        return bytes[..end];
    }

    public const int Lzf = 32000;

    /// <summary>How many bytes a filter makes of one at most: Deflate 258 of two bits (RFC 1951).</summary>
    public const int MostOfOne = 1032;
    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int Fletcher = 3;
    private const int ChecksumSize = 4;
}
