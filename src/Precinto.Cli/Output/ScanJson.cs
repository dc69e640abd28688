using System.Text.Json;
using Precinto.Scans;

namespace Precinto.Cli.Output;

/// <summary>The decision on a scan as <c>precinto.scan/v1</c>.</summary>
internal static class ScanJson
{
    public static void Write(TextWriter output, ScanOutcome outcome) => JsonText.Write(output, writer =>
    {
        var decision = outcome.Decision;
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.scan/v1");
        writer.WriteString("verdict", NameOf(decision.Verdict));
        WriteTarget(writer, outcome);
        WriteScanner(writer, outcome);
        WriteReport(writer, decision.Report);
        WriteRules(writer, outcome);
        writer.WriteStartArray("checks");
        foreach (var check in decision.Checks)
            WriteCheck(writer, check);
        writer.WriteEndArray();
        writer.WriteStartObject("counts");
        foreach (var severity in ScanTotals.Order)
            writer.WriteNumber(ScanText.NameOf(severity), ScanTotals.Count(decision, severity));
        writer.WriteNumber("failing", decision.Findings.Count(finding => finding.Outcome == ScanFindingOutcome.Fails));
        writer.WriteEndObject();
        writer.WriteStartArray("findings");
        foreach (var finding in ScanTable.Sort(decision.Findings))
            WriteFinding(writer, finding);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static string NameOf(ScanVerdict verdict) => verdict == ScanVerdict.CouldNotCheck ? "could-not-check" : ScanText.NameOf(verdict);

    private static void WriteTarget(Utf8JsonWriter writer, ScanOutcome outcome)
    {
        var report = outcome.Decision.Report;
        writer.WriteStartObject("target");
        writer.WriteData("path", outcome.Target);
        writer.WriteData("name", report.ArtifactName);
        writer.WriteData("type", report.ArtifactType);
        writer.WriteData("system", report.SystemFamily is null ? null : $"{report.SystemFamily} {report.SystemName}".Trim());
        if (report.IsEndOfLife is { } isEndOfLife)
            writer.WriteBoolean("endOfLife", isEndOfLife);
        else
            writer.WriteNull("endOfLife");
        writer.WriteData("imageId", report.ImageId);
        writer.WriteStartArray("repoDigests");
        foreach (var digest in report.RepoDigests)
            writer.WriteStringValue(Escaping.Escape(digest));
        writer.WriteEndArray();
        writer.WriteNumber("packages", report.PackageCount);
        writer.WriteEndObject();
    }

    private static void WriteScanner(Utf8JsonWriter writer, ScanOutcome outcome)
    {
        writer.WriteStartObject("scanner");
        writer.WriteString("name", "Trivy");
        writer.WriteData("version", outcome.Run?.Version ?? outcome.Decision.Report.ScannerVersion);
        writer.WriteData("path", outcome.Run?.Path);
        writer.WriteTime("databaseUpdatedAt", outcome.Run?.DatabaseUpdatedAt);
        writer.WriteEndObject();
    }

    private static void WriteReport(Utf8JsonWriter writer, ScanReport report)
    {
        writer.WriteStartObject("report");
        writer.WriteString("format", report.Format == ScanReportFormat.Json ? "json" : "sarif");
        writer.WriteString("digest", report.Digest.ToString());
        writer.WriteTime("createdAt", report.CreatedAt);
        writer.WriteNumber("suppressed", report.SuppressedCount);
        writer.WriteEndObject();
    }

    private static void WriteRules(Utf8JsonWriter writer, ScanOutcome outcome)
    {
        var policy = outcome.Rules.Policy;
        writer.WriteStartObject("rules");
        writer.WriteData("file", outcome.Rules.Path);
        writer.WriteString("digest", outcome.Rules.Digest?.ToString());
        writer.WriteWords("severities", policy.Severities.OrderDescending().Select(ScanText.NameOf));
        writer.WriteWords("kinds", policy.Kinds.Order().Select(ScanText.NameOf));
        writer.WriteBoolean("ignoreUnfixed", policy.IgnoreUnfixed);
        writer.WriteBoolean("allowEndOfLife", policy.AllowEndOfLife);
        writer.WriteNumber("maximumReportAgeDays", (long?)policy.MaximumReportAge?.TotalDays);
        writer.WriteNumber("maximumDatabaseAgeDays", (long?)policy.MaximumDatabaseAge?.TotalDays);
        writer.WriteWords("requiredClasses", policy.RequiredClasses);
        writer.WriteNumber("minimumPackages", policy.MinimumPackages);
        writer.WriteData("dangerouslyAllowEmpty", policy.DangerouslyAllowEmpty);
        writer.WriteEndObject();
    }

    private static void WriteCheck(Utf8JsonWriter writer, ScanCheck check)
    {
        writer.WriteStartObject();
        writer.WriteString("name", ScanText.NameOf(check.Name));
        writer.WriteString("outcome", ScanText.NameOf(check.Outcome));
        writer.WriteWords("codes", check.Codes);
        writer.WriteProse("detail", string.Join("; ", check.Notices.Select(notice => notice.Message)));
        writer.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter writer, JudgedFinding judged)
    {
        var finding = judged.Finding;
        writer.WriteStartObject();
        writer.WriteString("kind", ScanText.NameOf(finding.Kind));
        writer.WriteData("id", finding.Id);
        writer.WriteString("severity", ScanText.NameOf(finding.Severity));
        writer.WriteString("outcome", judged.Outcome switch
        {
            ScanFindingOutcome.Fails => "fails",
            ScanFindingOutcome.Ignored => "ignored",
            ScanFindingOutcome.Unfixed => "unfixed",
            _ => "passes",
        });
        writer.WriteData("target", finding.Target);
        writer.WriteData("class", finding.Class);
        writer.WriteData("package", finding.Package);
        writer.WriteData("installed", finding.InstalledVersion);
        writer.WriteData("fixed", finding.FixedVersion);
        writer.WriteData("status", finding.Status);
        writer.WriteData("purl", finding.PackageUrl);
        writer.WriteData("packagePath", finding.PackagePath);
        writer.WriteNumber("line", finding.Line);
        writer.WriteData("title", finding.Title);
        writer.WriteData("url", finding.Url);
        writer.WriteData("reason", judged.IgnoredBy?.Reason);
        writer.WriteString("ignoredUntil", judged.IgnoredBy is { } ignored ? $"{ignored.Expires:yyyy-MM-dd}" : null);
        writer.WriteEndObject();
    }
}
