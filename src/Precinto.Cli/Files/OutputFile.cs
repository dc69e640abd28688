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

    /// <summary>Makes sure that an answer does not replace what it is about, whatever the user allowed to be replaced.</summary>
    /// <param name="output">The file to be written.</param>
    /// <param name="inputs">Files and folders that are read.</param>
    /// <param name="folderIsClosed">Whether a new file in such a folder would change what the folder is.</param>
    /// <exception cref="UsageException">It would.</exception>
    public static void ThrowIfRead(string output, IEnumerable<string> inputs, bool folderIsClosed = false)
    {
        var (named, real) = (Path.GetFullPath(output), RealPath.Of(output));
        foreach (var input in inputs.Where(input => input.Length > 0))
        {
            var read = RealPath.Of(input);
            if (read == real || Path.GetFullPath(input) == named)
                throw new UsageException($"{output} is what is read; write the answer to another file");
            if (folderIsClosed && Directory.Exists(read) && (RealPath.IsInside(real, read) || RealPath.IsInside(Path.Combine(RealPath.Of(Path.GetDirectoryName(named) ?? named), "x"), read)))
                throw new UsageException($"{output} would become a file of the model; write the answer to another folder");
        }
    }

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
