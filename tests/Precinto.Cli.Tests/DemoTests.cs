using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_tells_its_story_to_the_end_and_leaves_nothing_behind()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["temporary"]);
        var answer = await CommandProcess.RunAsync(
            CommandProcess.Built, ["demo"], folder.Path,
            new Dictionary<string, string> { ["TMPDIR"] = folder["temporary"], ["PRECINTO_POLICY"] = "of no matter" });
        Assert.True(answer.Code == 0, answer.Output + answer.Error);
        Assert.Empty(answer.Error);
        Assert.Contains("$ precinto verify production --key author.pub", answer.Output, StringComparison.Ordinal);
        Assert.Contains(" 0 got through", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("GOT THROUGH", answer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not possible on this model\n0 stopped", answer.Output, StringComparison.Ordinal);
        Assert.Equal([folder["temporary"]], Directory.GetFileSystemEntries(folder.Path));

        // The runtime of .NET itself may leave sockets and locks of its own there.
        Assert.Empty(Directory.GetFileSystemEntries(folder["temporary"], "precinto*"));
    }
}
