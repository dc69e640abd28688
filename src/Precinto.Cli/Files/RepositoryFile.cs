using System.Text;
using Precinto.Files;

namespace Precinto.Cli.Files;

/// <summary>A file to be written into the working folder, together with others.</summary>
internal sealed class RepositoryFile(string path, byte[] content, bool isExecutable = false)
{
    public RepositoryFile(string path, string text, bool isExecutable = false)
        : this(path, Encoding.UTF8.GetBytes(text), isExecutable)
    {
    }

    /// <summary>The path, with forward slashes.</summary>
    public string Path { get; } = path;

    public string Text => Encoding.UTF8.GetString(content);

    /// <summary>Writes all files, or none.</summary>
    /// <exception cref="UsageException">Something is there already, is named twice, or a folder on the way is a link or a file.</exception>
    public static void WriteAll(IReadOnlyList<RepositoryFile> files)
    {
        ThrowUnlessFree(files);
        Stack<Action> undo = [];
        try
        {
            foreach (var file in files)
                file.Write(undo);
        }
        catch
        {
            // They were made this instant, and half of them help nobody.
            foreach (var step in undo)
                Try(step);
            throw;
        }
    }

    // Nothing may be in the way, and nothing on the way may lead elsewhere.
    private static void ThrowUnlessFree(IReadOnlyList<RepositoryFile> files)
    {
        if (files.GroupBy(file => file.Path, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new UsageException($"two files would be called {twice.Key}");
        foreach (var folder in files.SelectMany(file => RepositoryPath.Folders(file.Path)).Distinct())
        {
            if (RepositoryPath.IsLink(folder))
                throw new UsageException($"nothing was written: {folder} is a link, and what lies behind it is another folder than this repository's");
            if (File.Exists(folder))
                throw new UsageException($"nothing was written: {folder} is a file, and a folder has to be there");
        }

        var taken = files.Where(file => IsTaken(file.Path)).Select(file => file.Path).ToArray();
        if (taken.Length > 0)
            throw new UsageException($"nothing was written, since these exist already: {string.Join(", ", taken)}");
    }

    private void Write(Stack<Action> undo)
    {
        foreach (var folder in RepositoryPath.Folders(Path).Where(folder => !Directory.Exists(folder)))
        {
            Directory.CreateDirectory(folder);
            undo.Push(() => Directory.Delete(folder));
        }

        OutputFile.Create(Path, content);
        undo.Push(() => File.Delete(Path));
        if (isExecutable && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    // What went wrong first is what is told; a folder that somebody else put something into stays.
    private static void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static bool IsTaken(string path)
    {
        try
        {
            NewFile.ThrowIfTaken(path, overwrite: false);
            return false;
        }
        catch (OutputExistsException)
        {
            return true;
        }
    }
}
