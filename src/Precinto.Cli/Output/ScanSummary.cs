using Precinto.Inspection;
using Precinto.Scans;

namespace Precinto.Cli.Output;

/// <summary>
/// A decision on a scan as a <see cref="RunReport"/>: what fails is a notice of its own, under the identifier that people know it by, with our code in its message.
/// What passes is left to the report that Trivy makes.
/// </summary>
internal static class ScanSummary
{
    public static RunReport Of(ScanOutcome outcome, bool isFolder)
    {
        var decision = outcome.Decision;
        var failing = ScanTable.Sort(decision.Findings.Where(finding => finding.Outcome == ScanFindingOutcome.Fails)).Take(Most).ToArray();
        var open = decision.Checks.Where(check => check.Outcome == ScanCheckOutcome.Unknown).SelectMany(check => check.Notices).Where(notice => notice.Code is not null).ToArray();
        var couldNotCheck = decision.Verdict == ScanVerdict.CouldNotCheck;
        return new()
        {
            Command = "scan",
            Subject = outcome.Target,
            Verdict = ScanText.NameOf(decision.Verdict),
            Passed = decision.Verdict == ScanVerdict.Passed,
            Facts = [.. Facts(outcome)],
            Checks = [.. decision.Checks.Select(CheckOf)],
            Notices =
            [
                .. failing.Select(finding => NoticeOf(finding.Finding, outcome.Target, isFolder)),
                .. decision.Checks.Where(check => check.Outcome != ScanCheckOutcome.Unknown).SelectMany(check => check.Notices)
                    .Where(notice => notice.Code is not null && !Counted.Contains(notice.Code)).Select(notice => NoticeOf(notice, outcome.Target)),
                .. couldNotCheck ? [] : open.Select(notice => NoticeOf(notice, outcome.Target)),
            ],
            Failures = couldNotCheck ? [.. open.Select(notice => $"{notice.Code} {notice.Message}")] : [],
            Rules = [.. ScanRules.All.Select(FindingsGuide.Explain), .. failing.Select(finding => RuleOf(finding.Finding)).DistinctBy(rule => rule.Code)],
        };
    }

    private static IEnumerable<(string Name, string Value)> Facts(ScanOutcome outcome)
    {
        var report = outcome.Decision.Report;
        if (report.ArtifactName is { } name && name != outcome.Target)
            yield return ("scanned", name);
        foreach (var digest in report.RepoDigests.Take(Shown))
            yield return ("digest", digest);
        yield return ("report", report.Digest.ToString());
        yield return ("findings", ScanTotals.Describe(outcome.Decision));
        yield return ("rules", ScanText.Describe(outcome.Rules));
    }

    private static RunCheck CheckOf(ScanCheck check) => new(
        ScanText.NameOf(check.Name),
        check.Outcome switch
        {
            ScanCheckOutcome.Passed => RunOutcome.Passed,
            ScanCheckOutcome.Skipped => RunOutcome.Skipped,
            _ => RunOutcome.Failed,
        },
        [.. check.Codes],
        [.. check.Notices.Select(notice => check.Outcome == ScanCheckOutcome.Unknown && notice.Code is not null ? $"could not check: {notice.Message}" : notice.Message)]);

    private static Notice NoticeOf(ScanNotice notice, string target)
    {
        var rule = ScanRules.All.Single(rule => rule.Code == notice.Code);
        return new(rule.Code, FindingsGuide.LevelOf(rule.Severity), notice.Message, target);
    }

    private static Notice NoticeOf(ScanFinding finding, string target, bool isFolder)
    {
        var package = finding.Package is null ? finding.Target : $"{finding.Package} {finding.InstalledVersion}".Trim();
        var fix = finding.FixedVersion is null ? "" : $", fixed in {finding.FixedVersion}";
        var line = finding.Line is { } number ? $", line {number}" : "";
        var title = finding.Title is null ? "" : $": {finding.Title}";
        return new(finding.Id, NoticeLevel.Error, $"{RuleFor(finding.Kind).Code} {ScanText.NameOf(finding.Severity)} {package}{fix}{line}{title}", PlaceOf(finding, target, isFolder));
    }

    // In a folder a target is a file below it. Elsewhere its name may be anything, and what is told is what was scanned.
    private static string PlaceOf(ScanFinding finding, string target, bool isFolder)
    {
        if (!isFolder || finding.Target.Length == 0 || finding.Target.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(finding.Target) || finding.Target.Split('/', '\\').Contains(".."))
            return target;
        return Path.Combine(target, finding.Target);
    }

    private static NoticeRule RuleOf(ScanFinding finding)
    {
        var rule = FindingsGuide.Explain(RuleFor(finding.Kind));
        var about = finding.Title ?? rule.Title;
        var help = finding.FixedVersion is null ? rule.Help : $"Update {finding.Package} to {finding.FixedVersion}. {rule.Help}";
        return new(finding.Id, NoticeLevel.Error, about, $"{about}. {rule.Description}", help, ScoreOf(finding.Severity));
    }

    private static FindingRule RuleFor(ScanFindingKind kind) => kind switch
    {
        ScanFindingKind.Vulnerability => ScanRules.Vulnerable,
        ScanFindingKind.Misconfiguration => ScanRules.Misconfigured,
        ScanFindingKind.Secret => ScanRules.SecretFound,
        ScanFindingKind.License => ScanRules.LicenseFound,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    // What GitHub calls by the same name; what nobody has rated counts as high here, since it fails.
    private static double ScoreOf(ScanSeverity severity) => severity switch
    {
        ScanSeverity.Critical => 9.5,
        ScanSeverity.High or ScanSeverity.Unknown => 8.0,
        ScanSeverity.Medium => 5.5,
        _ => 2.0,
    };

    // Said once for each finding already.
    private static readonly string[] Counted = [ScanRules.Vulnerable.Code, ScanRules.Misconfigured.Code, ScanRules.SecretFound.Code, ScanRules.LicenseFound.Code];

    // Code scanning shows no more.
    private const int Most = 5_000;
    private const int Shown = 5;
}
