namespace Precinto.Cli.Tests.Documentation;

/// <summary>The files of the repository that the tests are about, found from where the tests were built.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string name) => Path.Combine(Root, name);

    public static string Read(string name) => File.ReadAllText(PathOf(name)).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>The pages that users read, relative to the root.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md", "README.es.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "samples/README.md", "samples/iris/README.md",
        .. Directory.EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Precinto.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("The tests lie in no copy of the repository.");
    }
}
