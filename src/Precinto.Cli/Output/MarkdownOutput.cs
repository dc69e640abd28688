using System.Globalization;
using System.Text;

namespace Precinto.Cli.Output;

/// <summary>
/// Markdown for a step summary or a comment. Every text that may quote a model stands in a code span that it cannot leave: nothing in it becomes
/// markup, a link, a mention or HTML.
/// </summary>
internal static class MarkdownOutput
{
    public static string Render(RunReport report)
    {
        StringBuilder page = new();
        var omitted = 0;
        page.Append(Heading(report)).Append('\n');
        page.Append(Code(report.Subject)).Append("\n\n");
        foreach (var (name, value) in report.Facts)
            Add($"- {name}: {Code(value)}\n");
        foreach (var failure in report.Failures)
            Add($"- could not check: {Code(failure)}\n");
        if (report.Facts.Count + report.Failures.Count > 0)
            page.Append('\n');

        if (report.Checks.Count > 0)
            page.Append("| check | outcome | codes | details |\n| --- | --- | --- | --- |\n");
        foreach (var check in report.Checks)
        {
            var details = string.Join("<br>", check.Details.Take(Shown).Select(Code));
            var more = check.Details.Count > Shown ? $"<br>and {check.Details.Count - Shown} more" : "";
            Add($"| {Code(check.Name)} | {Mark(check.Outcome)} | {Codes(check)} | {details}{more} |\n");
        }

        var notices = report.Results;
        if (notices.Count > 0)
            page.Append("\n| level | code | where | what |\n| --- | --- | --- | --- |\n");
        foreach (var notice in notices)
        {
            var offset = notice.Offset is { } at ? $" at offset {at.ToString(CultureInfo.InvariantCulture)}" : "";
            Add($"| {notice.Level.ToString().ToLowerInvariant()} | {Code(notice.Code)} | {Code(notice.Path ?? report.Subject)}{offset} | {Code(notice.Message)} |\n");
        }

        if (omitted > 0)
            page.Append(CultureInfo.InvariantCulture, $"\nAnd {omitted} more lines, left out here.\n");
        return page.ToString();

        // GitHub takes no summary above one mebibyte, and a model decides how much there is to say.
        void Add(string line)
        {
            if (page.Length + line.Length > LongestPage)
                omitted++;
            else
                page.Append(line);
        }
    }

    /// <summary>The first line alone: which command, and the verdict.</summary>
    public static string Heading(RunReport report) => $"## {(!report.Passed ? "❌" : report.Checks.Any(check => check.Outcome == RunOutcome.Warned) ? "⚠️" : "✅")} precinto {report.Command}: {(report.Failures.Count > 0 ? "could not check" : report.Verdict)}\n";

    /// <summary>A text as a code span. The two characters that could end the span or its cell are escaped like controls.</summary>
    public static string Code(string text)
    {
        var escaped = Escaping.Escape(text);
        if (escaped.Length > LongestText)
            escaped = escaped[..LongestText] + " …";
        escaped = escaped.Replace("`", @"\u{60}", StringComparison.Ordinal).Replace("|", @"\u{7c}", StringComparison.Ordinal);
        return string.IsNullOrWhiteSpace(escaped) ? "(empty)" : $"`{escaped}`";
    }

    private static string Codes(RunCheck check) => string.Join(' ', check.Codes.Select(Code));

    private static string Mark(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Passed => "✅ passed",
        RunOutcome.Warned => "⚠️ warned",
        RunOutcome.Skipped => "➖ skipped",
        _ => "❌ failed",
    };

    private const int Shown = 20;
    private const int LongestText = 500;

    // In characters, of which one has at most three bytes in UTF-8.
    private const int LongestPage = 300_000;
}
