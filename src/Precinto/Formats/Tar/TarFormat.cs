using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Tar;

/// <summary>A tar archive; all its members are inspected by their bytes, and what unpacking it would do is said.</summary>
internal sealed class TarFormat : ModelFormat
{
    public override string Name => "tar";

    public override IReadOnlyList<string> Endings => [".pt", ".pth", ".tar"];

    public override IReadOnlyList<FindingRule> Rules => TarRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        head.Length >= TarReader.BlockSize && TarReader.IsHeader(head[..TarReader.BlockSize]) && head[100..108].ContainsAnyInRange((byte)'0', (byte)'7');

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var entries = new TarReader(content, context).Read();
        Notice(entries, context);
        SortedDictionary<string, long> formats = new(StringComparer.Ordinal);
        List<string> unknown = [];
        foreach (var entry in entries.Where(entry => entry.IsFile && entry.Size > 0))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var (_, format) = context.InspectMember(new ContentSlice(content, entry.DataOffset, entry.Size), entry.Name);
            formats[format] = formats.GetValueOrDefault(format) + 1;
            if (format == "unknown")
                unknown.Add(entry.Name);
        }

        if (unknown.Count > 0)
            context.Add(TarRules.UnknownMembers, $"{unknown.Count} members are of no known format, the first is '{unknown[0]}'.");
        context.Facts.Parts = [.. formats];
    }

    private static void Notice(List<TarEntry> entries, InspectionContext context)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<string> links = new(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var name = entry.Name.TrimEnd('/');
            name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
            if (LeavesFolder(entry.Name))
                context.Add(TarRules.LeavesFolder, $"'{entry.Name}' leads out of the folder.", entry.HeaderOffset);
            if (!entry.IsFolder && !names.Add(name))
                context.Add(TarRules.Duplicate, $"'{entry.Name}' occurs again.", entry.HeaderOffset);
            if (entry.IsDevice)
                context.Add(TarRules.Device, $"'{entry.Name}' is a device or a pipe.", entry.HeaderOffset);
            if (links.Count > 0 && Parents(name).Any(links.Contains))
                context.Add(TarRules.ThroughLink, $"'{entry.Name}' is unpacked through a link.", entry.HeaderOffset);
            if (!entry.IsLink)
                continue;

            // A hard link counts from the top of the archive, a symbolic one from where it is.
            var outside = entry.Kind == '1' ? LeavesFolder(entry.Target) : IsOutside(name, entry.Target);
            if (outside)
                context.Add(TarRules.LinkOutside, $"'{entry.Name}' leads to '{entry.Target}'.", entry.HeaderOffset);
            else
                context.Add(TarRules.Link, $"'{entry.Name}' leads to '{entry.Target}'.", entry.HeaderOffset);
            if (entry.Kind == '2')
                links.Add(name);
        }
    }

    private static bool LeavesFolder(string name) =>
        name.Length == 0 || name[0] is '/' or '\\' || (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0])) || name.Split('/', '\\').Contains("..");

    private static bool IsOutside(string name, string target)
    {
        if (target.Length == 0 || target[0] is '/' or '\\' || (target.Length > 1 && target[1] == ':'))
            return true;

        var depth = name.Count(character => character == '/');
        foreach (var part in target.Split('/', '\\'))
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
                return true;
        }

        return false;
    }

    private static IEnumerable<string> Parents(string name)
    {
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
            yield return name[..slash];
    }
}
