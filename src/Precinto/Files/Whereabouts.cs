namespace Precinto.Files;

/// <summary>
/// Where a file lies, told not by its path but by what the system calls it: device and inode. A hard link is the same file under another name,
/// and a bind mount the same folder under another path.
/// </summary>
internal static class Whereabouts
{
    /// <summary>Whether a path leads into the model: through links, over a hard link, or by another mount.</summary>
    /// <returns>In which way, to be put behind the path; null where it lies elsewhere.</returns>
    /// <exception cref="IOException">A folder on the way cannot be looked at.</exception>
    public static string? FindInside(Snapshot snapshot, string path)
    {
        var folder = RealPath.Of(snapshot.FolderPath);
        foreach (var place in RealPath.TrailOf(path))
        {
            var parent = Path.GetDirectoryName(place);
            if (snapshot.IsFolder ? RealPath.IsInside(place, folder) : parent == folder)
                return "lies with the model";
            if (parent is null || !Directory.Exists(parent))
                continue;

            using var opened = OpenedFolder.Open(parent);
            if (opened.Look(".") is { } around && snapshot.FindSame(around) is { } folderName)
                return $"lies in {folderName} of the model, which is mounted elsewhere, too";
            if (opened.Look(Path.GetFileName(place)) is { Kind: EntryKind.File } file && snapshot.FindSame(file) is { } fileName)
                return $"is the same file as {fileName} of the model, under another name";
        }

        return null;
    }
}
