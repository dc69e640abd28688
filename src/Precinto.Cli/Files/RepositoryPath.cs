namespace Precinto.Cli.Files;

/// <summary>Paths in the working folder as the root of a repository: relative, with forward slashes.</summary>
internal static class RepositoryPath
{
    /// <summary>The folders on the way to a path, from the root down: of <c>a/b/c</c>, these are <c>a</c> and <c>a/b</c>.</summary>
    public static IEnumerable<string> Folders(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
            yield return path[..end];
    }

    /// <summary>Whether a symbolic link or a junction stands there, wherever it leads.</summary>
    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    /// <summary>Whether one path is the other or lies below it.</summary>
    public static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>A pipeline and a hook count in the root of a repository alone; below it nothing would run them, and nobody would notice.</summary>
    /// <exception cref="UsageException">The working folder is another folder of a repository, or lies in git's own.</exception>
    public static void ThrowUnlessRoot()
    {
        DirectoryInfo working = new(Environment.CurrentDirectory);
        for (var folder = working; folder is not null; folder = folder.Parent)
        {
            // In a worktree and in a submodule, .git is a file.
            if (Path.Exists(Path.Combine(folder.FullName, Git)))
            {
                if (folder == working)
                    return;
                var below = Path.GetRelativePath(folder.FullName, working.FullName).Replace('\\', '/');
                throw new UsageException($"nothing was written: only the root of a repository is looked at, which is {folder.FullName}; run it there, with --model {below}/… where the model lies in this folder");
            }

            if (IsGit(folder.Name))
                throw new UsageException($"nothing was written: {folder.FullName} belongs to git");
        }
    }

    /// <summary>Whether a folder of this name is git's own; where case does not count, each spelling is.</summary>
    public static bool IsGit(string name) => name.Equals(Git, StringComparison.OrdinalIgnoreCase);

    private const string Git = ".git";
}
