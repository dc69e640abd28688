namespace Precinto.Fuzz.Targets;

/// <summary>For readers that take a path: the input as a file, in memory where the system has a place for that.</summary>
internal static class Written
{
    public static string Read(byte[] bytes, Func<string, string> read)
    {
        var path = Path.Combine(Folder.Value, $"{Environment.CurrentManagedThreadId}.json");
        File.WriteAllBytes(path, bytes);
        try
        {
            return read(path).Replace(path, "FILE", StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static readonly Lazy<string> Folder = new(() =>
    {
        var parent = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"precinto-fuzz-{Environment.ProcessId}")).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    private const string Memory = "/dev/shm";
}
