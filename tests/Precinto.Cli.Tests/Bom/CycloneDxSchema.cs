using System.Diagnostics;
using NJsonSchema;
using Precinto.Cli.Tests.Documentation;
using Xunit;

namespace Precinto.Cli.Tests.Bom;

/// <summary>The official schema of CycloneDX 1.6, out of the npm package of its JavaScript library, kept under <c>artifacts</c> once it was fetched.</summary>
internal static class CycloneDxSchema
{
    public static async Task<JsonSchema> LoadAsync()
    {
        var folder = Path.Combine(Repository.PathOf("."), "artifacts", "cyclonedx-" + Version);
        var schema = Path.Combine(folder, "package", "res", "schema", "bom-1.6.SNAPSHOT.schema.json");
        if (!File.Exists(schema))
        {
            Directory.CreateDirectory(folder);
            Run("npm", folder, "pack", $"@cyclonedx/cyclonedx-library@{Version}", "--silent");
            Run("tar", folder, "xzf", $"cyclonedx-cyclonedx-library-{Version}.tgz", "package/res/schema");
        }

        return await JsonSchema.FromFileAsync(schema, TestContext.Current.CancellationToken);
    }

    private static void Run(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
            {
                process.Kill(entireProcessTree: true);
                Assert.Skip($"{program} did not end, so that the schema of CycloneDX is not here.");
            }

            if (process.ExitCode != 0)
                Assert.Skip($"{program} failed, so that the schema of CycloneDX is not here: {error.GetAwaiter().GetResult()}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed, so that the schema of CycloneDX cannot be fetched.");
        }
    }

    private const string Version = "10.3.0";
}
