namespace Precinto.Scans;

/// <summary>
/// The check <c>coverage</c>: did the scanner see something at all? A report without findings comes from a clean image as well as from one that the scanner
/// cannot look into, such as one with nothing but a native binary.
/// </summary>
internal static class CoverageCheck
{
    public static ScanCheck Check(ScanReport report, ScanPolicy policy)
    {
        List<ScanNotice> missing = [.. report.Unjudged.Select(one => ScanRules.NotJudged.Because($"the report holds {one}, which this version cannot judge"))];
        List<ScanNotice> remarks = [new(null, Describe(report))];
        var seen = ClassesSeen(report);
        var unseen = !HasSeenSomething(report) ? WhyEmpty(report)
            : IsSystemUnseen(report, seen)
                ? $"{$"{report.SystemFamily} {report.SystemName}".Trim()} was recognised and none of its packages was seen: its package database may have been removed"
            : null;
        if (unseen is not null && policy.DangerouslyAllowEmpty is { } reason)
            remarks.Add(ScanRules.NothingSeen.Because($"{unseen}; that is accepted: {reason}"));
        else if (unseen is not null)
            missing.Add(ScanRules.NothingSeen.Because(unseen));

        foreach (var @class in policy.RequiredClasses.Where(@class => !seen.Contains(@class)))
            missing.Add(ScanRules.ClassNotSeen.Because($"nothing of the class {@class} was seen, which the rules demand"));
        if (policy.MinimumPackages > 0 && CheckPackages(report, policy.MinimumPackages) is { } notice)
            missing.Add(notice);

        return new(ScanCheckName.Coverage, missing.Count > 0 ? ScanCheckOutcome.Unknown : ScanCheckOutcome.Passed, [.. missing, .. remarks]);
    }

    // A repository may hold configurations only, an image always holds packages; one in which none is seen is one that is not understood.
    private static bool HasSeenSomething(ScanReport report) =>
        report.PackageCount > 0
        || report.Findings.Any(finding => finding.Kind == ScanFindingKind.Vulnerability)
        || (report is { Format: ScanReportFormat.Sarif } or { ArtifactType: "filesystem" or "repository" }
            && (report.Findings.Count > 0 || report.Targets.Any(target => target.CheckCount > 0)));

    // Who deletes the package database hides every package of the system, while other packages are still seen. Where packages are not listed, Trivy names
    // the system as a target at least. A bill of materials may name a system and list something else.
    private static bool IsSystemUnseen(ScanReport report, HashSet<string> seen) =>
        report is { SystemFamily: not null, ArtifactType: not ("cyclonedx" or "spdx") }
        && (report.PackageCount is null ? report.Targets.All(target => target.Class != "os-pkgs") : !seen.Contains("os-pkgs"));

    private static HashSet<string> ClassesSeen(ScanReport report) =>
    [
        .. report.Targets.Where(target => target.PackageCount > 0 || target.CheckCount > 0).Select(target => target.Class).OfType<string>(),
        .. report.Findings.Select(finding => finding.Class).OfType<string>(),
    ];

    private static ScanNotice? CheckPackages(ScanReport report, int minimum)
    {
        var listed = report.PackageCount;

        // Packages that are named by findings were seen, whether or not the report lists all of them.
        var named = report.Findings.Where(finding => finding is { Package: not null, InstalledVersion: not null })
            .Select(finding => (finding.Package, finding.InstalledVersion)).Distinct().Count();
        if (Math.Max(listed ?? 0, named) >= minimum)
            return null;

        return listed is { } count
            ? ScanRules.TooFewPackages.Because($"{Count(count, "package")} seen, and the rules demand {minimum}")
            : ScanRules.NotSaid.Because($"the report lists no packages (trivy --list-all-pkgs), and the rules demand {minimum}");
    }

    private static string WhyEmpty(ScanReport report) => report switch
    {
        { Format: ScanReportFormat.Sarif } => "the report has no results; SARIF does not say whether anything was looked at: hand in Trivy's JSON",
        { Targets.Count: 0 } => "the report has no results: the scanner knew nothing that it could look at, or was not told to look",
        { PackageCount: null } => "the report lists no package and nothing was found: a clean image cannot be told from one that was not seen into (scan with --list-all-pkgs)",
        _ => "no package was seen: the scanner did not understand what it looked at",
    };

    private static string Describe(ScanReport report)
    {
        if (report.Format == ScanReportFormat.Sarif)
            return "SARIF does not say what was looked at";

        var classes = report.Targets.GroupBy(target => target.Class ?? "no class").OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} of {group.Key}");
        var packages = report.PackageCount is { } count ? Count(count, "package") : "packages not listed";
        return report.Targets.Count == 0 ? "no target" : $"{Count(report.Targets.Count, "target")} ({string.Join(", ", classes)}), {packages}";
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
