using System.Security.Cryptography;

namespace Precinto.Files;

/// <summary>Writes a file so that it is there completely or not at all, and nothing is lost.</summary>
internal static class NewFile
{
    /// <exception cref="OutputExistsException">The file is there already, and <paramref name="overwrite"/> was not asked for.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        ThrowIfTaken(path, overwrite);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: no such folder to write {Path.GetFileName(path)} to");
        var temporary = Path.Combine(folder, $".precinto-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
        }
        catch (IOException) when (!overwrite && Exists(path))
        {
            throw new OutputExistsException(path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <exception cref="OutputExistsException">Something is there already.</exception>
    public static void ThrowIfTaken(string path, bool overwrite)
    {
        if (!overwrite && Exists(path))
            throw new OutputExistsException(path);
    }

    // A dangling link is there, too: writing would go through it.
    private static bool Exists(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;
}
