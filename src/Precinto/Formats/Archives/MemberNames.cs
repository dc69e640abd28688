using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>What one kind of archive calls that which names and links of members can be up to; null for what is no finding there.</summary>
internal sealed record MemberNameRules(FindingRule LeavesFolder, FindingRule Duplicate, FindingRule Link)
{
    public FindingRule? DuplicateByCase { get; init; }

    public FindingRule? StrangeName { get; init; }

    public FindingRule? LinkOutside { get; init; }

    public FindingRule? ThroughLink { get; init; }
}

/// <summary>Judges where members go when their archive is unpacked, in the order in which they are, for every kind of archive alike.</summary>
internal sealed class MemberNames(MemberNameRules rules, InspectionContext context)
{
    private readonly HashSet<string> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folded = new(StringComparer.OrdinalIgnoreCase);
    private readonly ArchiveLinks _links = new();
    private readonly List<Link> _unjudged = [];

    /// <summary>Whether a name leads out of the folder that it is unpacked into.</summary>
    public static bool LeavesFolder(string name) => ArchivePath.Parse(name).LeavesFolder;

    public void Take(string name, bool isFolder, long? offset)
    {
        var path = ArchivePath.Parse(name);
        if (path.LeavesFolder)
            context.Add(rules.LeavesFolder, $"'{name}' leads out of the folder.", offset);
        else if (name.Length == 0)
            context.Add(rules.StrangeName ?? rules.LeavesFolder, "A member has no name.", offset);
        else if (rules.StrangeName is { } strange && (name.Contains('\\') || name.Any(char.IsControl)))
            context.Add(strange, $"'{name}' holds a backslash or a control character.", offset);

        if (isFolder)
            return;
        var place = path.ToString();
        if (!_places.Add(place))
            context.Add(rules.Duplicate, $"'{name}' occurs again: one reader takes the first, another the last.", offset);
        else if (rules.DuplicateByCase is { } folded && !_folded.Add(place))
            context.Add(folded, $"'{name}' occurs again with other case.", offset);
        if (rules.ThroughLink is { } through && _links.LieOnTheWay(path.Parts))
            context.Add(through, $"'{name}' is unpacked through a link.", offset);
    }

    /// <summary>Takes a link, after its name was taken; null for a target that is not known.</summary>
    public void TakeLink(string name, string? target, bool isHard, long? offset)
    {
        _unjudged.Add(new(name, target, isHard, offset));
        if (!isHard)
            ExpectLink(name);
    }

    /// <summary>Notes that a name is one of a symbolic link, whose target becomes known only later.</summary>
    public void ExpectLink(string name) => _links.Add(ArchivePath.Parse(name).Parts);

    /// <summary>Judges where links lead, once all are known: one may lead through another that comes behind it.</summary>
    public void JudgeLinks()
    {
        foreach (var link in _unjudged)
        {
            var rule = link.Target is { } target && LeadsOutside(link, ArchivePath.Parse(target)) && rules.LinkOutside is { } outside ? outside : rules.Link;
            context.Add(rule, link.Target is null ? $"'{link.Name}' is a symbolic link." : $"'{link.Name}' leads to '{link.Target}'.", link.Offset);
        }

        _unjudged.Clear();
    }

    private bool LeadsOutside(Link link, ArchivePath target)
    {
        if (link.Target is "" || target.IsRooted || target.TurnsBack)
            return true;

        // A hard link counts from the top of the archive, a symbolic one from where it is.
        var place = ArchivePath.Parse(link.Name);
        var folder = link.IsHard ? 0 : place.Parts.Count - 1;
        return target.Climbs > folder
            || _links.LieOnTheWay(place.Parts)
            || _links.LieOnTheWay(place.Parts.Take(folder - target.Climbs).Concat(target.Parts));
    }

    private sealed record Link(string Name, string? Target, bool IsHard, long? Offset);
}
