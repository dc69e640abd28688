using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

public sealed class ManPageTests
{
    [Fact]
    public async Task The_page_is_formatted_without_a_warning_and_names_every_command_and_option()
    {
        if (!Tools.Exists("man") || !Tools.Exists("groff"))
            Assert.Skip("man or groff is not installed.");
        using TemporaryFolder folder = new();
        var page = folder.Write("precinto.1", await PrintAsync(folder));
        var answer = await CommandProcess.RunAsync("man", ["--warnings", "--local-file", page], folder.Path, new Dictionary<string, string> { ["MANWIDTH"] = "500", ["LC_ALL"] = "C", ["MANPAGER"] = "cat", ["MAN_DISABLE_SECCOMP"] = "1" });
        Assert.Equal((0, ""), (answer.Code, answer.Error));

        var root = CommandLine.Create(Surroundings.OfProcess());
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
        {
            Assert.Contains($"precinto {command.Name}", answer.Output, StringComparison.Ordinal);
            foreach (var option in command.Options.Where(option => !option.Hidden))
                Assert.Contains(option.Name, answer.Output, StringComparison.Ordinal);
            foreach (var example in (command as DocumentedCommand)?.Examples ?? [])
                Assert.Contains(example, answer.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_is_plain_text_that_says_the_same_every_time()
    {
        using TemporaryFolder folder = new();
        var page = await PrintAsync(folder);
        Assert.Equal(page, await PrintAsync(folder));
        Assert.All(page, character => Assert.True(character is '\n' or >= ' ' and <= '~', $"U+{(int)character:X4}"));
        Assert.Contains("\n.SH EXIT STATUS\n", page, StringComparison.Ordinal);
    }

    private static async Task<string> PrintAsync(TemporaryFolder folder)
    {
        var answer = await new Scene(folder).RunAsync(["man"], TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (answer.Code, answer.Error));
        return answer.Output;
    }
}
