using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>The command where its streams are not what it expects: closed, full, or abandoned by whoever reads them.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("hash m.onnx >&-", 0)]
    [InlineData("hash m.onnx 2>&-", 0)]
    [InlineData("hash m.onnx <&- >&- 2>&-", 0)]
    [InlineData("verify m.onnx >&-", 2)]
    [InlineData("predict m.onnx --input - --integrity-only <&-", 2)]
    [InlineData("hash m.onnx >/dev/full", 3)]
    [InlineData("inspect m.onnx --json >/dev/full", 3)]
    [InlineData("verify m.onnx --integrity-only >/dev/full", 1)]
    public async Task A_stream_that_cannot_be_used_is_no_crash_and_no_success(string command, int code)
    {
        if (!File.Exists("/dev/full") || !File.Exists("/bin/bash"))
            Assert.Skip("There is no bash, or no /dev/full.");
        using TemporaryFolder folder = new();
        folder.Write("m.onnx", Resources.Read("linear.onnx"));
        var answer = await CommandProcess.RunAsync("/bin/bash", ["-c", $"'{CommandProcess.Built}' {command}"], folder.Path);
        Assert.DoesNotContain("   at ", answer.Error, StringComparison.Ordinal);
        Assert.Equal(code, answer.Code);
    }
}
