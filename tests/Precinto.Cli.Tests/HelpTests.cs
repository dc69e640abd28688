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

    /// <remarks>The parser's own words name the type that was expected, as .NET writes it.</remarks>
    [Theory]
    [MemberData(nameof(Commands))]
    public void A_value_that_an_option_does_not_take_is_refused_in_words_and_not_in_types(string name)
    {
        var command = CommandLine.Create(Surroundings.OfProcess()).Subcommands.Single(command => command.Name == name);
        foreach (var option in command.Subcommands.Append(command).SelectMany(command => command.Options).Where(option => option.Arity.MaximumNumberOfValues > 0))
        {
            var errors = command.Parse([option.Name, "no such value"]).Errors.Select(error => error.Message).ToList();
            Assert.DoesNotContain(errors, error => error.Contains("System.", StringComparison.Ordinal) || error.Contains('`', StringComparison.Ordinal));
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
