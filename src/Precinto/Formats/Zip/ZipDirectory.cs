using System.Buffers.Binary;
using Precinto.Files;

namespace Precinto.Formats.Zip;

/// <summary>
/// The central directory of a zip archive, PKWARE APPNOTE 6.3.10 with Zip64:
/// members (local header, data, descriptor) · central headers · [Zip64 end, its locator] · end record, found from the back.
/// </summary>
internal sealed class ZipDirectory
{
    private ZipDirectory(long start, long end, long shift, bool isAmbiguous, long bytesBehind)
    {
        Start = start;
        End = end;
        Shift = shift;
        IsAmbiguous = isAmbiguous;
        BytesBehind = bytesBehind;
    }

    /// <summary>Where the first central header is.</summary>
    public long Start { get; }

    /// <summary>Where the last central header ends.</summary>
    public long End { get; }

    /// <summary>How many bytes precede the archive: every offset in it is that much too small.</summary>
    public long Shift { get; }

    /// <summary>Whether another end record or another start fits as well, so that two readers may see two archives.</summary>
    public bool IsAmbiguous { get; }

    /// <summary>Bytes behind the end record and its comment.</summary>
    public long BytesBehind { get; }

    public IReadOnlyList<ZipEntry> Entries { get; private set; } = [];

    /// <summary>Whether an archive ends at the end of the content; reads no more than its last bytes.</summary>
    public static bool EndsWithArchive(ModelContent content)
    {
        if (content.Length < EndSize)
            return false;

        var tail = ReadTail(content, out var tailStart);
        return FindEnd(tail, exact: true) is >= 0 and var at && TryLocate(content, tail.AsSpan(at), tailStart + at, out _);
    }

    /// <summary>Whether an archive stands at the end of the content, or at most a comment's length before it, where readers of zips still find it.</summary>
    public static bool HoldsArchiveAtEnd(ModelContent content)
    {
        if (content.Length < EndSize)
            return false;

        var tail = ReadTail(content, out var tailStart);
        return FindEnd(tail) is >= 0 and var at && TryLocate(content, tail.AsSpan(at), tailStart + at, out var place) && place.Count > 0;
    }

    /// <summary>The names in the directory, for telling what kind of archive it is; null where it cannot be read.</summary>
    public static IReadOnlyList<string>? TryReadNames(ModelContent content, int maximum)
    {
        try
        {
            return [.. Locate(content, maximum, throwBeyond: false).Entries.Select(entry => entry.Name)];
        }
        catch (MalformedModelException)
        {
            return null;
        }
    }

    /// <summary>Finds and reads the directory.</summary>
    /// <exception cref="MalformedModelException">There is none, it is cut off, or it holds more than <paramref name="maximumEntries"/> members.</exception>
    public static ZipDirectory Read(ModelContent content, int maximumEntries) => Locate(content, maximumEntries, throwBeyond: true);

    private static ZipDirectory Locate(ModelContent content, int maximumEntries, bool throwBeyond)
    {
        if (content.Length < EndSize)
            throw new MalformedModelException(0, $"Is too short for a zip archive: {content.Length} bytes.");

        var tail = ReadTail(content, out var tailStart);
        var at = FindEnd(tail);
        if (at < 0)
            throw new MalformedModelException(tailStart, "Has no end record of a zip directory.");

        var end = tail.AsSpan(at);
        if (!TryLocate(content, end, tailStart + at, out var place))
            throw new MalformedModelException(tailStart + at, "The end record does not point to a zip directory.");

        var another = false;
        for (var other = tail.AsSpan(0, at).LastIndexOf(EndMark); other >= 0 && !another; other = tail.AsSpan(0, other).LastIndexOf(EndMark))
            another = TryLocate(content, tail.AsSpan(other), tailStart + other, out var otherPlace) && otherPlace.Start != place.Start;

        var behind = content.Length - (tailStart + at + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(end[20..]));
        ZipDirectory directory = new(place.Start, place.Start + place.Size, place.Shift, another || place.IsAmbiguous, behind);
        directory.Entries = directory.ReadEntries(content, place.Count, maximumEntries, throwBeyond);
        return directory;
    }

    private List<ZipEntry> ReadEntries(ModelContent content, long count, int maximum, bool throwBeyond)
    {
        if (count > maximum && throwBeyond)
            throw new MalformedModelException(Start, $"Declares {count} members where at most {maximum} are read.");
        if (count > (End - Start) / CentralSize)
            throw new MalformedModelException(Start, $"Declares {count} members in a directory of {End - Start} bytes.");

        List<ZipEntry> entries = [];
        BoundedReader reader = new(content, Start, End - Start);
        while (entries.Count < Math.Min(count, maximum))
            entries.Add(ZipHeaders.ReadCentral(reader, Shift));
        if (reader.Remaining > 0 && throwBeyond)
            throw new MalformedModelException(reader.Position, $"The directory holds {reader.Remaining} bytes more than its {count} members take.");

        return entries;
    }

    private static byte[] ReadTail(ModelContent content, out long start)
    {
        var tail = new byte[(int)Math.Min(content.Length, EndSize + ushort.MaxValue)];
        start = content.Length - tail.Length;
        content.Read(start, tail);
        return tail;
    }

    private static int FindEnd(ReadOnlySpan<byte> tail) => FindEnd(tail, exact: true) is >= 0 and var at ? at : FindEnd(tail, exact: false);

    // The last end record; an exact one has a comment that ends where the file ends.
    private static int FindEnd(ReadOnlySpan<byte> tail, bool exact)
    {
        var limit = tail.Length;
        while (true)
        {
            var at = tail[..limit].LastIndexOf(EndMark);
            if (at < 0)
                return -1;
            var left = tail.Length - at - EndSize;
            if (left >= 0 && (!exact || BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == left)
                && BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) <= left)
                return at;
            limit = at + EndMark.Length - 1;
        }
    }

    private static bool TryLocate(ModelContent content, ReadOnlySpan<byte> end, long position, out Place place)
    {
        place = default;
        // Numbers of disks: archives in several volumes are not read.
        if (BinaryPrimitives.ReadUInt32LittleEndian(end[4..]) is not (0 or uint.MaxValue))
            return false;

        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        var directoryEnd = position;
        if (TryReadWide(content, position) is { } wide)
        {
            // Where both are stated they must agree, or be left to the wide record.
            if ((count != ushort.MaxValue && count != wide.Count) || (size != uint.MaxValue && size != wide.Size)
                || (start != uint.MaxValue && start != wide.Start))
                return false;
            (count, size, start, directoryEnd) = wide;
        }

        if (size < 0 || start < 0 || size > directoryEnd || start > directoryEnd - size)
            return false;

        var shifted = directoryEnd - size;
        if (!IsDirectoryAt(content, shifted, count, directoryEnd))
            return false;

        var ambiguous = shifted != start && count > 0 && IsDirectoryAt(content, start, count, directoryEnd);
        place = new(shifted, size, count, shifted - start, ambiguous);
        return true;
    }

    private static (long Count, long Size, long Start, long Position)? TryReadWide(ModelContent content, long end)
    {
        if (end < LocatorSize + WideEndSize)
            return null;

        Span<byte> locator = stackalloc byte[LocatorSize];
        content.Read(end - LocatorSize, locator);
        if (!locator.StartsWith(LocatorMark))
            return null;

        // The wide end record lies before its locator; where it is said to lie is off by what precedes the archive.
        var stated = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        Span<byte> wide = stackalloc byte[WideEndSize];
        foreach (var position in (ReadOnlySpan<long>)[stated <= (ulong)end ? (long)stated : -1, end - LocatorSize - WideEndSize])
        {
            if (position < 0 || position > end - LocatorSize - WideEndSize)
                continue;
            content.Read(position, wide);
            if (!wide.StartsWith(WideEndMark))
                continue;

            var count = BinaryPrimitives.ReadUInt64LittleEndian(wide[32..]);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(wide[40..]);
            var start = BinaryPrimitives.ReadUInt64LittleEndian(wide[48..]);
            if (count > int.MaxValue || size > (ulong)end || start > (ulong)end)
                return null;
            return ((long)count, (long)size, (long)start, position);
        }

        return null;
    }

    private static bool IsDirectoryAt(ModelContent content, long position, long count, long end)
    {
        if (count == 0)
            return position == end;
        if (position > end - CentralSize)
            return false;

        Span<byte> mark = stackalloc byte[4];
        content.Read(position, mark);
        return mark.SequenceEqual(CentralMark);
    }

    internal static ReadOnlySpan<byte> CentralMark => "PK\u0001\u0002"u8;

    internal static ReadOnlySpan<byte> LocalMark => "PK\u0003\u0004"u8;

    internal static ReadOnlySpan<byte> EndMark => "PK\u0005\u0006"u8;

    private static ReadOnlySpan<byte> WideEndMark => "PK\u0006\u0006"u8;

    private static ReadOnlySpan<byte> LocatorMark => "PK\u0006\u0007"u8;

    private const int EndSize = 22;
    private const int CentralSize = 46;
    private const int LocatorSize = 20;
    private const int WideEndSize = 56;

    private readonly record struct Place(long Start, long Size, long Count, long Shift, bool IsAmbiguous);
}
