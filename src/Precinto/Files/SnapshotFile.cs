namespace Precinto.Files;

/// <summary>A regular file of a model as it was found.</summary>
internal sealed class SnapshotFile
{
    private readonly Snapshot _snapshot;

    public SnapshotFile(Snapshot snapshot, string path, FileIdentity identity)
    {
        _snapshot = snapshot;
        Path = path;
        Identity = identity;
    }

    /// <summary>The path in the model with <c>/</c> between its parts; for a single file, its name.</summary>
    public string Path { get; }

    /// <summary>The last part of <see cref="Path"/>.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The size in bytes when it was found.</summary>
    public long Length => Identity.Size;

    public FileIdentity Identity { get; }

    /// <summary>Opens the file once, for everything that is to be read of it.</summary>
    /// <exception cref="ModelChangedException">It is not the file any more that was found.</exception>
    public OpenedFile Open() => _snapshot.Open(this);

    /// <summary>All bytes of a file whose size is bounded by the caller.</summary>
    /// <exception cref="ModelChangedException">The file changed while it was read, or holds more than its size says.</exception>
    public byte[] Read()
    {
        using var opened = Open();
        var bytes = opened.Content.ToArray();
        opened.ThrowIfChanged();
        return bytes;
    }
}
