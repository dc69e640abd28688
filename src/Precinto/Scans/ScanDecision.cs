namespace Precinto.Scans;

/// <summary>What a scan comes to under the rules of a deployment, and why.</summary>
public sealed class ScanDecision
{
    internal ScanDecision(ScanReport report, ScanPolicy policy, IReadOnlyList<ScanCheck> checks, IReadOnlyList<JudgedFinding> findings, DateTimeOffset decidedAt)
    {
        Report = report;
        Policy = policy;
        Checks = checks;
        Findings = findings;
        DecidedAt = decidedAt;

        // A rule that is broken stays broken, whatever else is not known.
        Verdict = checks.Any(check => check.Outcome == ScanCheckOutcome.Failed) ? ScanVerdict.Failed
            : checks.Count > 0 && checks.All(check => check.Outcome is ScanCheckOutcome.Passed or ScanCheckOutcome.Skipped)
                && checks.Any(check => check is { Name: ScanCheckName.Coverage, Outcome: ScanCheckOutcome.Passed }) ? ScanVerdict.Passed
            : ScanVerdict.CouldNotCheck;
    }

    /// <summary>The verdict.</summary>
    public ScanVerdict Verdict { get; }

    /// <summary>What was judged.</summary>
    public ScanReport Report { get; }

    /// <summary>The rules.</summary>
    public ScanPolicy Policy { get; }

    /// <summary>All questions, in the order of <see cref="ScanCheckName"/>.</summary>
    public IReadOnlyList<ScanCheck> Checks { get; }

    /// <summary>All findings, in the report's order.</summary>
    public IReadOnlyList<JudgedFinding> Findings { get; }

    /// <summary>The time that ages and dates were compared with.</summary>
    public DateTimeOffset DecidedAt { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Report.ArtifactName}: {Verdict}";
}
