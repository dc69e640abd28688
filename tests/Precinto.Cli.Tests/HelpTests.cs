using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Commands =>
        [.. CommandLine.Create(Surroundings.OfProcess()).Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_explains_itself_with_examples_that_it_understands(string name)
    {
        using TemporaryFolder folder = new();
        Scene scene = new(folder);
        foreach (var option in new[] { "--help", "-h", "-?" })
        {
            var answer = await scene.RunAsync([name, option], TestContext.Current.CancellationToken);
            Assert.Equal(0, answer.Code);
            Assert.Empty(answer.Error);
            Assert.Contains($"precinto {name}", answer.Output, StringComparison.Ordinal);
            Assert.Contains("Examples:", answer.Output, StringComparison.Ordinal);
            Assert.Contains("Exit codes:", answer.Output, StringComparison.Ordinal);
        }

        var root = CommandLine.Create(Surroundings.OfProcess());
        var command = Assert.IsType<DocumentedCommand>(root.Subcommands.Single(command => command.Name == name));
        Assert.NotEmpty(command.Examples);
        foreach (var example in command.Examples.Where(example => !example.Contains('(', StringComparison.Ordinal)))
        {
            var words = example[(example.LastIndexOf("precinto ", StringComparison.Ordinal) + "precinto ".Length)..].Split(" | ")[0].Split(" > ")[0];
            Assert.Empty(root.Parse(words.Replace('\'', '"')).Errors);
        }
    }

    [Fact]
    public async Task The_help_lists_every_command()
    {
        using TemporaryFolder folder = new();
        var answer = await new Scene(folder).RunAsync(["--help"], TestContext.Current.CancellationToken);
        Assert.Equal(0, answer.Code);
        Assert.Empty(answer.Error);
        foreach (var command in Commands.Where(command => command.Data != "man"))
            Assert.Contains($"\n  {command.Data} ", answer.Output, StringComparison.Ordinal);
    }
}
