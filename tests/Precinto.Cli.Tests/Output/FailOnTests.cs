using System.Text;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Output;

/// <summary>Holds the table of docs/cli.md on <c>--fail-on</c> against what the command does.</summary>
public sealed class FailOnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("clean", "clean", "✓", "✓", "✓")]
    [InlineData("information", "clean", "✗", "✓", "✓")]
    [InlineData("suspicious", "suspicious", "✗", "✗", "✓")]
    [InlineData("unread", "suspicious", "✗", "✗", "✗")]
    [InlineData("malformed", "malformed", "✗", "✗", "✗")]
    [InlineData("dangerous", "dangerous", "✗", "✗", "✗")]
    [InlineData("unknown", "unknown", "✗", "✗", "✗")]
    public async Task What_passes_is_what_the_table_says(string file, string verdict, string info, string warning, string danger)
    {
        Scene scene = new(_folder);
        _folder.Write("clean", Encoding.Latin1.GetBytes("\u0080\u0004}\u0094."));
        _folder.Write("information", "def f():\n    return 1\n");
        File.Move(_folder["information"], _folder["information.py"]);
        _folder.Write("suspicious", "cunheard.of\nThing\n.");
        _folder.Write("unread", [.. "Rar!\u001A\u0007\u0001\0"u8, .. new byte[100]]);
        _folder.Write("malformed", Encoding.Latin1.GetBytes("\u0080\u0004}\u0094"));
        _folder.Write("dangerous", "cos\nsystem\n(S'id'\ntR.");
        _folder.Write("unknown", "nothing that is known");

        var path = _folder[file == "information" ? "information.py" : file];
        foreach (var (severity, expected) in new[] { ("info", info), ("warning", warning), ("danger", danger) })
        {
            var answer = await scene.RunAsync(["inspect", path, "--fail-on", severity], TestContext.Current.CancellationToken);
            Assert.Contains($", {verdict}\n", answer.Output, StringComparison.Ordinal);
            Assert.Equal(expected == "✓" ? 0 : 1, answer.Code);
        }

        var row = Repository.Read("docs/cli.md").Split('\n').Single(line => line.StartsWith($"| {verdict} | ", StringComparison.Ordinal) && line.Contains('✗')).Split(" | ");
        Assert.StartsWith(verdict == "clean" ? "✗ with an information" : info, row[1], StringComparison.Ordinal);
        Assert.StartsWith(warning, row[2], StringComparison.Ordinal);
        Assert.StartsWith(verdict == "suspicious" ? "✓ unless something in it could not be read" : danger, row[3], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
