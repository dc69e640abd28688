using Precinto.Files;
using Precinto.Formats.Archives;
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
    /// <param name="reading">What is peculiar to the archive's kind.</param>
    /// <returns>The members of the directory, in its order.</returns>
    /// <exception cref="MalformedModelException">The directory or a local header cannot be read.</exception>
    public static IReadOnlyList<ZipEntry> Inspect(ModelContent content, InspectionContext context, ZipMemberHandler? handle = null, ZipReading? reading = null)
    {
        reading ??= ZipReading.Plain;
        var directory = ZipDirectory.Read(content, context.Limits.Entries);
        NoticeStructure(directory, reading, context);
        NoticeNames(directory.Entries, reading, context);
        ReadLocals(content, directory, context);

        var first = directory.Entries.Where(entry => entry.End > 0).Select(entry => entry.HeaderOffset).DefaultIfEmpty(directory.Start).Min();
        if (first > 0 && !reading.IsBehind)
            NoticePrepended(content, first, context);
        var overlapping = NoticeLayout(content, directory, first, context);
        List<string> unknown = [];
        foreach (var entry in directory.Entries)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            // Overlapping members are how a small archive becomes endless; each is read in no case.
            if (entry.End == 0 || overlapping.Contains(entry))
                continue;
            using var held = context.Hold();
            // A folder has no bytes; one that has some is a file to whoever reads it as one.
            if (ZipMember.TryOpen(content, entry, held, context) is not { } bytes || (entry.IsFolder && bytes.Length == 0))
                continue;

            var (member, format) = bytes.Length == 0 ? (context.Enter(entry.Name), "unknown")
                : context.InspectMember(bytes, entry.Name, format => reading.IsOwn(entry, format));
            if (!reading.IsOwn(entry, format))
            {
                ZipParts.Judge(entry, bytes, member);
                if (format == "unknown" && bytes.Length > 0 && !reading.IsKnown(entry, bytes) && !MacFiles.IsOne(entry.Name, bytes))
                    unknown.Add(entry.Name);
            }

            handle?.Invoke(entry, bytes, member, format);
        }

        PackagedModules.Judge(directory.Entries, context);
        if (unknown.Count > 0)
            context.Add(ZipRules.UnknownMembers, $"{unknown.Count} members are of no known format, the first is '{unknown[0]}'.");
        return directory.Entries;
    }

    private static void NoticeStructure(ZipDirectory directory, ZipReading reading, InspectionContext context)
    {
        if (directory.IsAmbiguous && !reading.IsAmongOthers)
            context.Add(ZipRules.TwoDirectories, "Another end record or another directory fits as well.", directory.Start);
        if (directory.BytesBehind > 0 && !reading.IsBehind)
            context.Add(InspectionRules.TrailingBytes, $"{directory.BytesBehind} bytes follow the archive.");
    }

    private static void NoticeNames(IReadOnlyList<ZipEntry> entries, ZipReading reading, InspectionContext context)
    {
        MemberNames names = new(reading.IsNeverUnpacked ? ZipRules.Names with { WindowsName = null } : ZipRules.Names, context);
        foreach (var entry in entries)
        {
            names.Take(reading.TakesBackslashes ? entry.Path : entry.Name, entry.IsFolder, entry.IsLink, entry.DirectoryOffset);
            if (entry.IsLink)
                names.TakeLink(entry.Name, target: null, isHard: false, entry.DirectoryOffset);
        }

        names.JudgeLinks();
    }

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

    private static HashSet<ZipEntry> NoticeLayout(ModelContent content, ZipDirectory directory, long position, InspectionContext context)
    {
        HashSet<ZipEntry> overlapping = [];
        ZipEntry? last = null;
        foreach (var entry in directory.Entries.Where(entry => entry.End > 0).OrderBy(entry => entry.HeaderOffset))
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

    // Whatever precedes the archive is a file of its own to whoever reads files from their start.
    private static void NoticePrepended(ModelContent content, long length, InspectionContext context)
    {
        context.Add(ZipRules.Prepended, $"{length} bytes precede the archive.", 0);
        context.InspectMember(new ContentSlice(content, 0, length), "the bytes before the archive");
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
}
