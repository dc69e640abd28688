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
    private readonly HashSet<string> _links = new(StringComparer.Ordinal);

    /// <summary>Whether a name leads out of the folder that it is unpacked into.</summary>
    public static bool LeavesFolder(string name) => IsRooted(name) || name.Split('/', '\\').Contains("..");

    public void Take(string name, bool isFolder, long? offset)
    {
        var place = PlaceOf(name);
        if (LeavesFolder(name))
            context.Add(rules.LeavesFolder, $"'{name}' leads out of the folder.", offset);
        else if (name.Length == 0)
            context.Add(rules.StrangeName ?? rules.LeavesFolder, "A member has no name.", offset);
        else if (rules.StrangeName is { } strange && (name.Contains('\\') || name.Any(char.IsControl)))
            context.Add(strange, $"'{name}' holds a backslash or a control character.", offset);

        if (isFolder)
            return;
        if (!_places.Add(place))
            context.Add(rules.Duplicate, $"'{name}' occurs again: one reader takes the first, another the last.", offset);
        else if (rules.DuplicateByCase is { } folded && !_folded.Add(place))
            context.Add(folded, $"'{name}' occurs again with other case.", offset);
        if (_links.Count > 0 && rules.ThroughLink is { } through && Parents(place).Any(_links.Contains))
            context.Add(through, $"'{name}' is unpacked through a link.", offset);
    }

    /// <summary>Judges a link, after its name was taken; null for a target that is not known.</summary>
    public void TakeLink(string name, string? target, bool isHard, long? offset)
    {
        // A hard link counts from the top of the archive, a symbolic one from where it is.
        var isOutside = target is not null && (isHard ? target.Length == 0 || LeavesFolder(target) : IsOutside(PlaceOf(name), target));
        var rule = isOutside && rules.LinkOutside is { } outside ? outside : rules.Link;
        context.Add(rule, target is null ? $"'{name}' is a symbolic link." : $"'{name}' leads to '{target}'.", offset);
        if (!isHard)
            ExpectLink(name);
    }

    /// <summary>Notes that a name is one of a symbolic link, whose target becomes known only later.</summary>
    public void ExpectLink(string name) => _links.Add(PlaceOf(name));

    private static string PlaceOf(string name)
    {
        name = name.TrimEnd('/');
        return name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
    }

    private static bool IsRooted(string name) => name is ['/' or '\\', ..] || (name is [var drive, ':', ..] && char.IsAsciiLetter(drive));

    private static bool IsOutside(string place, string target)
    {
        if (target.Length == 0 || IsRooted(target))
            return true;

        var depth = place.Count(character => character == '/');
        foreach (var part in target.Split('/', '\\'))
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
                return true;
        }

        return false;
    }

    private static IEnumerable<string> Parents(string place)
    {
        for (var slash = place.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = place.IndexOf('/', slash + 1))
            yield return place[..slash];
    }
}
