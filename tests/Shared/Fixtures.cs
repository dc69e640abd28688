using Xunit;

namespace Precinto.Tests.Shared;

/// <summary>The folder of real models and attacks that is not part of this repository; a test that needs it is skipped without it.</summary>
internal static class Fixtures
{
    public static string Root { get; } = Find();

    /// <summary>The full path of a fixture; skips the running test, saying why, where the fixtures are absent.</summary>
    public static string PathOf(params string[] parts)
    {
        if (Root.Length == 0)
            Assert.Skip("The fixtures are absent: name their folder in PRECINTO_FIXTURES.");

        return Path.Combine([Root, .. parts]);
    }

    public static byte[] Read(params string[] parts) => File.ReadAllBytes(PathOf(parts));

    private static string Find()
    {
        var named = Environment.GetEnvironmentVariable("PRECINTO_FIXTURES");
        if (!string.IsNullOrEmpty(named))
            return Path.GetFullPath(named);

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Precinto.slnx")))
                continue;

            var candidate = Path.Combine(folder.Parent?.FullName ?? "", "shared", "fixtures");
            return Directory.Exists(candidate) ? candidate : "";
        }

        return "";
    }
}
