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
            if (ResolveFirstLink(full, out _) is not { } next)
                return full;
            full = next;
        }

        throw new IOException($"{path}: too many links on the way.");
    }

    /// <summary>Every place that decides where a path leads: the links on the way, each where it really lies, and the end.</summary>
    public static IEnumerable<string> TrailOf(string path)
    {
        var full = Path.GetFullPath(path);
        for (var hops = 0; hops < MaximumLinks; hops++)
        {
            if (ResolveFirstLink(full, out var link) is not { } next)
            {
                yield return full;
                yield break;
            }

            yield return link;
            full = next;
        }

        throw new IOException($"{path}: too many links on the way.");
    }

    public static bool IsInside(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? ResolveFirstLink(string full, out string link)
    {
        link = "";
        var root = Path.GetPathRoot(full)!;
        var current = root;
        var parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < parts.Length; index++)
        {
            var parent = current;
            current = Path.Combine(current, parts[index]);
            if (new FileInfo(current).LinkTarget is not { } target)
                continue;

            link = current;
            return Path.GetFullPath(Path.Combine([Path.Combine(parent, target), .. parts[(index + 1)..]]));
        }

        return null;
    }

    private const int MaximumLinks = 40;
}
