using System.Buffers.Binary;
using Precinto.Files;

namespace Precinto.Formats.Zip;

/// <summary>
/// The central directory of a zip archive, PKWARE APPNOTE 6.3.10 with Zip64:
/// members (local header, data, descriptor) · central headers · [Zip64 end, its locator] · end record, found from the back.
/// </summary>
internal sealed class ZipDirectory
{
    private ZipEntry[]? _places;

    private ZipDirectory(long start, long end, long shift, long bytesBehind)
    {
        Start = start;
        End = end;
        Shift = shift;
        BytesBehind = bytesBehind;
    }

    /// <summary>Where the first central header is.</summary>
    public long Start { get; }

    /// <summary>Where the last central header ends.</summary>
    public long End { get; }

    /// <summary>How many bytes precede the archive: every offset in it is that much too small.</summary>
    public long Shift { get; }

    /// <summary>Whether another end record or another start fits as well, so that two readers may see two archives.</summary>
    public bool IsAmbiguous { get; private set; }

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
        for (var limit = LastEnd(tail); tail.AsSpan(0, limit).LastIndexOf(EndMark) is >= 0 and var at; limit = at + EndMark.Length - 1)
        {
            if (TryLocate(content, tail.AsSpan(at), tailStart + at, out var place) ? place.Count > 0 : PointsToDirectory(content, tail.AsSpan(at), tailStart + at))
                return true;
        }

        return false;
    }

    /// <summary>
    /// The directory that is found from the end, without asking whether another could be meant: to tell what kind of archive it is, or to find the last of
    /// several that lie end to end. Null where it cannot be read.
    /// </summary>
    public static ZipDirectory? TryRead(ModelContent content, int maximum)
    {
        try
        {
            return Locate(content, maximum, inFull: false);
        }
        catch (MalformedModelException)
        {
            return null;
        }
    }

    /// <summary>Finds and reads the directory.</summary>
    /// <exception cref="MalformedModelException">There is none, it is cut off, or it holds more than <paramref name="maximumEntries"/> members.</exception>
    public static ZipDirectory Read(ModelContent content, int maximumEntries) => Locate(content, maximumEntries, inFull: true);

    // In full, too many members and bytes behind them are errors, and it is asked whether another directory could be meant.
    private static ZipDirectory Locate(ModelContent content, int maximumEntries, bool inFull)
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

        var behind = content.Length - (tailStart + at + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(end[20..]));
        ZipDirectory directory = new(place.Start, place.Start + place.Size, place.Shift, behind);
        directory.Entries = directory.ReadEntries(content, place.Count, maximumEntries, inFull);
        directory.IsAmbiguous = inFull && (place.IsAmbiguous || directory.HasOtherEnd(content, tail, tailStart, tailStart + at, place));
        return directory;
    }

    // Readers differ in which end mark they take: Python the last one whatever its comment, others the first whose comment fits.
    private bool HasOtherEnd(ModelContent content, ReadOnlySpan<byte> tail, long tailStart, long taken, Place place)
    {
        for (var limit = LastEnd(tail); tail[..limit].LastIndexOf(EndMark) is >= 0 and var at; limit = at + EndMark.Length - 1)
        {
            var position = tailStart + at;
            if (position == taken || IsInMember(content, position))
                continue;
            if (TryLocate(content, tail[at..], position, out var other)
                ? (other.Start, other.Size, other.Count) != (place.Start, place.Size, place.Count)
                : PointsToDirectory(content, tail[at..], position))
                return true;
        }

        return false;
    }

    private static int LastEnd(ReadOnlySpan<byte> tail) => Math.Max(0, tail.Length - EndSize + EndMark.Length);

    // Python's zipfile looks at the size alone: not at the start, nor at how many members or disks there are. Others take the start.
    private static bool PointsToDirectory(ModelContent content, ReadOnlySpan<byte> end, long position)
    {
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        return (size <= position && IsDirectoryAt(content, position - size, 1, position)) || IsDirectoryAt(content, BinaryPrimitives.ReadUInt32LittleEndian(end[16..]), 1, position)
            || WideEnd.Read(content, position) is not null;
    }

    // What the directory itself calls the bytes of a member, such as an archive that is stored in this one, ends nothing.
    private bool IsInMember(ModelContent content, long position)
    {
        _places ??= [.. Entries.Where(entry => entry.HeaderOffset >= 0 && entry.HeaderOffset <= Start - LocalSize).OrderBy(entry => entry.HeaderOffset)];
        var (low, high) = (0, _places.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_places[middle].HeaderOffset <= position)
                low = middle + 1;
            else
                high = middle;
        }

        if (low == 0)
            return false;
        var entry = _places[low - 1];
        Span<byte> header = stackalloc byte[LocalSize];
        content.Read(entry.HeaderOffset, header);
        var data = entry.HeaderOffset + LocalSize + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        return header.StartsWith(LocalMark) && data <= position && entry.CompressedSize <= Start - data && position + EndSize <= data + entry.CompressedSize;
    }

    private List<ZipEntry> ReadEntries(ModelContent content, long count, int maximum, bool inFull)
    {
        if (count > maximum && inFull)
            throw new MalformedModelException(Start, $"Declares {count} members where at most {maximum} are read.");
        if (count > (End - Start) / CentralSize)
            throw new MalformedModelException(Start, $"Declares {count} members in a directory of {End - Start} bytes.");

        List<ZipEntry> entries = [];
        BoundedReader reader = new(content, Start, End - Start);
        while (entries.Count < Math.Min(count, maximum))
            entries.Add(ZipHeaders.ReadCentral(reader, Shift));
        if (reader.Remaining > 0 && inFull)
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
        var wide = WideEnd.Read(content, position);
        if (wide is { IsRead: true })
        {
            // Where both are stated they must agree, or be left to the wide record.
            if ((count != ushort.MaxValue && count != wide.Count) || (size != uint.MaxValue && size != wide.Size)
                || (start != uint.MaxValue && start != wide.Start))
                return false;
            (count, size, start, directoryEnd) = (wide.Count, wide.Size, wide.Start, wide.Position);
        }

        if (size > directoryEnd || start > directoryEnd - size)
            return false;

        var shifted = directoryEnd - size;
        if (!IsDirectoryAt(content, shifted, count, directoryEnd))
            return false;

        var ambiguous = shifted != start && count > 0 && IsDirectoryAt(content, start, count, directoryEnd);
        // A locator that leads elsewhere than to the record before it: some readers follow it, some do not (CVE-2025-8291).
        ambiguous |= wide is not null && (!wide.IsRead || wide.Stated + (ulong)(shifted - start) != (ulong)wide.Position);
        place = new(shifted, size, count, shifted - start, ambiguous);
        return true;
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

    private const int EndSize = 22;
    private const int CentralSize = 46;
    private const int LocalSize = 30;

    private readonly record struct Place(long Start, long Size, long Count, long Shift, bool IsAmbiguous);

    /// <summary>
    /// The end record of Zip64 and its locator (APPNOTE 4.3.14, 4.3.15), which lie directly before the end record. Only the record of
    /// 56 bytes that ends where its locator starts is read: longer ones are those of archives that are encrypted as a whole.
    /// </summary>
    private sealed record WideEnd(bool IsRead, ulong Stated, long Position, long Count, long Size, long Start)
    {
        public static WideEnd? Read(ModelContent content, long end)
        {
            if (end < LocatorSize)
                return null;
            Span<byte> locator = stackalloc byte[LocatorSize];
            content.Read(end - LocatorSize, locator);
            if (!locator.StartsWith(LocatorMark))
                return null;

            var stated = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
            var position = end - LocatorSize - RecordSize;
            WideEnd broken = new(false, stated, position, 0, 0, 0);
            if (position < 0)
                return broken;
            Span<byte> record = stackalloc byte[RecordSize];
            content.Read(position, record);
            var count = BinaryPrimitives.ReadUInt64LittleEndian(record[32..]);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(record[40..]);
            var start = BinaryPrimitives.ReadUInt64LittleEndian(record[48..]);
            if (!record.StartsWith(RecordMark) || BinaryPrimitives.ReadUInt64LittleEndian(record[4..]) != RecordSize - 12
                || count > int.MaxValue || size > (ulong)end || start > (ulong)end || stated > (ulong)end)
                return broken;
            return new(true, stated, position, (long)count, (long)size, (long)start);
        }

        private static ReadOnlySpan<byte> RecordMark => "PK\u0006\u0006"u8;

        private static ReadOnlySpan<byte> LocatorMark => "PK\u0006\u0007"u8;

        private const int LocatorSize = 20;
        private const int RecordSize = 56;
    }
}
