namespace Precinto.Cli.Output;

/// <summary>The folder to which CI systems hold paths against: the checked-out repository where one is named, the working folder otherwise.</summary>
internal sealed class SourceRoot
{
    private readonly string _folder;

    private SourceRoot(string folder) => _folder = folder;

    public static SourceRoot Of(Surroundings surroundings)
    {
        var current = Environment.CurrentDirectory;
        string?[] named = [surroundings.Variable("GITHUB_WORKSPACE"), surroundings.Variable("BUILD_SOURCESDIRECTORY")];
        var workspace = Array.Find(named, folder => !string.IsNullOrEmpty(folder) && RelativeTo(Path.GetFullPath(folder), current) is not null);
        return new(workspace is null ? current : Path.GetFullPath(workspace));
    }

    /// <summary>The path below the root with forward slashes, <c>.</c> for the root itself, or null where it lies elsewhere.</summary>
    public string? Relative(string path) => RelativeTo(_folder, Path.GetFullPath(path));

    /// <summary>A reference by RFC 3986: relative below the root, a <c>file</c> URI elsewhere. No byte of a name is more than a character of the name.</summary>
    public string Reference(string path)
    {
        var full = Path.GetFullPath(path);
        return Encode(RelativeTo(_folder, full) ?? "") is { Length: > 0 } relative ? relative : "file://" + (full.StartsWith('/') ? "" : "/") + Encode(full);
    }

    private static string Encode(string path) => string.Join('/', path.Replace('\\', Path.DirectorySeparatorChar == '\\' ? '/' : '\\').Split('/').Select(Uri.EscapeDataString));

    private static string? RelativeTo(string folder, string full)
    {
        var relative = Path.GetRelativePath(folder, full);
        if (Path.IsPathRooted(relative) || relative == ".." || relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return null;
        return Path.DirectorySeparatorChar == '\\' ? relative.Replace('\\', '/') : relative;
    }
}
