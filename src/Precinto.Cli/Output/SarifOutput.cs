using System.Globalization;
using System.Text;
using System.Text.Json;
using Precinto.Digests;

namespace Precinto.Cli.Output;

/// <summary>
/// SARIF 2.1.0 (OASIS) as GitHub code scanning takes it: every result has a place and a fingerprint of its own. The fingerprint is set here since
/// the upload would otherwise make it from lines of text, which a model does not have.
/// </summary>
internal static class SarifOutput
{
    public static string Render(RunReport report, SourceRoot root) => JsonText.Render(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", Schema);
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        WriteTool(writer, report);
        // One category for each thing that is checked, so that one upload does not close the alerts of another.
        writer.WriteStartObject("automationDetails");
        writer.WriteString("id", $"precinto/{report.Command}/{Escaping.Escape(report.Subject).Trim('/')}/");
        writer.WriteEndObject();
        WriteInvocation(writer, report);
        writer.WriteString("columnKind", "utf16CodeUnits");
        WriteResults(writer, report, root);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteTool(Utf8JsonWriter writer, RunReport report)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "Precinto");
        writer.WriteString("semanticVersion", typeof(SarifOutput).Assembly.GetName().Version!.ToString(3));
        writer.WriteStartArray("rules");
        foreach (var rule in report.ResultRules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", Escaping.Escape(rule.Code));
            WriteMessage(writer, "shortDescription", rule.Title);
            WriteMessage(writer, "fullDescription", rule.Description);
            WriteMessage(writer, "help", rule.Help, rule.Page);
            writer.WriteStartObject("defaultConfiguration");
            writer.WriteString("level", NameOf(rule.Level));
            writer.WriteEndObject();
            writer.WriteStartObject("properties");
            writer.WriteString("security-severity", rule.Score.ToString("0.0", CultureInfo.InvariantCulture));
            writer.WriteString("precision", "very-high");
            writer.WriteStartArray("tags");
            writer.WriteStringValue("security");
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter writer, RunReport report)
    {
        writer.WriteStartArray("invocations");
        writer.WriteStartObject();
        writer.WriteBoolean("executionSuccessful", report.Failures.Count == 0);
        writer.WriteStartArray("toolExecutionNotifications");
        foreach (var failure in report.Failures)
        {
            writer.WriteStartObject();
            writer.WriteString("level", "error");
            WriteMessage(writer, "message", failure);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteResults(Utf8JsonWriter writer, RunReport report, SourceRoot root)
    {
        var ruleIndex = report.ResultRules.Select((rule, index) => (rule.Code, index)).DistinctBy(rule => rule.Code).ToDictionary(rule => rule.Code, rule => rule.index);
        Dictionary<string, int> seen = [];
        writer.WriteStartArray("results");

        // Of more than 25,000 code scanning takes none. The worst come first, so that what is left out weighs least.
        foreach (var notice in report.Results.OrderBy(notice => notice.Level).Take(Most))
        {
            writer.WriteStartObject();
            writer.WriteString("ruleId", Escaping.Escape(notice.Code));
            if (ruleIndex.TryGetValue(notice.Code, out var index))
                writer.WriteNumber("ruleIndex", index);
            writer.WriteString("level", NameOf(notice.Level));
            WriteMessage(writer, "message", notice.Text);
            var uri = root.Reference(notice.Path ?? report.Subject);
            WriteLocation(writer, uri, notice.Offset);

            // The same finding keeps its fingerprint from run to run, wherever in the file it moves.
            var key = $"{notice.Code}\n{uri}";
            var number = seen[key] = seen.GetValueOrDefault(key) + 1;
            writer.WriteStartObject("partialFingerprints");
            writer.WriteString("primaryLocationLineHash", $"{Hashing.Compute(Encoding.UTF8.GetBytes(key), DigestAlgorithm.Sha256).Hex[..16]}:{number}");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter writer, string uri, long? offset)
    {
        writer.WriteStartArray("locations");
        writer.WriteStartObject();
        writer.WriteStartObject("physicalLocation");
        writer.WriteStartObject("artifactLocation");
        writer.WriteString("uri", uri);
        writer.WriteEndObject();
        writer.WriteStartObject("region");
        // A model has no lines, and code scanning shows nothing without them.
        writer.WriteNumber("startLine", 1);
        writer.WriteNumber("startColumn", 1);
        writer.WriteNumber("endLine", 1);
        writer.WriteNumber("endColumn", 1);
        if (offset is { } at)
            writer.WriteNumber("byteOffset", at);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    // The Markdown is this program's own and has nothing of a file in it; where it is there, code scanning shows it instead of the text.
    private static void WriteMessage(Utf8JsonWriter writer, string name, string text, string? markdown = null)
    {
        writer.WriteStartObject(name);
        writer.WriteString("text", text.Length == 0 ? "(none)" : Escaping.Escape(text));
        if (markdown is not null)
            writer.WriteString("markdown", markdown);
        writer.WriteEndObject();
    }

    private static string NameOf(NoticeLevel level) => level switch
    {
        NoticeLevel.Error => "error",
        NoticeLevel.Warning => "warning",
        NoticeLevel.Note => "note",
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };

    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
    private const int Most = 25_000;
}
