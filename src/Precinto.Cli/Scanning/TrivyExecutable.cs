using Precinto.Digests;
using Precinto.Files;

namespace Precinto.Cli.Scanning;

/// <summary>
/// The Trivy that is run: found once, its links resolved, and looked at before anything in it runs. Whoever can exchange it decides every verdict.
/// </summary>
internal static class TrivyExecutable
{
    /// <summary>The full path of an executable that nobody but its owner and group can change.</summary>
    /// <exception cref="ScannerException">There is none, or it must not be run.</exception>
    public static string Find(Surroundings surroundings, string? named, Digest? digest)
    {
        var path = named ?? (surroundings.Variable(VariableName) is { Length: > 0 } variable ? variable : FindOnPath(surroundings));
        var real = RealPath.Of(path ?? throw new ScannerException(
            "Trivy is not on PATH: install it, name it with --trivy PATH or PRECINTO_TRIVY, or hand in a report that it made elsewhere (trivy … --format json)"));
        using var snapshot = Snapshot.Open(real);
        if (snapshot.IsFolder || snapshot.Files.Count == 0)
            throw new ScannerException($"{real} is no regular file and is not run");

        RefuseLoose(real);
        if (digest is not null)
        {
            using var opened = snapshot.Files[0].Open();
            if (ContentHashing.Compute(opened.Content, digest.Algorithm) is var found && !found.Equals(digest))
                throw new ScannerException($"{real} is {found}, not {digest}, and is not run");
        }

        return real;
    }

    // Entries that are relative, "." and "" among them, find whatever lies in the folder that is worked in: perhaps the very repository that is scanned.
    private static string? FindOnPath(Surroundings surroundings) =>
        (surroundings.Variable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "trivy.exe" : "trivy"))
            .FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);

    private static void RefuseLoose(string path)
    {
        if (OperatingSystem.IsWindows())
            return;

        var mode = File.GetUnixFileMode(path);
        if ((mode & Executable) == 0)
            throw new ScannerException($"{path} is not executable");
        if (mode.HasFlag(UnixFileMode.OtherWrite))
            throw new ScannerException($"everyone can change {path}, and it is not run; take the permission to write away from others");

        var folder = Path.GetDirectoryName(path)!;
        if (File.GetUnixFileMode(folder) is var around && around.HasFlag(UnixFileMode.OtherWrite) && !around.HasFlag(UnixFileMode.StickyBit))
            throw new ScannerException($"everyone can exchange files in {folder}, and {Path.GetFileName(path)} is not run from there");
    }

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const string VariableName = "PRECINTO_TRIVY";
}
