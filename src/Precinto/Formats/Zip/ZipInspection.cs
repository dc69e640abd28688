using System.IO.Compression;
using Precinto.Files;
using Precinto.Formats.Skops;
using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>What the inspection of an archive does with each member once it was looked into.</summary>
internal delegate void ZipMemberHandler(ZipEntry entry, ModelContent content, InspectionContext member, string format);

/// <summary>
/// Inspects an archive as each of its readers may see it: by the directory and by the local headers, by flags and regardless of them.
/// Every member is inspected by its bytes, whatever its name.
/// </summary>
internal static class ZipInspection
{
    /// <summary>Inspects the archive and all its members.</summary>
    /// <param name="content">The archive.</param>
    /// <param name="context">Takes the findings.</param>
    /// <param name="handle">Called for each member whose bytes could be read.</param>
    /// <param name="isKnown">Whether a member that is of no known format is none to wonder about.</param>
    /// <param name="isBehind">Whether the archive stands behind another format, whose bytes are none of its own.</param>
    /// <returns>The members of the directory, in its order.</returns>
    /// <exception cref="MalformedModelException">The directory or a local header cannot be read.</exception>
    public static IReadOnlyList<ZipEntry> Inspect(
        ModelContent content, InspectionContext context, ZipMemberHandler? handle = null, Func<ZipEntry, ModelContent, bool>? isKnown = null, bool isBehind = false)
    {
        var directory = ZipDirectory.Read(content, context.Limits.Entries);
        NoticeStructure(directory, isBehind, context);
        NoticeNames(directory.Entries, context);
        ReadLocals(content, directory, context);

        var overlapping = NoticeLayout(content, directory, isBehind, context);
        List<string> unknown = [];
        foreach (var entry in directory.Entries)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            // Overlapping members are how a small archive becomes endless; each is read in no case.
            if (entry.End == 0 || overlapping.Contains(entry) || entry.IsFolder)
                continue;
            if (TryOpen(content, entry, context) is not { } bytes)
                continue;

            var known = bytes.Length == 0 || isKnown?.Invoke(entry, bytes) == true;
            var (member, format) = known ? (context.Enter(entry.Name), "unknown") : context.InspectMember(bytes, entry.Name);
            // skops opens archives of any name and with whatever members by this one.
            if (!known && SkopsSchema.IsNamed(entry.Name) && SkopsSchema.TryInspect(bytes, member))
                known = true;
            if (format == "unknown" && !known)
                unknown.Add(entry.Name);
            handle?.Invoke(entry, bytes, member, format);
        }

        if (unknown.Count > 0)
            context.Add(ZipRules.UnknownMembers, $"{unknown.Count} members are of no known format, the first is '{unknown[0]}'.");
        return directory.Entries;
    }

    private static void NoticeStructure(ZipDirectory directory, bool isBehind, InspectionContext context)
    {
        if (directory.Shift > 0 && !isBehind)
            context.Add(ZipRules.Prepended, $"{directory.Shift} bytes precede the archive.", 0);
        if (directory.IsAmbiguous)
            context.Add(ZipRules.TwoDirectories, "Another end record or another directory fits as well.", directory.Start);
        if (directory.BytesBehind > 0 && !isBehind)
            context.Add(InspectionRules.TrailingBytes, $"{directory.BytesBehind} bytes follow the archive.");
    }

    private static void NoticeNames(IReadOnlyList<ZipEntry> entries, InspectionContext context)
    {
        HashSet<string> names = [];
        HashSet<string> folded = new(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (!names.Add(entry.Name))
                context.Add(ZipRules.Duplicate, $"'{entry.Name}' occurs again: one reader takes the first, another the last.", entry.DirectoryOffset);
            else if (!folded.Add(entry.Name))
                context.Add(ZipRules.DuplicateByCase, $"'{entry.Name}' occurs again with other case.", entry.DirectoryOffset);

            if (LeavesFolder(entry.Name))
                context.Add(ZipRules.LeavesFolder, $"'{entry.Name}' leads out of the folder of extraction.", entry.DirectoryOffset);
            else if (entry.Name.Length == 0 || entry.Name.Contains('\\') || entry.Name.Any(char.IsControl))
                context.Add(ZipRules.StrangeName, $"'{entry.Name}' is empty or holds a backslash or a control character.", entry.DirectoryOffset);
            if (entry.IsLink)
                context.Add(ZipRules.Link, $"'{entry.Name}' is a symbolic link.", entry.DirectoryOffset);
        }
    }

    private static bool LeavesFolder(string name) =>
        name.StartsWith('/') || name.StartsWith('\\') || (name.Length >= 2 && name[1] == ':' && char.IsAsciiLetter(name[0]))
        || name.Split('/', '\\').Contains("..");

    private static void ReadLocals(ModelContent content, ZipDirectory directory, InspectionContext context)
    {
        foreach (var entry in directory.Entries)
        {
            try
            {
                ZipHeaders.ReadLocal(content, entry, directory.Start, context);
            }
            catch (MalformedModelException malformed)
            {
                // One broken member does not hide the others.
                context.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
            }
        }
    }

    private static HashSet<ZipEntry> NoticeLayout(ModelContent content, ZipDirectory directory, bool isBehind, InspectionContext context)
    {
        HashSet<ZipEntry> overlapping = [];
        ZipEntry[] entries = [.. directory.Entries.Where(entry => entry.End > 0).OrderBy(entry => entry.HeaderOffset)];
        var position = isBehind && entries is [var first, ..] ? first.HeaderOffset : directory.Shift;
        ZipEntry? last = null;
        foreach (var entry in entries)
        {
            if (entry.HeaderOffset < position && last is not null)
            {
                context.Add(ZipRules.Overlap, $"'{entry.Name}' overlaps '{last.Name}'.", entry.HeaderOffset);
                // The first of them is still read, so that an overlap cannot hide a member altogether.
                overlapping.Add(entry);
            }
            else if (entry.HeaderOffset > position)
            {
                NoticeHidden(content, position, entry.HeaderOffset, context);
            }

            if (entry.End <= position)
                continue;
            position = entry.End;
            last = entry;
        }

        if (position < directory.Start)
            NoticeHidden(content, position, directory.Start, context);
        return overlapping;
    }

    private static void NoticeHidden(ModelContent content, long start, long end, InspectionContext context)
    {
        // Alignment by zeros (Android's zipalign and others) hides nothing.
        Span<byte> bytes = stackalloc byte[(int)Math.Min(end - start, 64)];
        content.Read(start, bytes);
        if (end - start <= bytes.Length && !bytes.ContainsAnyExcept((byte)0))
            return;

        var what = bytes.StartsWith(ZipDirectory.LocalMark) ? "start with a local header that the directory does not name" : "belong to no member";
        context.Add(ZipRules.Hidden, $"{end - start} bytes {what}.", start);
    }

    private static ModelContent? TryOpen(ModelContent content, ZipEntry entry, InspectionContext context)
    {
        if (entry.Method is not (Stored or Deflated))
        {
            if (entry.ClaimsEncryption)
                context.Add(InspectionRules.Encrypted, $"'{entry.Name}' is encrypted.", entry.HeaderOffset);
            else
                context.Add(ZipRules.UnknownMethod, $"'{entry.Name}' is compressed by method {entry.Method}.", entry.HeaderOffset);
            return null;
        }

        var bytes = entry.Method == Stored
            ? new ContentSlice(content, entry.DataOffset, entry.CompressedSize)
            : TryInflate(content, entry, context);
        if (bytes is null)
            return null;

        var isWhole = bytes.Length == entry.Size && Checksum(bytes, context.Cancellation) == entry.Crc;
        if (entry.ClaimsEncryption)
        {
            // Some loaders ignore the flags, so the bytes are inspected as they are as well.
            if (isWhole)
                context.Add(ZipRules.FalseEncryption, $"'{entry.Name}' claims to be encrypted, yet its bytes are plain.", entry.HeaderOffset);
            else
                context.Add(InspectionRules.Encrypted, $"'{entry.Name}' is encrypted.", entry.HeaderOffset);
            return isWhole || InspectionContext.Detect(bytes, entry.Name) != "unknown" ? bytes : null;
        }

        if (bytes.Length != entry.Size)
            context.Add(ZipRules.WrongSize, $"'{entry.Name}' declares {entry.Size} bytes and has {bytes.Length}.", entry.HeaderOffset);
        else if (!isWhole)
            context.Add(ZipRules.WrongChecksum, $"The checksum of '{entry.Name}' is wrong.", entry.HeaderOffset);
        return bytes;
    }

    private static ModelContent? TryInflate(ModelContent content, ZipEntry entry, InspectionContext context)
    {
        if (entry.Size > LargestInMemory)
        {
            context.Add(entry.Size / context.Limits.ExpansionRatio > entry.CompressedSize ? InspectionRules.ExpansionBomb : InspectionRules.LimitReached,
                $"'{entry.Name}' expands from {entry.CompressedSize} to {entry.Size} bytes, more than the {LargestInMemory} that are read.", entry.HeaderOffset);
            return null;
        }

        if ((entry.Size > BombSize && entry.Size / context.Limits.ExpansionRatio > entry.CompressedSize)
            || !context.TryExpand(entry.CompressedSize, entry.Size))
        {
            context.Add(InspectionRules.ExpansionBomb, $"'{entry.Name}' expands from {entry.CompressedSize} to {entry.Size} bytes.", entry.HeaderOffset);
            return null;
        }

        // Bytes hidden behind the compressed data are what a decompressor leaves.
        using ContentStream compressed = new(new ContentSlice(content, entry.DataOffset, entry.CompressedSize), SingleBytes);
        using DeflateStream inflater = new(compressed, CompressionMode.Decompress);
        // Deflate makes at most 1032 bytes of one, so a declared size that cannot be reached takes no memory.
        var expanded = new byte[(int)Math.Min(entry.Size, checked(entry.CompressedSize * 1032))];
        int length;
        var more = false;
        try
        {
            length = inflater.ReadAtLeast(expanded, expanded.Length, throwOnEndOfStream: false);
            Span<byte> next = stackalloc byte[1];
            more = inflater.Read(next) > 0;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            if (!entry.ClaimsEncryption)
                context.Add(InspectionRules.Malformed, $"'{entry.Name}' cannot be decompressed.", entry.DataOffset);
            else
                context.Add(InspectionRules.Encrypted, $"'{entry.Name}' is encrypted.", entry.HeaderOffset);
            return null;
        }

        if (more && !entry.ClaimsEncryption)
            context.Add(ZipRules.WrongSize, $"'{entry.Name}' expands to more than the {entry.Size} bytes that it declares.", entry.HeaderOffset);
        else if (compressed.Position < compressed.Length && !entry.ClaimsEncryption)
            context.Add(ZipRules.Hidden, $"Bytes follow the compressed data of '{entry.Name}'.", entry.DataOffset);
        return ModelContent.FromBytes(expanded.AsMemory(0, length));
    }

    private static uint Checksum(ModelContent content, CancellationToken cancellation)
    {
        var buffer = new byte[(int)Math.Clamp(content.Length, 1, BoundedReader.WindowSize)];
        uint crc = 0;
        for (long position = 0; position < content.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = content.Read(position, buffer);
            crc = Crc32.Append(crc, buffer.AsSpan(0, read));
            position += read;
        }

        return crc;
    }

    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const int SingleBytes = 32;
    private const long BombSize = 16L << 20;
    private const long LargestInMemory = 256L << 20;
}
