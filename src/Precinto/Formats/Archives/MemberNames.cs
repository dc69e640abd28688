using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>What one kind of archive calls that which names and links of members can be up to; null for what is no finding there.</summary>
internal sealed record MemberNameRules(FindingRule LeavesFolder, FindingRule Duplicate, FindingRule Link)
{
    public FindingRule? DuplicateByCase { get; init; }

    public FindingRule? StrangeName { get; init; }

    public FindingRule? LinkOutside { get; init; }

    public FindingRule? ThroughLink { get; init; }

    /// <summary>A link that counts from the top of a disk, in what is the top of one.</summary>
    public FindingRule? RootedLink { get; init; }

    public FindingRule? WindowsName { get; init; }
}

/// <summary>Judges where members go when their archive is unpacked, in the order in which they are, for every kind of archive alike.</summary>
internal sealed class MemberNames(MemberNameRules rules, InspectionContext context)
{
    private readonly HashSet<string> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folded = new(StringComparer.OrdinalIgnoreCase);
    private readonly ArchiveLinks _links = new();
    private readonly List<Link> _unjudged = [];
    private readonly List<(ArchivePath Path, long? Offset)> _through = [];
    private readonly HashSet<string> _rootFolders = new(StringComparer.Ordinal);

    /// <summary>Whether a name leads out of the folder that it is unpacked into.</summary>
    public static bool LeavesFolder(string name) => ArchivePath.Parse(name).LeavesFolder;

    public void Take(string name, bool isFolder, bool isLink, long? offset)
    {
        var path = ArchivePath.Parse(name);
        if (path.LeavesFolder)
            context.Add(rules.LeavesFolder, $"'{name}' leads out of the folder.", offset);
        else if (name.Length == 0)
            context.Add(rules.StrangeName ?? rules.LeavesFolder, "A member has no name.", offset);
        else if (rules.StrangeName is { } strange && (name.Contains('\\') || name.Any(char.IsControl)))
            context.Add(strange, $"'{name}' holds a backslash or a control character.", offset);

        if (rules.WindowsName is { } windows && path.Parts.FirstOrDefault(MeansOtherOnWindows) is { } part)
            context.Add(windows, $"'{name}' is another name on Windows{(part == name ? "" : $", because of '{part}'")}.", offset);
        if (path.Parts is [var top, ..] && RootFolders.Contains(top))
            _rootFolders.Add(top);

        if (isFolder)
            return;
        var place = path.ToString();
        if (!_places.Add(place))
            context.Add(rules.Duplicate, $"'{name}' occurs again: one reader takes the first, another the last.", offset);
        else if (rules.DuplicateByCase is { } folded && !_folded.Add(place))
            context.Add(folded, $"'{name}' occurs again with other case.", offset);
        if (rules.ThroughLink is not null && _links.LieOn(isLink ? path.Parts.SkipLast(1) : path.Parts))
            _through.Add((path, offset));
    }

    /// <summary>Takes a link, after its name was taken; null for a target that is not known.</summary>
    public void TakeLink(string name, string? target, bool isHard, long? offset)
    {
        Link link = new(ArchivePath.Parse(name), target is null ? null : ArchivePath.Parse(target), isHard, offset);
        _unjudged.Add(link);
        if (isHard)
            return;

        // It comes to lie where links before it on its way lead.
        var folder = link.Place.Steps.SkipLast(1).ToList();
        _links.Add([.. _links.Resolve(folder, isRoot: false) ?? folder, .. link.Place.Parts.TakeLast(1)], link.Target);
    }

    /// <summary>Notes that a name is one of a symbolic link, whose target becomes known only later.</summary>
    public void ExpectLink(string name) => _links.Expect(ArchivePath.Parse(name).Parts);

    /// <summary>Judges where links lead, and what is unpacked through them, once all are known: one may lead through another that comes behind it.</summary>
    public void JudgeLinks()
    {
        foreach (var link in _unjudged)
        {
            var rule = link.Target is null ? rules.Link : RuleOf(link.Steps, rules.Link, rules.LinkOutside ?? rules.Link, out _);
            context.Add(rule, link.Target is null ? $"'{link.Place.Text}' is a symbolic link." : $"'{link.Place.Text}' leads to '{link.Target.Text}'.", link.Offset);
        }

        foreach (var (path, offset) in _through)
        {
            var rule = RuleOf(path.Steps, rules.Link, rules.ThroughLink!, out var place);
            if (place is not null && !_places.Add(string.Join('/', place)))
                rule = rules.Duplicate;
            context.Add(rule, $"'{path.Text}' is unpacked through a link, {(place is null ? "out of the folder" : $"to '{string.Join('/', place)}'")}.", offset);
        }

        _unjudged.Clear();
        _through.Clear();
    }

    // A link that stays inside is none to worry about. In the tree of an operating system links count from its top, and whoever unpacks it as
    // such keeps them there; whoever does not, had better know.
    private FindingRule RuleOf(IReadOnlyCollection<string> steps, FindingRule inside, FindingRule outside, out IReadOnlyList<string>? place)
    {
        place = _links.Resolve(steps, isRoot: false);
        if (place is not null)
            return inside;
        if (rules.RootedLink is { } rooted && _rootFolders.Count >= FewestRootFolders)
            place = _links.Resolve(steps, isRoot: true);
        return place is null ? outside : rules.RootedLink!;
    }

    // A colon begins a stream of NTFS, the names of devices are so with any ending, and dots and blanks at the end are left out
    // (Microsoft, Naming Files, Paths, and Namespaces).
    private static bool MeansOtherOnWindows(string part)
    {
        var stem = part.AsSpan(0, part.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? dot : part.Length).TrimEnd(' ');
        return part.Contains(':', StringComparison.Ordinal) || (part is not ".." && part[^1] is '.' or ' ')
            || (stem.Length is 3 or 4 && Devices.GetAlternateLookup<ReadOnlySpan<char>>().Contains(stem));
    }

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" })], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> RootFolders =
        "bin boot dev etc home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var".Split(' ').ToHashSet(StringComparer.Ordinal);

    private const int FewestRootFolders = 4;

    private sealed record Link(ArchivePath Place, ArchivePath? Target, bool IsHard, long? Offset)
    {
        // A hard link counts from the top of the archive, a symbolic one from where it is; what is no path from there, its own place tells.
        public IReadOnlyCollection<string> Steps => (IsHard, Target) switch
        {
            (true, { IsRooted: false, Text.Length: > 0 }) => Target.Steps,
            (true, _) => [Up],
            (_, { IsRooted: false, Text.Length: > 0 }) => [.. Place.Steps.SkipLast(1), .. Target.Steps],
            _ => Place.Steps,
        };

        private const string Up = "..";
    }
}
