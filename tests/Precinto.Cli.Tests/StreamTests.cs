using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>The command where its streams are not what it expects: closed, full, or abandoned by whoever reads them.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("hash m.onnx >/dev/full", 3)]
    [InlineData("inspect m.onnx --json >/dev/full", 3)]
    [InlineData("verify m.onnx --integrity-only >/dev/full", 1)]
    [InlineData("verify m.onnx --integrity-only >&-", 1)]
    [InlineData("verify m.onnx >&-", 2)]
    [InlineData("hash m.onnx >&-", null)]
    [InlineData("hash m.onnx 2>&-", null)]
    public async Task A_stream_that_cannot_be_used_is_no_crash(string command, int? code)
    {
        if (!File.Exists("/dev/full") || !File.Exists("/bin/bash"))
            Assert.Skip("There is no bash, or no /dev/full.");
        using TemporaryFolder folder = new();
        folder.Write("m.onnx", Resources.Read("linear.onnx"));
        var answer = await CommandProcess.RunAsync("/bin/bash", ["-c", $"'{CommandProcess.Built}' {command}"], folder.Path);
        Assert.DoesNotContain("   at ", answer.Error, StringComparison.Ordinal);

        // A stream that is closed may be an error of the world or of no matter: platforms differ. A verdict stays what it is.
        Assert.InRange(answer.Code, code ?? 0, code ?? 3);
    }
}
