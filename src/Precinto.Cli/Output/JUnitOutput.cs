using System.Text;
using System.Xml;

namespace Precinto.Cli.Output;

/// <summary>JUnit XML as GitLab, Jenkins and Azure Pipelines read it: a test case for each check, or for each file.</summary>
internal static class JUnitOutput
{
    public static string Render(RunReport report)
    {
        using MemoryStream buffer = new();
        using (var writer = XmlWriter.Create(buffer, new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) }))
            Write(writer, report);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(XmlWriter writer, RunReport report)
    {
        // A "no" that no check accounts for must not look like a run without failures.
        var isUnexplained = !report.Passed && report.Failures.Count == 0 && report.Checks.All(check => check.Outcome != RunOutcome.Failed);
        var failed = report.Checks.Count(check => check.Outcome == RunOutcome.Failed) + (isUnexplained ? 1 : 0);
        var skipped = report.Checks.Count(check => check.Outcome is RunOutcome.Skipped or RunOutcome.Warned);
        var total = report.Checks.Count + report.Failures.Count + (isUnexplained ? 1 : 0);
        writer.WriteStartElement("testsuites");
        WriteCounts(writer, $"precinto {report.Command}", total, failed, report.Failures.Count, skipped);
        writer.WriteStartElement("testsuite");
        WriteCounts(writer, report.Subject, total, failed, report.Failures.Count, skipped);
        foreach (var check in report.Checks)
            WriteCheck(writer, report, check);
        if (isUnexplained)
            WriteCheck(writer, report, new("verdict", RunOutcome.Failed, [NoticeRule.Verdict.Code], [$"The verdict is {report.Verdict}"]));
        foreach (var failure in report.Failures)
        {
            WriteCase(writer, report, "could not check");
            WriteAnswer(writer, "error", failure, [failure]);
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static void WriteCheck(XmlWriter writer, RunReport report, RunCheck check)
    {
        WriteCase(writer, report, check.Name);
        if (check.Outcome == RunOutcome.Failed)
            WriteAnswer(writer, "failure", string.Join(' ', check.Codes), check.Details);
        // A warning is no failure here, and no success either; JUnit has no third word.
        else if (check.Outcome == RunOutcome.Warned)
            WriteAnswer(writer, "skipped", $"warned, not enforced: {string.Join(' ', check.Codes)}", check.Details);
        else if (check.Outcome == RunOutcome.Skipped)
            WriteAnswer(writer, "skipped", check.Details.Count > 0 ? check.Details[0] : "skipped", []);
        writer.WriteEndElement();
    }

    private static void WriteCase(XmlWriter writer, RunReport report, string name)
    {
        writer.WriteStartElement("testcase");
        writer.WriteAttributeString("classname", $"precinto.{report.Command}");
        writer.WriteAttributeString("name", Text(name));
        writer.WriteAttributeString("time", "0");
    }

    private static void WriteAnswer(XmlWriter writer, string kind, string message, IReadOnlyList<string> lines)
    {
        writer.WriteStartElement(kind);
        writer.WriteAttributeString("message", Text(message.Length == 0 && lines.Count > 0 ? lines[0] : message));
        if (lines.Count > 0)
            writer.WriteString(string.Join('\n', lines.Select(Text)));
        writer.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter writer, string name, int total, int failed, int errors, int skipped)
    {
        writer.WriteAttributeString("name", Text(name));
        writer.WriteAttributeString("tests", XmlConvert.ToString(total));
        writer.WriteAttributeString("failures", XmlConvert.ToString(failed));
        writer.WriteAttributeString("errors", XmlConvert.ToString(errors));
        writer.WriteAttributeString("skipped", XmlConvert.ToString(skipped));
        writer.WriteAttributeString("time", "0");
    }

    // XML 1.0 has no controls, no lone surrogates and neither U+FFFE nor U+FFFF; what is escaped holds none of them.
    private static string Text(string text) => Escaping.Escape(text);
}
