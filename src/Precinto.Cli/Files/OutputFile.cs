using Precinto.Files;

namespace Precinto.Cli.Files;

/// <summary>Files that are created with their permissions and never replace anything.</summary>
internal static class OutputFile
{
    /// <summary>Creates a file that only its owner can read, from its first instant on.</summary>
    /// <exception cref="OutputExistsException">Something is there already.</exception>
    public static void CreateSecret(string path, ReadOnlySpan<byte> content) => Create(path, content, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Creates a file that everyone may read.</summary>
    /// <exception cref="OutputExistsException">Something is there already.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content) => Create(path, content, Readable);

    private static void Create(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        NewFile.ThrowIfTaken(path, overwrite: false);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: no such folder to write {Path.GetFileName(path)} to");
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
