using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>
/// A model as it was found: the names, sizes and identities of all its files, listed once without following a link.
/// Files are opened through it, one handle each, and never by path again.
/// </summary>
internal sealed class Snapshot : IDisposable
{
    private readonly OpenedFolder _root;
    private readonly Dictionary<string, OpenedFolder> _folders = [];
    private Dictionary<(ulong Device, ulong Inode), string>? _places;

    private Snapshot(OpenedFolder root, string path, bool isFolder)
    {
        _root = root;
        Path = path;
        IsFolder = isFolder;
        _folders[""] = root;
    }

    /// <summary>The full path under which the model was opened, for messages only.</summary>
    public string Path { get; }

    /// <summary>The last part of the path.</summary>
    public string Name { get; private init; } = "";

    public bool IsFolder { get; }

    /// <summary>The folder in which signatures and records are looked for: the model itself, or where the file lies.</summary>
    public string FolderPath => IsFolder ? Path : System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The files in the order of their paths' UTF-8 bytes.</summary>
    public IReadOnlyList<SnapshotFile> Files { get; private set; } = [];

    /// <summary>What is no regular file, sorted by path.</summary>
    public IReadOnlyList<Irregularity> Irregularities { get; private set; } = [];

    /// <summary>
    /// The name of a file or folder of the model, by what the system calls it; null where it is none. Beside a single file, that is whatever lies in its folder,
    /// and the folder itself.
    /// </summary>
    public string? FindSame(FileIdentity identity) =>
        // Where a system has no inodes, all of them are zero, and nothing can be said.
        identity.Inode != 0 && (_places ??= ListPlaces()).TryGetValue((identity.Device, identity.Inode), out var name) ? name : null;

    /// <summary>Lists a model.</summary>
    /// <exception cref="FileNotFoundException">There is nothing under the path.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder or file may not be read.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static Snapshot Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var name = System.IO.Path.GetFileName(full);
        if (Directory.Exists(full))
            return OpenRoot(OpenedFolder.Open(full), full, isFolder: true, name);

        return OpenRoot(OpenedFolder.Open(System.IO.Path.GetDirectoryName(full) ?? full), full, isFolder: false, name);
    }

    /// <summary>Opens a file that was listed.</summary>
    public OpenedFile Open(SnapshotFile file)
    {
        var folder = _folders[ParentOf(file.Path)];
        var (handle, identity) = folder.OpenFile(file.Name);
        if (handle is null || identity != file.Identity)
        {
            handle?.Dispose();
            throw new ModelChangedException(file.Path);
        }

        return new(file, handle, opened => folder.Look(opened, file.Name));
    }

    /// <summary>Reads a small file beside a single-file model, or on the top level of a folder.</summary>
    /// <returns>Null where there is none, or where what is there is no regular file of at most <paramref name="maximum"/> bytes.</returns>
    public SidecarFile? FindBeside(string name, int maximum)
    {
        if (_root.Look(name) is not { } identity)
            return null;
        if (identity.Kind != EntryKind.File)
            return new(name, null, $"is {Describe(identity.Kind)}");
        if (identity.Size > maximum)
            return new(name, null, $"has {identity.Size} bytes; at most {maximum} are read");

        var (handle, opened) = _root.OpenFile(name);
        using (handle)
        {
            if (handle is null || opened != identity)
                throw new ModelChangedException(name);
            using FileContent content = new(handle, identity.Size, name);
            return new(name, content.ToArray(), null);
        }
    }

    public void Dispose()
    {
        foreach (var folder in _folders.Values)
            folder.Dispose();
    }

    private static Snapshot OpenRoot(OpenedFolder root, string path, bool isFolder, string name)
    {
        Snapshot snapshot = new(root, path, isFolder) { Name = name };
        try
        {
            if (isFolder)
                snapshot.ListFolder();
            else
                snapshot.ListFile();
            return snapshot;
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    private void ListFile()
    {
        var identity = _root.Look(Name) ?? throw new FileNotFoundException($"{Path}: No such file or directory", Path);
        if (identity.Kind == EntryKind.File)
            Files = [new(this, Name, identity)];
        else
            Irregularities = [new(Name, $"is {Describe(identity.Kind)}")];
    }

    private void ListFolder()
    {
        List<SnapshotFile> files = [];
        List<Irregularity> irregularities = [];
        Stack<string> pending = new([""]);
        while (pending.TryPop(out var parent))
        {
            if (_folders.Count > MaximumFolders)
                throw new IOException($"{Path}: has more than {MaximumFolders} folders.");

            var folder = parent.Length == 0 ? _root : OpenListed(parent);
            _folders[parent] = folder;
            foreach (var name in folder.List())
            {
                var path = parent.Length == 0 ? name : $"{parent}/{name}";
                if (name is null)
                {
                    irregularities.Add(new(parent, "holds a name that is not valid UTF-8"));
                    continue;
                }

                // Names add up on the way down: without this, a deep folder of long names costs gigabytes.
                if (path!.Length > MaximumPath)
                {
                    irregularities.Add(new(parent, "holds a path that is too long"));
                    continue;
                }

                if (folder.Look(name) is not { } identity)
                    throw new ModelChangedException(path!);
                switch (identity.Kind)
                {
                    case EntryKind.File:
                        files.Add(new(this, path!, identity));
                        break;
                    case EntryKind.Folder:
                        pending.Push(path!);
                        break;
                    default:
                        irregularities.Add(new(path!, $"is {Describe(identity.Kind)}"));
                        break;
                }

                if (files.Count + irregularities.Count + pending.Count > MaximumFiles)
                    throw new IOException($"{Path}: has more than {MaximumFiles} files.");
            }
        }

        files.Sort((left, right) => ComparePaths(left.Path, right.Path));
        irregularities.Sort((left, right) => ComparePaths(left.Path, right.Path));
        Files = files;
        Irregularities = irregularities;
    }

    private Dictionary<(ulong, ulong), string> ListPlaces()
    {
        Dictionary<(ulong, ulong), string> places = [];
        foreach (var (path, folder) in _folders)
            if (folder.Look(".") is { } identity)
                places[(identity.Device, identity.Inode)] = path.Length == 0 ? "the folder" : path;
        if (IsFolder)
        {
            foreach (var file in Files)
                places.TryAdd((file.Identity.Device, file.Identity.Inode), file.Path);
            return places;
        }

        foreach (var name in _root.List().OfType<string>())
            if (_root.Look(name) is { Kind: EntryKind.File } identity)
                places.TryAdd((identity.Device, identity.Inode), name);
        return places;
    }

    private OpenedFolder OpenListed(string path) => _folders[ParentOf(path)].OpenFolder(path[(path.LastIndexOf('/') + 1)..]);

    /// <summary>The order of the UTF-8 bytes, which is the order of code points; UTF-16 order differs beyond the basic plane.</summary>
    public static int ComparePaths(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    public static string Describe(EntryKind kind) => kind switch
    {
        EntryKind.File => "a regular file",
        EntryKind.Folder => "a folder",
        EntryKind.Link => "a link",
        EntryKind.Pipe => "a named pipe",
        EntryKind.Socket => "a socket",
        EntryKind.Device => "a device",
        _ => "neither a file nor a folder",
    };

    private static string ParentOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    /// <summary>The longest path in a model, in characters.</summary>
    public const int MaximumPath = 4096;

    // Every folder stays open while the model is read, so that no path is walked twice.
    private const int MaximumFolders = 900;
    private const int MaximumFiles = 1_000_000;
}

/// <summary>A small file beside a model: its bytes, or why they were not read.</summary>
internal sealed record SidecarFile(string Name, byte[]? Bytes, string? Problem);
