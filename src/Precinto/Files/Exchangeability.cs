using System.Runtime.InteropServices;

namespace Precinto.Files;

/// <summary>
/// Who else can put something in the place of what a path leads to. Asked of every link on the way, of the end, and of all folders above each of them:
/// whoever may write to one of those folders exchanges everything below it. Groups are trusted, as the system's own folders often belong to one.
/// </summary>
internal static class Exchangeability
{
    /// <summary>A sentence that says who, or null where nobody can but root and the user who runs this. Owners are known on Linux only.</summary>
    /// <exception cref="IOException">Something on the way cannot be looked at.</exception>
    public static string? Explain(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;

        var user = OperatingSystem.IsLinux() ? LinuxCalls.EffectiveUser() : Root;
        foreach (var place in RealPath.TrailOf(path))
        {
            for (var entry = place; entry is not null; entry = Path.GetDirectoryName(entry))
            {
                var (owner, mode, isLink, isFolder) = Look(entry);
                if (owner != Root && owner != user)
                    return $"{entry} belongs to another user, who can exchange it";

                // Where a folder has the sticky bit, everyone may add to it and only an owner may take away: whose the entry is was asked before.
                if (!isLink && mode.HasFlag(UnixFileMode.OtherWrite) && !(isFolder && mode.HasFlag(UnixFileMode.StickyBit) && entry != place))
                    return isFolder ? $"everyone can exchange files in {entry}" : $"everyone can change {entry}";
            }
        }

        return null;
    }

    private static unsafe (uint Owner, UnixFileMode Mode, bool IsLink, bool IsFolder) Look(string entry)
    {
        if (!OperatingSystem.IsLinux())
        {
            var isLink = new FileInfo(entry).LinkTarget is not null;
            return (Root, OperatingSystem.IsWindows() || isLink ? default : File.GetUnixFileMode(entry), isLink, Directory.Exists(entry));
        }

        LinuxCalls.FileStatus status;
        if (LinuxCalls.StatX(LinuxCalls.CurrentDirectory, entry, LinuxCalls.SymbolicLinkNoFollow, LinuxCalls.BasicStatistics, &status) != 0)
            throw Marshal.GetLastPInvokeError() == LinuxCalls.NotFound
                ? new FileNotFoundException($"{entry}: No such file or directory", entry)
                : new IOException($"{entry}: {Marshal.GetLastPInvokeErrorMessage()}");
        return (status.Owner, (UnixFileMode)(status.Mode & Permissions), (status.Mode & TypeMask) == Link, (status.Mode & TypeMask) == Folder);
    }

    private const uint Root = 0;
    private const int Permissions = 0xFFF;
    private const int TypeMask = 0xF000;
    private const int Link = 0xA000;
    private const int Folder = 0x4000;
}
