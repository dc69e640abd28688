namespace Precinto.Scans;

/// <summary>Decides on the report of a scan by the rules of a deployment. A report that says nothing is never a pass.</summary>
public static class ScanGate
{
    /// <summary>Judges a report that was made before; of the scanner, only what stands in the report is known then.</summary>
    public static ScanDecision Decide(ScanReport report, ScanPolicy policy, TimeProvider? time = null) => Decide(report, policy, run: null, time);

    internal static ScanDecision Decide(ScanReport report, ScanPolicy policy, ScannerRun? run, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(policy);
        var now = (time ?? TimeProvider.System).GetUtcNow();
        var findings = FindingJudge.Judge(report.Findings, policy, now);
        return new(
            report,
            policy,
            [
                ScannerCheck.Check(report, run),
                CoverageCheck.Check(report, policy),
                AgeCheck.Check(report, policy, run, now),
                SupportCheck.Check(report, policy),
                .. FindingJudge.Check(report, policy, findings),
                ExceptionsCheck.Check(report, policy, findings, now),
            ],
            findings,
            now);
    }
}
