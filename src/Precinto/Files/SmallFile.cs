namespace Precinto.Files;

/// <summary>Reads a small file that the user named, a key or a policy: a regular file of a bounded size, never a pipe or a device.</summary>
internal static class SmallFile
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no regular file, or too large.</exception>
    public static byte[] Read(string path, int maximum)
    {
        // The user names this file himself, so a link to it is followed; a model's files are opened without.
        using var snapshot = Snapshot.Open(RealPath.Of(path));
        if (snapshot.IsFolder)
            throw new InvalidDataException("is a folder");
        if (snapshot.Files.Count == 0)
            throw new InvalidDataException(snapshot.Irregularities[0].Reason);
        if (snapshot.Files[0].Length > maximum)
            throw new InvalidDataException($"has {snapshot.Files[0].Length} bytes; at most {maximum} are read");

        try
        {
            return snapshot.Files[0].Read();
        }
        catch (ModelChangedException exception)
        {
            throw new InvalidDataException("changed while it was read, or holds more than its size says", exception);
        }
    }
}
