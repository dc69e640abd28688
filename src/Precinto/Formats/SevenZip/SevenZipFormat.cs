using System.Buffers.Binary;
using System.Text;
using Precinto.Files;
using Precinto.Formats.Archives;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.SevenZip;

/// <summary>
/// A 7z archive (7-Zip, DOC/7zFormat.txt): mark, version, checksum, and where the header lies · packed streams · header, mostly packed itself.
/// This is how nullifAI hid pickles from scanners: what unpacks 7z loads them. All members are inspected, whatever their names.
/// </summary>
internal sealed class SevenZipFormat : ModelFormat
{
    public override string Name => "7z";

    public override IReadOnlyList<string> Endings => [".7z"];

    public override IReadOnlyList<FindingRule> Rules => SevenZipRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head.StartsWith(Mark);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var header = ReadHeader(content, context);
        if (header is null)
            return;

        var names = NoticeNames(header, context);
        IReadOnlyList<SevenZipFolder> folders = header.Streams?.Folders ?? [];
        ArchiveMembers members = new(SevenZipRules.UnknownMembers, context);
        Queue<SevenZipEntry> entries = new(header.Entries.Where(entry => entry.HasBytes));
        if (entries.Count != folders.Sum(folder => (long)folder.Pieces.Count))
            throw new MalformedModelException(content.Length, $"There are {entries.Count} members with content, and streams of another number.");

        try
        {
            InspectFolders(content, folders, entries, names, members, context);
        }
        finally
        {
            names.JudgeLinks();
        }

        members.WriteFacts();
    }

    private static void InspectFolders(
        ModelContent content, IReadOnlyList<SevenZipFolder> folders, Queue<SevenZipEntry> entries, MemberNames names, ArchiveMembers members, InspectionContext context)
    {
        var (opened, costly) = (0, 0);
        foreach (var folder in folders)
        {
            // Each takes a decompressor, however little is in it; what packs file by file makes more of them than anybody else.
            opened += folder.IsCopy ? 0 : 1;
            costly += folder.IsCostly ? 1 : 0;
            if (opened > FreeFolders + (content.Length / BytesPerFolder) || costly > FreeCostlyFolders + (content.Length / BytesPerCostlyFolder))
            {
                context.Add(InspectionRules.LimitReached, $"Packs its members in more than {Math.Max(opened, costly) - 1} streams.", folder.PackedOffset);
                break;
            }

            Inspect(content, folder, folder.Pieces.ConvertAll(_ => entries.Dequeue()), names, members, context);
        }
    }

    private static SevenZipHeader? ReadHeader(ModelContent content, InspectionContext context)
    {
        BoundedReader start = new(content, 0, Math.Min(content.Length, SevenZipHeader.SignatureSize));
        var signature = start.ReadSpan(SevenZipHeader.SignatureSize).ToArray().AsSpan();
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(signature[12..]);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(signature[20..]);
        if (Crc32.Append(0, signature[12..]) != BinaryPrimitives.ReadUInt32LittleEndian(signature[8..]))
            context.Add(SevenZipRules.WrongChecksum, "The checksum of the place of the header is wrong.", 8);
        var left = (ulong)content.Length - SevenZipHeader.SignatureSize;
        if (offset > left || size > left - offset)
            throw new MalformedModelException(12, $"The header of {size} bytes at {offset} lies outside of the file.");

        var at = SevenZipHeader.SignatureSize + (long)offset;
        var end = at + (long)size;
        if (end < content.Length)
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - end} bytes follow the archive.", end);
        List<(long Start, long Size)> taken = [(0, SevenZipHeader.SignatureSize), (at, (long)size)];
        if (size == 0)
        {
            // An archive without members, and then without anything else.
            NoticeHidden([.. taken, (at, 1)], context);
            return null;
        }

        uint? checksum = BinaryPrimitives.ReadUInt32LittleEndian(signature[28..]);
        ModelContent bytes = new ContentSlice(content, at, (long)size);
        for (var round = 0; round < MostRounds; round++)
        {
            if (bytes.Length > LargestHeader)
                throw new MalformedModelException(at, $"The header has {bytes.Length} bytes; {LargestHeader} are read.");
            var whole = bytes.ToArray();
            if (checksum is { } stated && Crc32.Append(0, whole) != stated)
                context.Add(SevenZipRules.WrongChecksum, "The checksum of the header is wrong.", at);
            var header = SevenZipHeader.Read(new(ModelContent.FromBytes(whole)), content.Length, context.Limits);
            if (header.Streams is { } streams)
                taken.Add((streams.PackedOffset, streams.PackedSize));
            if (!header.IsPacked)
            {
                NoticeHidden(taken, context);
                return header;
            }

            if (header.Streams?.Folders is not [var folder] || Unpack(content, folder, at, context) is not { } unpacked)
                return null;
            bytes = unpacked;
            checksum = folder.Checksum;
        }

        throw new MalformedModelException(at, $"The header is packed more than {MostRounds} times.");
    }

    private static ModelContent? Unpack(ModelContent content, SevenZipFolder folder, long at, InspectionContext context)
    {
        if (!IsReadable(folder, "The header", context))
            return null;
        if (folder.Size > LargestHeader || !context.TryExpand(folder.Size))
            throw new MalformedModelException(at, $"The header expands from {folder.PackedSize} to {folder.Size} bytes; at most {LargestHeader} are read.");
        using var stream = folder.Open(content);
        return ModelContent.FromBytes(new BoundedReader(stream, long.MaxValue).ReadBytes(folder.Size, LargestHeader));
    }

    private static void NoticeHidden(List<(long Start, long Size)> taken, InspectionContext context)
    {
        long position = 0;
        foreach (var (start, size) in taken.Where(part => part.Size > 0).OrderBy(part => part.Start))
        {
            if (start != position)
                context.Add(SevenZipRules.Hidden, start > position ? $"{start - position} bytes belong to no stream." : "Streams overlap.", Math.Min(start, position));
            position = Math.Max(position, start + size);
        }
    }

    private static MemberNames NoticeNames(SevenZipHeader header, InspectionContext context)
    {
        MemberNames names = new(SevenZipRules.Names, context);
        foreach (var entry in header.Entries.Where(entry => entry.IsLink))
            names.ExpectLink(entry.Name);
        foreach (var entry in header.Entries)
        {
            names.Take(entry.Name, entry.IsFolder, entry.IsLink, offset: null);
            if (entry.IsAnti)
                context.Add(SevenZipRules.AntiItem, $"Unpacking deletes '{entry.Name}'.");
            // Where it leads, its bytes tell, once they are there.
            if (entry.IsLink && !entry.HasBytes)
                names.TakeLink(entry.Name, target: null, isHard: false, offset: null);
        }

        return names;
    }

    private static void Inspect(
        ModelContent content, SevenZipFolder folder, List<SevenZipEntry> entries, MemberNames names, ArchiveMembers members, InspectionContext context)
    {
        if (entries.Count == 0)
        {
            if (folder.PackedSize > 0)
                context.Add(SevenZipRules.Hidden, $"{folder.PackedSize} bytes belong to no member.", folder.PackedOffset);
            return;
        }

        if (!IsReadable(folder, $"'{entries[0].Name}'", context))
            return;
        if (!folder.IsCopy && !context.TryExpand(folder.Size))
        {
            context.Add(InspectionRules.ExpansionBomb, $"'{entries[0].Name}' and what is packed with it expand from {folder.PackedSize} to {folder.Size} bytes.", folder.PackedOffset);
            return;
        }

        if (folder.IsCopy && folder.Size != folder.PackedSize)
            throw new MalformedModelException(folder.PackedOffset, $"{folder.PackedSize} bytes are stored of {folder.Size}.");

        var offset = folder.PackedOffset;
        using var stream = folder.IsCopy ? Stream.Null : folder.Open(content);
        var reader = folder.IsCopy ? null : new BoundedReader(stream, long.MaxValue);
        foreach (var (entry, piece) in entries.Zip(folder.Pieces))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var held = context.Hold();
            if (reader is not null && !held.TryTake(Math.Min(piece.Size, HeldBytes.LargestMember)))
            {
                context.Add(InspectionRules.LimitReached, $"'{entry.Name}' and what it lies in expand to more than the {context.Limits.HeldBytes} bytes that are held at once.");
                return;
            }

            var bytes = reader is null ? new ContentSlice(content, offset, piece.Size) : Expand(reader, entry, piece, context);
            offset += reader is null ? piece.Size : 0;
            if (bytes is null)
                continue;

            if (piece.Checksum is { } checksum && bytes.Length == piece.Size && Crc32.Compute(bytes, context.Cancellation) != checksum)
                context.Add(SevenZipRules.WrongChecksum, $"The checksum of '{entry.Name}' is wrong.", folder.PackedOffset);
            if (entry.IsLink)
                names.TakeLink(entry.Name, bytes.Length <= LongestTarget ? Encoding.UTF8.GetString(bytes.ToArray()) : null, isHard: false, folder.PackedOffset);
            // Where a target is none, 7-Zip unpacks a file.
            if (!entry.IsLink || bytes.Length > LongestTarget || InspectionContext.Detect(bytes, "") != "unknown")
                members.Inspect(bytes, entry.Name);
            if (bytes.Length < piece.Size)
                return;
        }
    }

    // What arrives before a stream breaks is what a program that unpacks it leaves on the disk, and is inspected.
    private static ModelContent? Expand(BoundedReader reader, SevenZipEntry entry, SevenZipPiece piece, InspectionContext context)
    {
        if (piece.Size > HeldBytes.LargestMember)
        {
            context.Add(InspectionRules.LimitReached, $"'{entry.Name}' expands to {piece.Size} bytes, more than the {HeldBytes.LargestMember} that are read.");
            reader.Skip(piece.Size);
            return null;
        }

        MemoryStream arrived = new();
        try
        {
            while (arrived.Length < piece.Size)
            {
                if (reader.IsAtEnd)
                    throw new MalformedModelException(reader.Position, $"'{entry.Name}' declares {piece.Size} bytes and has {arrived.Length}.");
                arrived.Write(reader.ReadSpan((int)Math.Min(reader.Window.Length, piece.Size - arrived.Length)));
            }
        }
        catch (MalformedModelException broken)
        {
            context.Add(InspectionRules.Malformed, broken.Message, broken.Offset);
        }

        return ModelContent.FromBytes(arrived.GetBuffer().AsMemory(0, (int)arrived.Length));
    }

    private static bool IsReadable(SevenZipFolder folder, string what, InspectionContext context)
    {
        if (folder.IsEncrypted)
            context.Add(InspectionRules.Encrypted, $"{what} is encrypted.", folder.PackedOffset);
        else if (!folder.CanRead)
            context.Add(SevenZipRules.UnknownMethod, $"{what} is packed by the methods {folder.Methods}.", folder.PackedOffset);
        return folder.CanRead;
    }

    private static ReadOnlySpan<byte> Mark => [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C];

    private const int MostRounds = 4;
    private const int FreeFolders = 4096;
    private const int BytesPerFolder = 4 << 10;
    private const int FreeCostlyFolders = 64;
    private const int BytesPerCostlyFolder = 64 << 10;
    private const int LargestHeader = 64 << 20;
    private const int LongestTarget = 4096;
}
