using System.Text.RegularExpressions;
using Xunit;

namespace Precinto.Cli.Tests.Documentation;

public sealed partial class PagesTests
{
    [Fact]
    public void The_Spanish_page_has_the_same_headings_and_blocks_in_the_same_order()
    {
        var english = MarkdownPage.Read("README.md");
        var spanish = MarkdownPage.Read("README.es.md");

        Assert.Equal(english.Headings.Select(heading => heading.Level), spanish.Headings.Select(heading => heading.Level));
        Assert.Equal(english.Blocks.Select(block => block.Language), spanish.Blocks.Select(block => block.Language));
        foreach (var (first, second) in english.Blocks.Zip(spanish.Blocks))
            Assert.Equal(first.Lines, second.Lines);
    }

    [Fact]
    public void The_Spanish_page_has_the_same_tables_and_links()
    {
        var english = MarkdownPage.Read("README.md").Prose;
        var spanish = MarkdownPage.Read("README.es.md").Prose;

        Assert.Equal(english.Split('\n').Count(IsRow), spanish.Split('\n').Count(IsRow));
        Assert.Equal(FilesIn(english).Except(["README.es.md"]), FilesIn(spanish).Except(["README.md"]));
    }

    [Fact]
    public void Every_link_to_a_file_leads_to_one()
    {
        foreach (var page in Repository.Pages)
        {
            var folder = Path.GetDirectoryName(Repository.PathOf(page))!;
            foreach (var link in LinksIn(MarkdownPage.Read(page).Prose).Where(link => !link.StartsWith("https://", StringComparison.Ordinal)))
            {
                var parts = link.Split('#');
                var target = parts[0].Length == 0 ? Repository.PathOf(page) : Path.Combine(folder, parts[0]);
                Assert.True(Path.Exists(target), $"{page} links to {link}");
                if (parts.Length > 1)
                    Assert.True(AnchorsOf(target).Contains(parts[1]), $"{page} links to {link}");
            }
        }
    }

    [Fact]
    public void No_page_calls_a_file_safe()
    {
        foreach (var page in Repository.Pages)
            Assert.False(Safe().IsMatch(Repository.Read(page).Replace("safetensors", "", StringComparison.Ordinal)), page);
    }

    private static IEnumerable<string> AnchorsOf(string path) =>
        MarkdownPage.Parse(File.ReadAllText(path)).Headings.Select(heading =>
            string.Concat(heading.Text.ToLowerInvariant().Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')).Replace(' ', '-'));

    private static IEnumerable<string> LinksIn(string text) => Link().Matches(text).Select(match => match.Groups[1].Value);

    // Headings have other names in another language.
    private static IEnumerable<string> FilesIn(string text) => LinksIn(text).Where(link => !link.StartsWith('#'));

    private static bool IsRow(string line) => line.StartsWith('|');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\bsafe\b", RegexOptions.IgnoreCase)]
    private static partial Regex Safe();
}
