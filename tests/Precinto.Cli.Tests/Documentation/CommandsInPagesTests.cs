using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Documentation;

public sealed class CommandsInPagesTests
{
    public static TheoryData<string> PagesWithCommands =>
        [.. Repository.Pages.Where(page => MarkdownPage.Read(page).Blocks.Any(block => block.Language == "console"))];

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public void Every_command_on_a_page_does_what_the_page_shows(string page)
    {
        using TranscriptRunner runner = new();

        // The page on migration walks through a deployment that was really made by such scripts.
        if (page == "docs/migrate.md")
        {
            runner.Copy(Fixtures.PathOf("seed", "intact"), "demo");
            runner.Copy(Fixtures.PathOf("seed", "tampered"), "tampered");
        }

        List<string> skipped = [];
        foreach (var block in MarkdownPage.Read(page).Blocks.Where(block => block.Language == "console"))
        {
            var steps = TranscriptStep.Parse(block);
            if (TranscriptRunner.WhyNot(steps) is { } reason)
            {
                skipped.Add($"the block of line {block.Line}: {reason}");
                continue;
            }

            foreach (var step in steps)
                if (runner.Run(step) is { } problem)
                    Assert.Fail($"{page}, the block of line {block.Line}:\n{problem}");
        }

        if (skipped.Count > 0)
            Assert.Skip($"{page}: all ran but {string.Join("; ", skipped)}");
    }

    [Fact]
    public void What_is_shown_and_not_run_builds_or_tests_the_project()
    {
        foreach (var page in Repository.Pages)
        {
            foreach (var line in MarkdownPage.Read(page).Blocks.Where(block => block.Language == "sh").SelectMany(block => block.Lines))
            {
                var words = line.Split(' ');
                Assert.True(words[0] == "dotnet" || words[0].StartsWith("./eng/", StringComparison.Ordinal), $"{page}: {line}");
                foreach (var word in words.Where(word => word.StartsWith("./eng/", StringComparison.Ordinal) || word.StartsWith("src/", StringComparison.Ordinal) || word.StartsWith("tests/", StringComparison.Ordinal)))
                    Assert.True(Path.Exists(Repository.PathOf(word)), $"{page}: {line}: there is no {word}");
            }
        }
    }

    [Fact]
    public void Every_block_says_of_which_kind_it_is()
    {
        foreach (var page in Repository.Pages)
            foreach (var block in MarkdownPage.Read(page).Blocks)
                Assert.True(block.Language is "console" or "sh" or "json" or "csharp" or "text", $"{page}, line {block.Line}: '{block.Language}'");
    }

    [Theory]
    [InlineData("a\n…\nd", "a\nb\nc\nd", true)]
    [InlineData("a\n…\nd", "a\nd", true)]
    [InlineData("a\n…", "a", true)]
    [InlineData("…\nb", "b\nb", true)]
    [InlineData("sha256:…, done", "sha256:00ff, done", true)]
    [InlineData("a\n…\nd", "a\nb\nd\ne", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a", "", false)]
    [InlineData("", "a", false)]
    public void Dots_stand_for_any_text_and_nothing_else_does(string shown, string actual, bool isShown)
    {
        string[] lines = shown.Length == 0 ? [] : shown.Split('\n');
        var step = Assert.Single(TranscriptStep.Parse(new("console", 1, ["$ command", .. lines])));

        Assert.Equal(isShown, step.Shows(actual));
    }

    [Fact]
    public void A_step_knows_its_exit_code_and_its_further_lines()
    {
        var steps = TranscriptStep.Parse(new("console", 1, ["$ cat << END", "> text", "> END", "text", "$ false", "[exit 1]"]));

        Assert.Equal(["cat << END\ntext\nEND", "false"], steps.Select(step => step.Command));
        Assert.Equal([0, 1], steps.Select(step => step.ExitCode));
        Assert.Equal(["text"], steps[0].Output);
    }
}
