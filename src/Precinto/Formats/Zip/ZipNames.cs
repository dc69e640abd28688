using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>The names in a zip archive's directory, for telling what kind of archive it is; with slashes where old programs wrote backslashes.</summary>
internal sealed class ZipNames(IReadOnlyList<ZipEntry> entries)
{
    private readonly HashSet<string> _anyCase = new(entries.Select(entry => entry.Path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of all members, or null where the directory cannot be read.</summary>
    public static ZipNames? TryRead(ModelContent content) =>
        ZipDirectory.TryRead(content, InspectionLimits.Default.Entries) is { } directory ? new(directory.Entries) : null;

    /// <summary>The names of the members that are no folders.</summary>
    public IEnumerable<string> Files => entries.Where(entry => !entry.IsFolder).Select(entry => entry.Path);

    /// <summary>Whether there is a member of this name, in whatever case: a name that its loader does not find is still one to look at.</summary>
    public bool Has(string name) => _anyCase.Contains(name);
}
