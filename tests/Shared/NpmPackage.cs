using System.Diagnostics;
using Xunit;

namespace Precinto.Tests.Shared;

/// <summary>Packages of npm that tests compare with. They are fetched once, unpacked and never installed, so that no script of theirs runs.</summary>
internal static class NpmPackage
{
    /// <summary>The folder that holds a package under <c>node_modules</c>, next to <paramref name="others"/>; skips the running test where npm cannot be had.</summary>
    public static string Fetch(string name, string version, params (string Name, string Version)[] others)
    {
        var modules = Path.Combine(AppContext.BaseDirectory, "node_modules");
        foreach (var (package, wanted) in others.Append((name, version)))
        {
            var folder = Path.Combine(modules, package);
            if (!File.Exists(Path.Combine(folder, "package.json")))
                Unpack(package, wanted, folder);
        }

        return Path.Combine(modules, name);
    }

    private static void Unpack(string name, string version, string folder)
    {
        using TemporaryFolder temporary = new();
        // The name of the archive is npm's; there is only one.
        if (Run("npm", temporary.Path, "pack", "--silent", "--ignore-scripts", $"{name}@{version}") is { } problem)
            Assert.Skip($"npm does not hand out {name} {version}: {problem}");
        var archive = Assert.Single(Directory.GetFiles(temporary.Path, "*.tgz"));
        Directory.CreateDirectory(folder);
        Assert.Null(Run("tar", temporary.Path, "-xzf", archive, "-C", folder, "--strip-components=1"));
    }

    private static string? Run(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromMinutes(1)))
            {
                process.Kill(entireProcessTree: true);
                return "it took more than a minute";
            }

            return process.ExitCode == 0 ? null : $"{output.GetAwaiter().GetResult()}{error.GetAwaiter().GetResult()}".Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{program} is not installed";
        }
    }
}
