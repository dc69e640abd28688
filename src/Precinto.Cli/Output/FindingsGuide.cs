using System.Text;
using Precinto.Inspection;

namespace Precinto.Cli.Output;

/// <summary>What docs/findings.md says of each code, embedded in the command: one text for readers of the page and of a report.</summary>
internal static class FindingsGuide
{
    private static readonly Lazy<Dictionary<string, Section>> Sections = new(Read);

    public static NoticeRule Explain(FindingRule rule)
    {
        var section = Sections.Value.GetValueOrDefault(rule.Code) ?? new(rule.Title + ".", Elsewhere, Elsewhere);
        return new(rule.Code, LevelOf(rule.Severity), rule.Title, section.Description, section.Help, ScoreOf(rule.Severity)) { Page = section.Page };
    }

    public static NoticeLevel LevelOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Danger => NoticeLevel.Error,
        FindingSeverity.Warning => NoticeLevel.Warning,
        FindingSeverity.Info => NoticeLevel.Note,
        _ => throw new ArgumentOutOfRangeException(nameof(severity)),
    };

    // GitHub calls above 9.0 critical, from 7.0 high, from 4.0 medium, below that low.
    private static double ScoreOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Danger => 9.3,
        FindingSeverity.Warning => 6.0,
        _ => 1.0,
    };

    private static Dictionary<string, Section> Read()
    {
        Dictionary<string, Section> sections = [];
        var page = WithoutLinks(Encoding.UTF8.GetString(Resources.Expand("findings.md.gz")).Replace("\r\n", "\n", StringComparison.Ordinal));
        foreach (var text in page.Split("\n### ").Skip(1))
        {
            var paragraphs = text.Split("\n## ")[0].Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var body = Array.FindAll(paragraphs[1..], paragraph => !paragraph.StartsWith(Severity, StringComparison.Ordinal));
            var help = body[^1].StartsWith(WhatToDo, StringComparison.Ordinal) ? body[^1][WhatToDo.Length..].Trim() : Elsewhere;
            sections[paragraphs[0].Split(' ')[0]] = new(Shorten(Plain(body[0])), Plain(help), string.Join("\n\n", body));
        }

        return sections;
    }

    // They lead from page to page, and nowhere from a report: [words](page) becomes words.
    private static string WithoutLinks(string page)
    {
        StringBuilder text = new(page);
        for (var middle = page.LastIndexOf("](", StringComparison.Ordinal); middle > 0; middle = page.LastIndexOf("](", middle - 1, StringComparison.Ordinal))
        {
            var open = page.LastIndexOf('[', middle);
            var close = page.IndexOf(')', middle);
            text.Remove(middle, close + 1 - middle).Remove(open, 1);
        }

        return text.ToString();
    }

    private static string Plain(string text) => text.Replace('\n', ' ').Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal);

    // What code scanning takes.
    private static string Shorten(string text) => text.Length <= Longest ? text : text[..(Longest - 2)] + " …";

    /// <summary>What it means and what to do as plain text, and all paragraphs as they stand on the page.</summary>
    private sealed record Section(string Description, string Help, string Page);

    private const string Severity = "Severity:";
    private const string WhatToDo = "**What to do:**";
    private const string Elsewhere = "See docs/findings.md.";
    private const int Longest = 1024;
}
