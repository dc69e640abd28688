using Precinto.Files;
using Precinto.Formats.Archives;
using Precinto.Inspection;

namespace Precinto.Formats.Tar;

/// <summary>A tar archive; all its members are inspected by their bytes, and what unpacking it would do is said.</summary>
internal sealed class TarFormat : ModelFormat
{
    public override string Name => "tar";

    public override IReadOnlyList<string> Endings => [".pt", ".pth", ".tar"];

    public override IReadOnlyList<FindingRule> Rules => TarRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        StartsLikeArchive(head);

    public static bool StartsLikeArchive(ReadOnlySpan<byte> head) =>
        head.Length >= TarReader.BlockSize && TarReader.IsHeader(head[..TarReader.BlockSize]) && head[100..108].ContainsAnyInRange((byte)'0', (byte)'7');

    public override void Inspect(ModelContent content, string name, InspectionContext context) => InspectMembers(content, context);

    /// <summary>Inspects all members, and says what unpacking them would do.</summary>
    public static IReadOnlyList<TarEntry> InspectMembers(ModelContent content, InspectionContext context)
    {
        ArchiveMembers members = new(TarRules.UnknownMembers, context);
        var entries = new TarReader(content, context).Read();
        Notice(entries, context);
        foreach (var entry in entries.Where(entry => entry.IsFile))
            members.Inspect(new ContentSlice(content, entry.DataOffset, entry.Size), entry.Name);
        members.WriteFacts();
        return entries;
    }

    private static void Notice(List<TarEntry> entries, InspectionContext context)
    {
        MemberNames names = new(TarRules.Names, context);
        foreach (var entry in entries)
        {
            names.Take(entry.Name, entry.IsFolder, entry.Kind == '2', entry.HeaderOffset);
            if (entry.OtherName is { } other && MemberNames.LeavesFolder(other))
                context.Add(TarRules.LeavesFolder, $"'{other}', as some readers take it for, leads out of the folder.", entry.HeaderOffset);
            // OCI image-spec 1.1, layer.md: such a file deletes what its name says behind the prefix, in the folder that it lies in.
            if (ArchivePath.Parse(entry.Name).Parts is [.., ".wh." or ".wh.." or ".wh..."])
                context.Add(TarRules.Whiteout, $"'{entry.Name}' deletes more than what lies beside it, where it is a part of a layer.", entry.HeaderOffset);
            if (entry.IsDevice)
                context.Add(TarRules.Device, $"'{entry.Name}' is a device or a pipe.", entry.HeaderOffset);
            if (entry.IsLink)
                names.TakeLink(entry.Name, entry.Target, isHard: entry.Kind == '1', entry.HeaderOffset);
        }

        names.JudgeLinks();
    }
}
