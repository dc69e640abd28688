namespace Precinto.Manifests;

/// <summary>Paths that are left out of a manifest: exact relative paths and what lies below them, no patterns (OMS 1.0, section 6.2).</summary>
internal sealed class IgnoredPaths
{
    private readonly HashSet<string> _paths;

    public IgnoredPaths(IEnumerable<string> paths) => _paths = [.. paths];

    /// <summary>What the specification leaves out of every model, on the top level only.</summary>
    public static IReadOnlyList<string> Default { get; } = [".git", ".gitattributes", ".github", ".gitignore"];

    public bool Covers(string path)
    {
        if (_paths.Count == 0)
            return false;

        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
            if (_paths.Contains(path[..end]))
                return true;

        return false;
    }

    /// <summary>Brings what a user typed into the form of a manifest.</summary>
    /// <exception cref="ArgumentException">The path is absolute, empty, or leaves the model.</exception>
    public static string Normalize(string path)
    {
        var trimmed = path.Replace(Path.DirectorySeparatorChar, '/').TrimEnd('/');
        while (trimmed.StartsWith("./", StringComparison.Ordinal))
            trimmed = trimmed[2..];
        return ModelPath.IsProper(trimmed) ? trimmed : throw new ArgumentException($"'{path}' is no relative path inside the model.", nameof(path));
    }
}
