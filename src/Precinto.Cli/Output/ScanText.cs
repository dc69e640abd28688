using System.Globalization;
using Precinto.Cli.Commands;
using Precinto.Scans;

namespace Precinto.Cli.Output;

/// <summary>The decision on a scan for people: a line a question, a table of what was found, the rules, and the verdict last.</summary>
internal static class ScanText
{
    public static void Write(TextWriter output, ScanOutcome outcome, bool colour)
    {
        var decision = outcome.Decision;
        WriteSubject(output, outcome);
        output.WriteLine();
        foreach (var check in decision.Checks)
            WriteCheck(output, check, colour);
        ScanTable.Write(output, decision, colour);
        output.WriteLine();
        output.WriteLine(Escaping.Escape(ScanTotals.Describe(decision)));
        output.WriteLine(Escaping.Escape($"rules: {Describe(outcome.Rules)}"));
        output.WriteLine();
        output.WriteLine(ReportText.Paint(NameOf(decision.Verdict), decision.Verdict switch
        {
            ScanVerdict.Passed => ReportText.Green,
            ScanVerdict.CouldNotCheck => ReportText.Yellow,
            _ => ReportText.Red,
        }, colour));
    }

    public static string NameOf(ScanVerdict verdict) => verdict switch
    {
        ScanVerdict.Passed => "passed",
        ScanVerdict.Failed => "failed",
        ScanVerdict.CouldNotCheck => "could not check",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    public static string NameOf(ScanSeverity severity) => severity switch
    {
        ScanSeverity.Unknown => "UNKNOWN",
        ScanSeverity.Low => "LOW",
        ScanSeverity.Medium => "MEDIUM",
        ScanSeverity.High => "HIGH",
        ScanSeverity.Critical => "CRITICAL",
        _ => throw new ArgumentOutOfRangeException(nameof(severity)),
    };

    public static string NameOf(ScanCheckOutcome outcome) => outcome switch
    {
        ScanCheckOutcome.Unknown => "unknown",
        ScanCheckOutcome.Failed => "failed",
        ScanCheckOutcome.Passed => "passed",
        ScanCheckOutcome.Skipped => "skipped",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string NameOf(ScanCheckName name) => name switch
    {
        ScanCheckName.Scanner => "scanner",
        ScanCheckName.Coverage => "coverage",
        ScanCheckName.Age => "age",
        ScanCheckName.Support => "support",
        ScanCheckName.Vulnerabilities => "vulnerabilities",
        ScanCheckName.Misconfigurations => "misconfigurations",
        ScanCheckName.Secrets => "secrets",
        ScanCheckName.Licenses => "licenses",
        ScanCheckName.Exceptions => "exceptions",
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static string NameOf(ScanFindingKind kind) => kind switch
    {
        ScanFindingKind.Vulnerability => "vulnerability",
        ScanFindingKind.Misconfiguration => "misconfiguration",
        ScanFindingKind.Secret => "secret",
        ScanFindingKind.License => "license",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The rules in one line.</summary>
    public static string Describe(ScanRuleSet rules)
    {
        var policy = rules.Policy;
        List<string> parts = [$"{string.Join(", ", policy.Severities.OrderDescending().Select(NameOf))} {(policy.Severities.Count == 1 ? "fails" : "fail")}"];
        if (policy.Kinds.Count < Enum.GetValues<ScanFindingKind>().Length)
            parts.Add($"only of the kinds {string.Join(", ", policy.Kinds.Select(NameOf))}");
        parts.Add(policy.IgnoreUnfixed ? "vulnerabilities without a fix pass" : "with a fix or without");
        parts.Add(policy.AllowEndOfLife ? "a system at its end of life passes" : "a system at its end of life fails");
        if (policy.MaximumReportAge is { } report)
            parts.Add($"the report is at most {report.TotalDays} days old");
        if (policy.MaximumDatabaseAge is { } database)
            parts.Add($"the database is at most {database.TotalDays} days old");
        if (policy.RequiredClasses.Count > 0)
            parts.Add($"{string.Join(", ", policy.RequiredClasses)} must be seen");
        if (policy.MinimumPackages > 0)
            parts.Add($"at least {policy.MinimumPackages} {(policy.MinimumPackages == 1 ? "package" : "packages")} must be seen");
        if (policy.DangerouslyAllowEmpty is not null)
            parts.Add("a report in which nothing was seen passes");
        if (policy.Ignored.Count > 0)
            parts.Add($"{policy.Ignored.Count} {(policy.Ignored.Count == 1 ? "exception" : "exceptions")}");
        return $"{string.Join("; ", parts)}{(rules.Path is null ? "" : $" (from {rules.Path}{(rules.HasOptions ? " and options" : "")})")}";
    }

    private static void WriteSubject(TextWriter output, ScanOutcome outcome)
    {
        var report = outcome.Decision.Report;
        output.WriteLine(Escaping.Escape(outcome.Target));
        string?[] kind = [report.ArtifactType, $"{report.SystemFamily} {report.SystemName}".Trim()];
        var described = string.Join(", ", kind.Where(part => !string.IsNullOrEmpty(part)));
        if (report.ArtifactName is not null && report.ArtifactName != outcome.Target)
            output.WriteLine(Escaping.Escape($"  {report.ArtifactName}{(described.Length > 0 ? $" ({described})" : "")}"));
        else if (described.Length > 0)
            output.WriteLine(Escaping.Escape($"  {described}"));
        foreach (var digest in report.RepoDigests.Take(Shown))
            output.WriteLine(Escaping.Escape($"  {digest}"));
        if (outcome.Run is { } run)
            output.WriteLine(Escaping.Escape($"  scanned with {run.Path}, Trivy {run.Version}"));
    }

    private static void WriteCheck(TextWriter output, ScanCheck check, bool colour)
    {
        var (mark, paint) = check.Outcome switch
        {
            ScanCheckOutcome.Passed => ("✓", ReportText.Green),
            ScanCheckOutcome.Skipped => ("–", ReportText.Yellow),
            ScanCheckOutcome.Unknown => ("?", ReportText.Yellow),
            _ => ("✗", ReportText.Red),
        };
        string[] listed = [.. check.Codes];
        var codes = listed.Length == 0 ? "" : "  " + string.Join(' ', listed);
        output.WriteLine($"{ReportText.Paint(mark, paint, colour)} {NameOf(check.Name),-17}  {ReportText.Paint(NameOf(check.Outcome), paint, colour)}{codes}");
        foreach (var notice in check.Notices.Take(Shown))
            output.WriteLine($"    {Escaping.Escape(notice.Message)}");
        if (check.Notices.Count > Shown)
            output.WriteLine($"    and {check.Notices.Count - Shown} more; --json lists all");
    }

    private const int Shown = 20;
}
