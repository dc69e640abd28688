namespace Precinto.Scans;

/// <summary>The check <c>scanner</c>: who made the report, and whether it came to its end.</summary>
internal static class ScannerCheck
{
    public static ScanCheck Check(ScanReport report, ScannerRun? run)
    {
        var versions = new[] { run?.Version, report.ScannerVersion }.OfType<string>().Distinct().ToArray();
        if (versions.FirstOrDefault(version => TrivyVersion.Parse(version) is { } parsed && TrivyVersion.IsMalicious(parsed)) is { } malicious)
            return Unknown(ScanRules.MaliciousScanner.Because(
                $"Trivy {malicious} was published by attackers (CVE-2026-33634); nothing that it says counts, and the machine that ran it must be looked after"));

        // It was told to exit with 0 whatever it finds; anything else is a failure, even beside a report.
        if (run is { ExitCode: not 0 })
            return Unknown(ScanRules.ScannerFailed.Because($"Trivy exited with {run.ExitCode}"));

        if (run is not null && !run.Order.IsAnsweredBy(report))
            return Unknown(ScanRules.ScannerFailed.Because($"Trivy was told to scan {run.Order.Names[0]}, and reports on {report.ArtifactName ?? "nothing"} ({report.ArtifactType})"));
        if (run is not null && report.ScannerVersion is { } stated && !Equals(TrivyVersion.Parse(stated), TrivyVersion.Parse(run.Version)))
            return Unknown(ScanRules.ScannerFailed.Because($"Trivy {run.Version} was run, and the report says that it is by {stated}"));

        var named = versions.Length == 0 ? "Trivy, of a version that the report does not state" : $"Trivy {string.Join(", the report says ", versions)}";
        return new(ScanCheckName.Scanner, ScanCheckOutcome.Passed, [new(null, run is null ? $"the report is by {named}" : $"scanned by {named}")]);
    }

    private static ScanCheck Unknown(ScanNotice notice) => new(ScanCheckName.Scanner, ScanCheckOutcome.Unknown, [notice]);
}
