using Precinto.Files;

namespace Precinto.Cli.Files;

/// <summary>Files that appear whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Creates a file that only its owner can read, from its first instant on.</summary>
    /// <exception cref="OutputExistsException">Something is there already.</exception>
    public static void CreateSecret(string path, ReadOnlySpan<byte> content) => Create(path, content, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Creates a file that everyone may read.</summary>
    /// <exception cref="OutputExistsException">Something is there already.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content) => Create(path, content, Readable);

    /// <summary>Puts a file in its place in one step; readers see the old one or the new one.</summary>
    /// <exception cref="OutputExistsException">Something is there already and is not to be replaced.</exception>
    public static void Place(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        if (!overwrite)
            ThrowIfExists(path);

        var temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        Create(temporary, content, Readable);
        try
        {
            File.Move(temporary, path, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            File.Delete(temporary);
            throw new OutputExistsException(path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Refuses before any work is done; creating the file refuses again.</summary>
    public static void ThrowIfExists(string path)
    {
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            throw new OutputExistsException(path);
    }

    private static void Create(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        ThrowIfExists(path);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;

        using var stream = new FileStream(path, options);
        try
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            stream.Dispose();
            File.Delete(path);
            throw;
        }
    }

    // Further narrowed by the user's umask.
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}
