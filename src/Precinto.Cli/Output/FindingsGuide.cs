using System.Text;
using Precinto.Inspection;

namespace Precinto.Cli.Output;

/// <summary>What docs/findings.md says of each code, embedded in the command: one text for readers of the page and of a report.</summary>
internal static class FindingsGuide
{
    private static readonly Lazy<Dictionary<string, (string Description, string Help)>> Sections = new(Read);

    public static NoticeRule Explain(FindingRule rule)
    {
        var (description, help) = Sections.Value.GetValueOrDefault(rule.Code, (rule.Title + ".", "See docs/findings.md."));
        return new(rule.Code, LevelOf(rule.Severity), rule.Title, description, help, ScoreOf(rule.Severity));
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

    private static Dictionary<string, (string Description, string Help)> Read()
    {
        Dictionary<string, (string, string)> sections = [];
        var page = Encoding.UTF8.GetString(Resources.Expand("findings.md.gz")).Replace("\r\n", "\n", StringComparison.Ordinal);
        foreach (var section in page.Split("\n### ").Skip(1))
        {
            var paragraphs = section.Split("\n## ")[0].Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var code = paragraphs[0].Split(' ')[0];
            var meaning = Array.Find(paragraphs[1..], paragraph => !paragraph.StartsWith(Severity, StringComparison.Ordinal)) ?? paragraphs[0];
            var help = Array.Find(paragraphs, paragraph => paragraph.StartsWith(WhatToDo, StringComparison.Ordinal))?[WhatToDo.Length..].Trim();
            sections[code] = (Shorten(Plain(meaning)), Plain(help is { Length: > 0 } ? help : "See docs/findings.md."));
        }

        return sections;
    }

    private static string Plain(string text) => text.Replace('\n', ' ').Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal);

    // What code scanning takes.
    private static string Shorten(string text) => text.Length <= Longest ? text : text[..(Longest - 2)] + " …";

    private const string Severity = "Severity:";
    private const string WhatToDo = "**What to do:**";
    private const int Longest = 1024;
}
