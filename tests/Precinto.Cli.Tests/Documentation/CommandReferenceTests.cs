using System.CommandLine;
using Xunit;

namespace Precinto.Cli.Tests.Documentation;

public sealed class CommandReferenceTests
{
    private static readonly RootCommand Root = CommandLine.Create(new() { Output = TextWriter.Null, Error = TextWriter.Null, Input = Stream.Null, Variable = _ => null });

    public static TheoryData<string> Commands => [.. Root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_a_section_that_names_all_its_options(string name)
    {
        var page = Repository.Read("docs/cli.md");
        var section = MarkdownPage.SectionOf(page, name);
        var trust = section.Contains("TRUST", StringComparison.Ordinal) ? MarkdownPage.SectionOf(page, "Whom to trust") : "";
        foreach (var option in OptionsOf(name).Where(option => !option.Hidden && option.Name != "--help"))
            Assert.True((section + trust).Contains($"`{option.Name}", StringComparison.Ordinal) || section.Contains($"`, `{option.Name}", StringComparison.Ordinal), $"{name} {option.Name}");
    }

    [Fact]
    public void No_section_is_about_a_command_or_an_option_that_is_not_there()
    {
        var page = Repository.Read("docs/cli.md");
        var headings = MarkdownPage.Read("docs/cli.md").Headings.Where(heading => heading.Level == 2).Select(heading => heading.Text);

        Assert.Equal([.. Root.Subcommands.Select(command => command.Name).Order(StringComparer.Ordinal)], headings.Where(heading => heading != "Whom to trust").Order(StringComparer.Ordinal));
        foreach (var name in Root.Subcommands.Select(command => command.Name))
        {
            var known = OptionsOf(name).SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet(StringComparer.Ordinal);
            foreach (var row in MarkdownPage.SectionOf(page, name).Split('\n').Where(line => line.StartsWith("| `-", StringComparison.Ordinal)))
                foreach (var option in row.Split('|')[1].Split(['`', ' ', ','], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('-')))
                    Assert.True(known.Contains(option), $"{name} has no {option}");
        }
    }

    // A command such as ci has its options on what it can do.
    private static IEnumerable<Option> OptionsOf(string name)
    {
        var command = Root.Subcommands.Single(command => command.Name == name);
        return command.Options.Concat(command.Subcommands.SelectMany(inner => inner.Options));
    }

    [Fact]
    public void The_front_page_names_every_command_and_no_other()
    {
        foreach (var (page, heading) in new[] { ("README.md", "Commands"), ("README.es.md", "Órdenes") })
        {
            var rows = MarkdownPage.SectionOf(Repository.Read(page), heading).Split('\n')
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
            Assert.Equal(Root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name), rows);
        }
    }
}
