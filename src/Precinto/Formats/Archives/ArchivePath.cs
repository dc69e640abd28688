namespace Precinto.Formats.Archives;

/// <summary>
/// A path in an archive, of a member or of what a link leads to. Backslashes count as slashes, since some programs that unpack take them for
/// such; single dots and empty parts are left out.
/// </summary>
internal sealed class ArchivePath
{
    private ArchivePath(string text)
    {
        Text = text;
        IsRooted = text is ['/' or '\\', ..] || (text is [var drive, ':', ..] && char.IsAsciiLetter(drive));
        List<string> parts = [];
        foreach (var part in text.Split('/', '\\'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case ".." when parts.Count == 0:
                    Climbs++;
                    break;
                case "..":
                    TurnsBack = true;
                    parts.Add(part);
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        Parts = parts;
    }

    /// <summary>The path as it stands in the archive.</summary>
    public string Text { get; }

    /// <summary>Whether it starts at the top of a disk.</summary>
    public bool IsRooted { get; }

    /// <summary>How many folders it goes up before its first name.</summary>
    public int Climbs { get; }

    /// <summary>Whether it goes up again after a name: where that leads, no text tells where names may be links.</summary>
    public bool TurnsBack { get; }

    /// <summary>The names, from the first on.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>All steps, those up before the first name included.</summary>
    public IReadOnlyCollection<string> Steps => Climbs == 0 ? Parts : [.. Enumerable.Repeat("..", Climbs), .. Parts];

    /// <summary>Whether it leads out of the folder that it counts from, or may do so.</summary>
    public bool LeavesFolder => IsRooted || Climbs > 0 || TurnsBack;

    public static ArchivePath Parse(string text) => new(text);

    /// <summary>The names, by which two paths to one place are told to be the same.</summary>
    public override string ToString() => string.Join('/', Parts);
}
