namespace Precinto.Cli.Output;

/// <summary>JUnit XML as GitLab, Jenkins and Azure Pipelines read it: a test case for each check, or for each file.</summary>
internal static class JUnitOutput
{
    public static string Render(RunReport report)
    {
        XmlText xml = new();
        Write(xml, report);
        return xml.ToString();
    }

    private static void Write(XmlText xml, RunReport report)
    {
        // A "no" that no check accounts for must not look like a run without failures.
        var isUnexplained = !report.Passed && report.Failures.Count == 0 && report.Checks.All(check => check.Outcome != RunOutcome.Failed);
        var failed = report.Checks.Count(check => check.Outcome == RunOutcome.Failed) + (isUnexplained ? 1 : 0);
        var skipped = report.Checks.Count(check => check.Outcome is RunOutcome.Skipped or RunOutcome.Warned);
        var total = report.Checks.Count + report.Failures.Count + (isUnexplained ? 1 : 0);
        xml.Start("testsuites");
        WriteCounts(xml, $"precinto {report.Command}", total, failed, report.Failures.Count, skipped);
        xml.Start("testsuite");
        WriteCounts(xml, report.Subject, total, failed, report.Failures.Count, skipped);
        foreach (var check in report.Checks)
            WriteCheck(xml, report, check);
        if (isUnexplained)
            WriteCheck(xml, report, new("verdict", RunOutcome.Failed, [NoticeRule.Verdict.Code], [$"The verdict is {report.Verdict}"]));
        foreach (var failure in report.Failures)
        {
            WriteCase(xml, report, "could not check");
            WriteAnswer(xml, "error", failure, [failure]);
            xml.End();
        }

        xml.End();
        xml.End();
    }

    private static void WriteCheck(XmlText xml, RunReport report, RunCheck check)
    {
        WriteCase(xml, report, check.Name);
        if (check.Outcome == RunOutcome.Failed)
            WriteAnswer(xml, "failure", string.Join(' ', check.Codes), check.Details);
        // A warning is no failure here, and no success either; JUnit has no third word.
        else if (check.Outcome == RunOutcome.Warned)
            WriteAnswer(xml, "skipped", $"warned, not enforced: {string.Join(' ', check.Codes)}", check.Details);
        else if (check.Outcome == RunOutcome.Skipped)
            WriteAnswer(xml, "skipped", check.Details.Count > 0 ? check.Details[0] : "skipped", []);
        xml.End();
    }

    private static void WriteCase(XmlText xml, RunReport report, string name)
    {
        xml.Start("testcase");
        xml.Attribute("classname", $"precinto.{report.Command}");
        xml.Attribute("name", Text(name));
        xml.Attribute("time", "0");
    }

    private static void WriteAnswer(XmlText xml, string kind, string message, IReadOnlyList<string> lines)
    {
        xml.Start(kind);
        xml.Attribute("message", Text(message.Length == 0 && lines.Count > 0 ? lines[0] : message));
        if (lines.Count > 0)
            xml.Text(string.Join('\n', lines.Select(Text)));
        xml.End();
    }

    private static void WriteCounts(XmlText xml, string name, int total, int failed, int errors, int skipped)
    {
        xml.Attribute("name", Text(name));
        xml.Attribute("tests", total);
        xml.Attribute("failures", failed);
        xml.Attribute("errors", errors);
        xml.Attribute("skipped", skipped);
        xml.Attribute("time", "0");
    }

    // XML 1.0 has no controls, no lone surrogates and neither U+FFFE nor U+FFFF; what is escaped holds none of them.
    private static string Text(string text) => Escaping.Escape(text);
}
