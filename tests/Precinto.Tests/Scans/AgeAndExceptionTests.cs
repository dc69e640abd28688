using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

public sealed class AgeAndExceptionTests
{
    private static readonly ScannerRun Run = new() { Path = "/usr/bin/trivy", Version = "0.69.3", ExitCode = 0, Order = Reports.Order, DatabaseUpdatedAt = Reports.Now.AddDays(-2) };

    [Theory]
    [InlineData("\"2026-06-01T12:00:00Z\"", 1, ScanVerdict.Passed)]
    [InlineData("\"2026-06-01T13:59:59.5+02:00\"", 1, ScanVerdict.Failed)]
    [InlineData("\"2026-05-01T12:00:00.000000005Z\"", 7, ScanVerdict.Failed)]
    [InlineData("\"2026-06-02T12:05:00Z\"", 1, ScanVerdict.Passed)]
    [InlineData("\"0001-01-01T00:00:00Z\"", 1, ScanVerdict.CouldNotCheck)]
    [InlineData(null, 1, ScanVerdict.CouldNotCheck)]
    public void The_age_of_a_report_counts_where_it_is_limited(string? createdAt, int days, ScanVerdict verdict)
    {
        var report = Reports.With(Reports.Image("LOW"), "/CreatedAt", createdAt);

        Assert.Equal(verdict, Reports.Decide(report, new() { MaximumReportAge = TimeSpan.FromDays(days) }).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(report).Verdict);
    }

    [Fact]
    public void A_date_in_the_future_fails_whether_or_not_an_age_is_limited()
    {
        var report = Reports.With(Reports.Image("LOW"), "/CreatedAt", "\"2026-06-03T12:00:00Z\"");
        foreach (var decision in new[]
        {
            Reports.Decide(report),
            Reports.Decide(report, new() { MaximumReportAge = TimeSpan.FromDays(1) }),
            Reports.Decide(report, new() { MaximumReportAge = TimeSpan.FromDays(30), DangerouslyAllowEmpty = "a test" }),
            Reports.Decide(report, Run),
            Reports.Decide(Reports.Image("LOW"), Run with { DatabaseUpdatedAt = Reports.Now.AddHours(1) }),
        })
        {
            Assert.Equal(ScanVerdict.Failed, decision.Verdict);
            Assert.Equal(["SCN012"], decision.CheckOf(ScanCheckName.Age).Codes);
        }
    }

    [Fact]
    public void A_scan_that_is_run_here_is_held_to_the_age_of_its_report()
    {
        ScanPolicy policy = new() { MaximumReportAge = TimeSpan.FromDays(1) };

        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.Image("LOW"), Run, policy).Verdict);
        var old = Reports.Decide(Reports.With(Reports.Image("LOW"), "/CreatedAt", "\"2026-05-01T12:00:00Z\""), Run, policy);
        Assert.Equal((ScanVerdict.Failed, "SCN010"), (old.Verdict, Assert.Single(old.CheckOf(ScanCheckName.Age).Codes)));

        // A Trivy before 0.48 does not say; what it scans here it scans now.
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.With(Reports.Image("LOW"), "/CreatedAt", null), Run, policy).Verdict);
    }

    [Fact]
    public void The_age_of_the_database_is_known_of_a_scan_that_is_run_here_alone()
    {
        ScanPolicy policy = new() { MaximumDatabaseAge = TimeSpan.FromDays(3) };

        Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(Reports.Image("LOW"), policy).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.Image("LOW"), Run, policy).Verdict);
        Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(Reports.Image("LOW"), Run with { DatabaseUpdatedAt = null }, policy).Verdict);

        var old = Reports.Decide(Reports.Image("LOW"), Run with { DatabaseUpdatedAt = Reports.Now.AddDays(-4) }, policy);
        Assert.Equal(ScanVerdict.Failed, old.Verdict);
        Assert.Equal(["SCN011"], old.CheckOf(ScanCheckName.Age).Codes);

        var future = Reports.Decide(Reports.Image("LOW"), Run with { DatabaseUpdatedAt = Reports.Now.AddDays(1) }, policy);
        Assert.Equal(["SCN012"], future.CheckOf(ScanCheckName.Age).Codes);
    }

    [Theory]
    [InlineData("CVE-2099-1001", null, null, null, true)]
    [InlineData("cve-2099-1001", null, null, null, true)]
    [InlineData("CVE-2099-1001", "zlib", null, null, true)]
    [InlineData("CVE-2099-1001", "musl", null, null, false)]
    [InlineData("CVE-2099-1001", null, "iris (alpine 3.22.1)", null, true)]
    [InlineData("CVE-2099-1001", null, "iris", null, false)]
    [InlineData("CVE-2099-1001", null, null, "pkg:apk/alpine/zlib", true)]
    [InlineData("CVE-2099-1001", null, null, "pkg:apk/alpine/zlib@1.3.1-r2", true)]
    [InlineData("CVE-2099-1001", null, null, "pkg:apk/alpine/zlib@1.3.1-r2?arch=x86_64", true)]
    [InlineData("CVE-2099-1001", null, null, "pkg:apk/alpine/zli", false)]
    [InlineData("CVE-2099-1001", null, null, "pkg:apk/alpine/zlib@1.3.1", false)]
    [InlineData("CVE-2099-100", null, null, null, false)]
    [InlineData("CVE-2099-10011", null, null, null, false)]
    public void An_exception_is_for_what_it_names_and_nothing_else(string id, string? package, string? path, string? url, bool isIgnored)
    {
        ScanPolicy policy = new() { Ignored = [Ignore(id, package, path, url)] };

        var decision = Reports.Decide(Reports.Image(), policy);
        Assert.Equal(isIgnored ? ScanVerdict.Passed : ScanVerdict.Failed, decision.Verdict);
        Assert.Equal(isIgnored ? [] : ["SCN019"], decision.CheckOf(ScanCheckName.Exceptions).Codes);
        Assert.Equal(isIgnored ? policy.Ignored[0] : null, decision.Findings[0].IgnoredBy);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void An_exception_counts_to_the_end_of_its_last_day(int day, bool counts)
    {
        // The last day is 2 June; it is asked on the 1st, 2nd and 3rd.
        var time = new DateTimeOffset(2026, 6, day, 23, 59, 59, TimeSpan.Zero);
        ScanPolicy policy = new() { Ignored = [Ignore("CVE-2099-1001", expires: new(2026, 6, 2))] };

        var decision = ScanGate.Decide(Reports.Parse(Reports.Image()), policy, new Reports.FixedTime(time));
        Assert.Equal(counts ? ScanVerdict.Passed : ScanVerdict.Failed, decision.Verdict);
        Assert.Equal(counts ? [] : ["SCN018"], decision.CheckOf(ScanCheckName.Exceptions).Codes);
    }

    [Fact]
    public void An_expired_exception_does_not_stand_before_one_that_counts()
    {
        ScanPolicy policy = new() { Ignored = [Ignore("CVE-2099-1001", expires: new(2020, 1, 1)), Ignore("CVE-2099-1001", "zlib")] };

        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.Image(), policy).Verdict);
    }

    private static IgnoredFinding Ignore(string id, string? package = null, string? path = null, string? url = null, DateOnly? expires = null) =>
        new() { Id = id, Reason = "a reason", Expires = expires ?? new(2026, 12, 31), Package = package, Path = path, PackageUrl = url };
}
