using System.Text.RegularExpressions;

namespace Precinto.Cli.Tests.Documentation;

/// <summary>A page cut into its headings and its fenced blocks.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(IReadOnlyList<MarkdownHeading> headings, IReadOnlyList<FencedBlock> blocks, string prose)
    {
        Headings = headings;
        Blocks = blocks;
        Prose = prose;
    }

    public IReadOnlyList<MarkdownHeading> Headings { get; }

    public IReadOnlyList<FencedBlock> Blocks { get; }

    /// <summary>Everything outside of fenced blocks.</summary>
    public string Prose { get; }

    public static MarkdownPage Read(string name) => Parse(Repository.Read(name));

    public static MarkdownPage Parse(string text)
    {
        List<MarkdownHeading> headings = [];
        List<FencedBlock> blocks = [];
        List<string> prose = [];
        FencedBlock? open = null;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (open is not null)
            {
                if (line == "```")
                    open = null;
                else
                    open.Lines.Add(line);
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                open = new(line[3..], number, []);
                blocks.Add(open);
            }
            else
            {
                prose.Add(line);
                if (Heading().Match(line) is { Success: true } match)
                    headings.Add(new(match.Groups[1].Length, match.Groups[2].Value));
            }
        }

        return open is null ? new(headings, blocks, string.Join('\n', prose)) : throw new FormatException($"The block of line {open.Line} does not end.");
    }

    /// <summary>The text below a heading of the second level, up to the next one.</summary>
    public static string SectionOf(string text, string heading)
    {
        var start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        if (start < 0)
            throw new FormatException($"There is no heading '{heading}'.");
        var end = text.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    [GeneratedRegex("^(#{1,6}) (.+)$")]
    private static partial Regex Heading();
}

internal sealed record MarkdownHeading(int Level, string Text);

internal sealed record FencedBlock(string Language, int Line, List<string> Lines);
