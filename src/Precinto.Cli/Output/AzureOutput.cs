namespace Precinto.Cli.Output;

/// <summary>
/// Issues of an Azure Pipelines task. <c>##vso[</c> anywhere in a line is an order to the agent, so that <see cref="Escaping"/> lets no text of a model
/// hold it.
/// </summary>
internal static class AzureOutput
{
    public static void Write(TextWriter output, RunReport report, SourceRoot root)
    {
        foreach (var notice in report.Results.Where(notice => notice.Level != NoticeLevel.Note).Take(Shown))
        {
            var type = notice.Level == NoticeLevel.Error ? "error" : "warning";
            var file = root.Relative(notice.Path ?? report.Subject) is { } path and not "." ? $"sourcepath={Property(path)};linenumber=1;" : "";
            output.WriteLine($"##vso[task.logissue type={type};{file}code={Property(notice.Code)};]{Data(notice.Text)}");
        }
    }

    /// <summary>The text of an issue, in the characters that the agent undoes.</summary>
    public static string Data(string text) => Escaping.Escape(text)
        .Replace("%", "%AZP25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(";", "%3B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal);

    private const int Shown = 50;
}
