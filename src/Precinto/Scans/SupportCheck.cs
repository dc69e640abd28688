namespace Precinto.Scans;

/// <summary>The check <c>support</c>: of a system that gets no updates any more, new vulnerabilities are often not even reported.</summary>
internal static class SupportCheck
{
    public static ScanCheck Check(ScanReport report, ScanPolicy policy)
    {
        var system = $"{report.SystemFamily} {report.SystemName}".Trim();
        if (report.IsEndOfLife is not { } isEndOfLife)
        {
            if (report.Targets.Any(target => target.Class == "os-pkgs") && report.Format == ScanReportFormat.Json)
                return Answer(ScanCheckOutcome.Unknown, ScanRules.NotSaid.Code, "packages of an operating system were seen, and the report does not say of which one");
            if (report.Format == ScanReportFormat.Json)
                return Answer(ScanCheckOutcome.Skipped, null, "no operating system was detected");

            return policy.AllowEndOfLife
                ? Answer(ScanCheckOutcome.Skipped, null, "SARIF does not say whether the operating system still gets updates; the rules do not ask")
                : Answer(ScanCheckOutcome.Unknown, ScanRules.NotSaid.Code, "SARIF does not say whether the operating system still gets updates: hand in Trivy's JSON");
        }

        if (!isEndOfLife)
            return Answer(ScanCheckOutcome.Passed, null, $"{system} was not at its end of life when it was scanned");
        return policy.AllowEndOfLife
            ? Answer(ScanCheckOutcome.Passed, ScanRules.EndOfLife.Code, $"{system} gets no updates any more, which the rules allow")
            : Answer(ScanCheckOutcome.Failed, ScanRules.EndOfLife.Code, $"{system} gets no updates any more");
    }

    private static ScanCheck Answer(ScanCheckOutcome outcome, string? code, string message) => new(ScanCheckName.Support, outcome, [new(code, message)]);
}
