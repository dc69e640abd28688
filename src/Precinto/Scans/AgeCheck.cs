using System.Globalization;

namespace Precinto.Scans;

/// <summary>The check <c>age</c>: a scan knows the vulnerabilities of the day of its database and no later one.</summary>
internal static class AgeCheck
{
    public static ScanCheck Check(ScanReport report, ScanPolicy policy, ScannerRun? run, DateTimeOffset now)
    {
        List<(ScanCheckOutcome Outcome, ScanNotice Notice)> answers = [];

        // What was scanned just now is as old as now where the report does not say; a Trivy that hands out an old report is held to it all the same.
        if (policy.MaximumReportAge is { } reportLimit)
            answers.Add(Compare("the report", report.CreatedAt ?? (run is null ? null : now), reportLimit, ScanRules.ReportTooOld, now));
        if (policy.MaximumDatabaseAge is { } databaseLimit)
        {
            answers.Add(run is null
                ? (ScanCheckOutcome.Unknown, ScanRules.NotSaid.Because("a report does not say how old the vulnerability database was; only a scan that is run here does"))
                : Compare("the vulnerability database", run.DatabaseUpdatedAt, databaseLimit, ScanRules.DatabaseTooOld, now));
        }

        // A date in the future is wrong whether or not the rules set a limit: somebody's clock, or somebody's word.
        foreach (var (what, time) in new[] { ("the report", report.CreatedAt), ("the vulnerability database", run?.DatabaseUpdatedAt) })
            if (IsInFuture(time, now) && !answers.Any(answer => answer.Notice.Code == ScanRules.FromTheFuture.Code))
                answers.Add(FromTheFuture(what, time!.Value));
        if (answers.Count == 0)
            return new(ScanCheckName.Age, ScanCheckOutcome.Skipped, [new(null, Describe(report, run))]);

        var outcome = answers.Any(answer => answer.Outcome == ScanCheckOutcome.Failed) ? ScanCheckOutcome.Failed
            : answers.All(answer => answer.Outcome == ScanCheckOutcome.Passed) ? ScanCheckOutcome.Passed
            : ScanCheckOutcome.Unknown;
        return new(ScanCheckName.Age, outcome, [.. answers.Select(answer => answer.Notice)]);
    }

    private static (ScanCheckOutcome Outcome, ScanNotice Notice) Compare(
        string what, DateTimeOffset? time, TimeSpan limit, Inspection.FindingRule tooOld, DateTimeOffset now)
    {
        if (time is not { } made)
            return (ScanCheckOutcome.Unknown, ScanRules.NotSaid.Because($"of {what} it is not known when it was made, and the rules demand at most {limit.TotalDays} days"));
        if (IsInFuture(made, now))
            return FromTheFuture(what, made);
        return now - made > limit
            ? (ScanCheckOutcome.Failed, tooOld.Because($"{what} was made {Format(made)}, and at most {limit.TotalDays} days are accepted"))
            : (ScanCheckOutcome.Passed, new(null, $"{what} was made {Format(made)}"));
    }

    private static bool IsInFuture(DateTimeOffset? time, DateTimeOffset now) => time > now + ClockSkew;

    private static (ScanCheckOutcome Outcome, ScanNotice Notice) FromTheFuture(string what, DateTimeOffset time) =>
        (ScanCheckOutcome.Failed, ScanRules.FromTheFuture.Because($"{what} is dated {Format(time)}, which is in the future"));

    private static string Describe(ScanReport report, ScannerRun? run) => run switch
    {
        null => report.CreatedAt is { } made ? $"the report was made {Format(made)}; the rules set no limit" : "when the report was made, it does not say; the rules set no limit",
        { DatabaseUpdatedAt: { } updated } => $"the vulnerability database was made {Format(updated)}; the rules set no limit",
        _ => "when the vulnerability database was made is not known; the rules set no limit",
    };

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);
}
