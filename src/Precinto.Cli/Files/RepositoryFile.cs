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

    /// <summary>Writes all files, or none where one is there already.</summary>
    /// <exception cref="UsageException">Something is there already, or is named twice.</exception>
    public static void WriteAll(IReadOnlyList<RepositoryFile> files)
    {
        if (files.GroupBy(file => file.Path).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new UsageException($"two files would be called {twice.Key}");
        var taken = files.Where(file => IsTaken(file.Path)).Select(file => file.Path).ToArray();
        if (taken.Length > 0)
            throw new UsageException($"nothing was written, since these exist already: {string.Join(", ", taken)}");

        List<string> written = [];
        try
        {
            foreach (var file in files)
            {
                if (System.IO.Path.GetDirectoryName(file.Path) is { Length: > 0 } folder)
                    Directory.CreateDirectory(folder);
                file.Write();
                written.Add(file.Path);
            }
        }
        catch
        {
            // They were made this instant, and half of them help nobody.
            foreach (var path in written)
                File.Delete(path);
            throw;
        }
    }

    private void Write()
    {
        OutputFile.Create(Path, content);
        if (isExecutable && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
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
