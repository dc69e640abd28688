using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>
/// Folders where only the framework's calls are at hand. It refuses links by looking before opening, which a racing attacker can beat;
/// sealing copies the bytes before they are verified, so what is loaded is still what was verified.
/// </summary>
internal sealed class PortableFolder : OpenedFolder
{
    private readonly string _path;

    private PortableFolder(string path) => _path = path;

    public static new PortableFolder Open(string path)
    {
        DirectoryInfo folder = new(path);
        if (!folder.Exists)
            throw new FileNotFoundException($"{path}: No such file or directory", path);

        return new(folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder.FullName);
    }

    public override IReadOnlyList<string?> List() =>
        [.. new DirectoryInfo(_path).EnumerateFileSystemInfos("*", Everything).Select(entry => entry.Name.Contains('\uFFFD', StringComparison.Ordinal) ? null : entry.Name)];

    public override FileIdentity? Look(string name)
    {
        var path = Path.Combine(_path, name);
        FileInfo file = new(path);
        if (file.Exists || file.LinkTarget is not null)
            return Identify(file);

        return Directory.Exists(path) ? Identify(new DirectoryInfo(path)) : null;
    }

    public override OpenedFolder OpenFolder(string name) =>
        Look(name) is { Kind: EntryKind.Folder } ? new PortableFolder(Path.Combine(_path, name)) : throw new IOException($"{name} is no folder any more.");

    public override (SafeFileHandle? Handle, FileIdentity Identity) OpenFile(string name)
    {
        if (Look(name) is not { Kind: EntryKind.File } identity)
            return (null, default);

        return (File.OpenHandle(Path.Combine(_path, name), FileMode.Open, FileAccess.Read, FileShare.Read), identity);
    }

    public override FileIdentity Look(SafeFileHandle handle, string name) =>
        Look(name) is { } identity ? identity with { Size = RandomAccess.GetLength(handle) } : default;

    public override void Dispose()
    {
    }

    private static FileIdentity Identify(FileSystemInfo entry)
    {
        var kind = entry.LinkTarget is not null || entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? EntryKind.Link
            : entry is DirectoryInfo ? EntryKind.Folder
            : entry.Attributes.HasFlag(FileAttributes.Device) ? EntryKind.Device
            : EntryKind.File;
        return new(kind, entry is FileInfo file && kind == EntryKind.File ? file.Length : 0, 0, 0, entry.LastWriteTimeUtc.Ticks, entry.CreationTimeUtc.Ticks);
    }

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, MatchType = MatchType.Simple };
}
