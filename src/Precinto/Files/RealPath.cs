namespace Precinto.Files;

/// <summary>Where a path really leads, every link on the way resolved.</summary>
internal static class RealPath
{
    /// <exception cref="IOException">The links on the way go round in circles.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        for (var hops = 0; hops < MaximumLinks; hops++)
        {
            if (ResolveFirstLink(full) is not { } next)
                return full;
            full = next;
        }

        throw new IOException($"{path}: too many links on the way.");
    }

    /// <summary>The real path of the folder that holds the entry, and the entry's name, itself unresolved.</summary>
    public static string OfParent(string path)
    {
        var full = Path.GetFullPath(path);
        return Path.GetDirectoryName(full) is { } parent ? Path.Combine(Of(parent), Path.GetFileName(full)) : full;
    }

    public static bool IsInside(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? ResolveFirstLink(string full)
    {
        var root = Path.GetPathRoot(full)!;
        var current = root;
        var parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < parts.Length; index++)
        {
            var parent = current;
            current = Path.Combine(current, parts[index]);
            if (new FileInfo(current).LinkTarget is { } target)
                return Path.GetFullPath(Path.Combine([Path.Combine(parent, target), .. parts[(index + 1)..]]));
        }

        return null;
    }

    private const int MaximumLinks = 40;
}
