namespace Precinto.Scans;

/// <summary>The check <c>exceptions</c>: what became of the findings that are ignored. It fails nothing: an exception that has expired counts no more, that is all.</summary>
internal static class ExceptionsCheck
{
    public static ScanCheck Check(ScanReport report, ScanPolicy policy, IReadOnlyList<JudgedFinding> findings, DateTimeOffset now)
    {
        List<ScanNotice> notices = [];
        var used = findings.Select(finding => finding.IgnoredBy).OfType<IgnoredFinding>().ToHashSet();
        foreach (var ignored in policy.Ignored)
        {
            var until = $"{ignored.Expires:yyyy-MM-dd}";
            if (ignored.IsExpired(now))
                notices.Add(ScanRules.ExpiredException.Because($"{ignored} was ignored until {until} and counts again ({ignored.Reason})"));
            else if (used.Contains(ignored))
                notices.Add(new(null, $"{ignored} is ignored until {until}: {ignored.Reason}"));
            else
                notices.Add(ScanRules.UnusedException.Because($"{ignored} is to be ignored until {until} and nothing that fails matches"));
        }

        if (report.SuppressedCount > 0)
            notices.Add(ScanRules.Suppressed.Because($"the report says that Trivy left out {report.SuppressedCount} findings itself; the rules here were not asked"));
        return notices.Count == 0
            ? new(ScanCheckName.Exceptions, ScanCheckOutcome.Skipped, [new(null, "the rules ignore nothing")])
            : new(ScanCheckName.Exceptions, ScanCheckOutcome.Passed, notices);
    }
}
