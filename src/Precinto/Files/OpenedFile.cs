using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>A file of a model while it is read: one handle for hashing and for looking inside.</summary>
internal sealed class OpenedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly Func<SafeFileHandle, FileIdentity> _look;
    private readonly SnapshotFile _file;

    public OpenedFile(SnapshotFile file, SafeFileHandle handle, Func<SafeFileHandle, FileIdentity> look)
    {
        _file = file;
        _handle = handle;
        _look = look;

        // A small file is read once into memory of ours: what is hashed and what is looked at cannot differ then.
        FileContent content = new(handle, file.Length, file.Path);
        Content = file.Length <= SmallFile ? new MemoryContent(content.ToArray()) : content;
    }

    public ModelContent Content { get; }

    /// <summary>Makes sure that the file did not change while it was read, and that its size told all of it.</summary>
    /// <exception cref="ModelChangedException">It did.</exception>
    public void ThrowIfChanged()
    {
        if (_look(_handle) != _file.Identity || HoldsMore())
            throw new ModelChangedException(_file.Path);
    }

    // Files of /proc and of some mounts say that they are empty and hold text: what was hashed would be nothing of it.
    private bool HoldsMore()
    {
        Span<byte> beyond = stackalloc byte[1];
        return RandomAccess.Read(_handle, beyond, _file.Length) > 0;
    }

    public void Dispose()
    {
        Content.Dispose();
        _handle.Dispose();
    }

    private const int SmallFile = 4 << 20;
}
