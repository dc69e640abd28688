namespace Precinto.Cli.Tests;

/// <summary>Programs of others that tests compare with or run in.</summary>
internal static class Tools
{
    public static bool Exists(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));
}
