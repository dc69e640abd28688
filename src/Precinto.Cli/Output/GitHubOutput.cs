using System.Text;

namespace Precinto.Cli.Output;

/// <summary>
/// Annotations and the step summary of GitHub Actions. A line that begins with <c>::</c> is an order to the runner, so that <see cref="Escaping"/>
/// lets no text of a model begin with a colon, and nothing here holds a line break.
/// </summary>
internal static class GitHubOutput
{
    public static void Write(TextWriter output, RunReport report, SourceRoot root)
    {
        foreach (var level in report.Results.GroupBy(notice => notice.Level))
        {
            // More than ten of a level are not shown for a step.
            foreach (var notice in level.Take(Shown))
                output.WriteLine($"::{NameOf(notice.Level)} {Properties(report, notice, root)}::{Data(notice.Text)}");
            if (level.Count() > Shown)
                output.WriteLine($"{level.Count() - Shown} more of the level {NameOf(level.Key)} are not annotated");
        }
    }

    /// <summary>Appends the report as Markdown to the file that the runner names. What it says elsewhere counts; a summary that cannot be written is told and no more.</summary>
    public static void AppendSummary(Surroundings surroundings, RunReport report)
    {
        if (surroundings.Variable("GITHUB_STEP_SUMMARY") is not { Length: > 0 } path)
            return;
        try
        {
            using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            var page = Encoding.UTF8.GetBytes(MarkdownOutput.Render(report) + "\n");
            var heading = Encoding.UTF8.GetBytes(MarkdownOutput.Heading(report) + "\n");
            // Above the limit, GitHub shows nothing of the step's summary at all.
            if (file.Position + page.Length < LongestSummary)
                file.Write(page);
            else if (file.Position + heading.Length < LongestSummary)
                file.Write(heading);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            surroundings.Error.WriteLine($"precinto: no step summary: {Escaping.Escape(Errors.Explain(exception).Message)}");
        }
    }

    private static string Properties(RunReport report, Notice notice, SourceRoot root)
    {
        var title = report.ResultRules.FirstOrDefault(rule => rule.Code == notice.Code)?.Title;
        var file = root.Relative(notice.Path ?? report.Subject) is { } path and not "." ? $"file={Property(path)},line=1," : "";
        return $"{file}title={Property(title is null ? notice.Code : $"{notice.Code} {title}")}";
    }

    /// <summary>The text of an annotation, in the characters that the runner undoes, in its order: the per cent sign first.</summary>
    public static string Data(string text) => Escaping.Escape(text)
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static string NameOf(NoticeLevel level) => level switch
    {
        NoticeLevel.Error => "error",
        NoticeLevel.Warning => "warning",
        NoticeLevel.Note => "notice",
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };

    private const int Shown = 10;
    private const long LongestSummary = 1 << 20;
}
