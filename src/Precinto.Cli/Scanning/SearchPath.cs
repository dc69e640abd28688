using Precinto.Files;

namespace Precinto.Cli.Scanning;

/// <summary>
/// The folders of <c>PATH</c> in which a program may be looked for. One that is relative, empty among it, or that leads to the folder that is worked in,
/// finds whatever lies there: perhaps the very repository that is scanned.
/// </summary>
internal static class SearchPath
{
    public static IEnumerable<string> Folders(Surroundings surroundings) =>
        (surroundings.Variable("PATH") ?? "").Split(Path.PathSeparator).Where(folder => Path.IsPathFullyQualified(folder) && !LeadsHere(folder));

    /// <summary>Of these, the ones in which nobody else can put a program: for whoever starts what it finds without a look at it.</summary>
    public static IEnumerable<string> FoldersThatNobodyElseFills(Surroundings surroundings) =>
        Folders(surroundings).Where(folder => Directory.Exists(folder) && Exchangeability.Explain(folder) is null);

    /// <summary>The first program of a name, or null. One that a link brings from the folder that is worked in is none.</summary>
    public static string? Find(Surroundings surroundings, string name) =>
        Folders(surroundings).Select(folder => Path.Combine(folder, name)).FirstOrDefault(path => IsExecutable(path) && !LeadsHere(Path.GetDirectoryName(RealPath.Of(path))!));

    private static bool IsExecutable(string path) => File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);

    private static bool LeadsHere(string folder)
    {
        try
        {
            // Whatever leads through a process, such as /proc/self/cwd, leads elsewhere with each of them.
            return RealPath.TrailOf(folder).Any(place => place.StartsWith("/proc/", StringComparison.Ordinal)) || IsSame(RealPath.Of(folder), RealPath.Of(Environment.CurrentDirectory));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where it leads cannot be told: perhaps here.
            return true;
        }
    }

    private static bool IsSame(string one, string other) => string.Equals(
        Path.TrimEndingDirectorySeparator(one), Path.TrimEndingDirectorySeparator(other), OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    internal const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
}
