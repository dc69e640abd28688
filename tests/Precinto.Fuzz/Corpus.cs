namespace Precinto.Fuzz;

/// <summary>The committed seeds: a folder for each target, and beside them what targets hold an input against.</summary>
internal sealed class Corpus(string root)
{
    /// <summary>The seeds of a target, always in the same order.</summary>
    public IReadOnlyList<Seed> SeedsOf(string target)
    {
        var folder = Path.Combine(root, target);
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(path => new Seed(Path.GetFileName(path), File.ReadAllBytes(path)))];
    }

    /// <summary>The corpus of the repository that encloses the program.</summary>
    /// <exception cref="DirectoryNotFoundException">No repository encloses it.</exception>
    public static Corpus Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Precinto.slnx")))
                return new(Path.Combine(folder.FullName, "tests", "Precinto.Fuzz", "Corpus"));
        throw new DirectoryNotFoundException("No repository encloses the program.");
    }

    /// <summary>The folders, one a target.</summary>
    public IEnumerable<string> Folders => Directory.GetDirectories(root).Select(folder => Path.GetFileName(folder));
}
