using System.Text;
using Precinto.Scans;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Scans;

public sealed class ScanPolicyDocumentTests
{
    [Fact]
    public void Rules_that_say_nothing_are_the_strictest()
    {
        var policy = Parse("");

        Assert.Equal(new ScanPolicy().Severities, policy.Severities);
        Assert.Equal(Enum.GetValues<ScanFindingKind>().Order(), policy.Kinds.Order());
        Assert.False(policy.IgnoreUnfixed);
        Assert.False(policy.AllowEndOfLife);
        Assert.Null(policy.DangerouslyAllowEmpty);
        Assert.Empty(policy.Ignored);
    }

    [Fact]
    public void All_members_are_read()
    {
        var policy = Parse("""
            , "severities": [ "LOW", "UNKNOWN" ], "kinds": [ "vulnerability", "secret" ], "ignoreUnfixed": true, "allowEndOfLife": true,
            "maximumReportAgeDays": 7, "maximumDatabaseAgeDays": 2, "requiredClasses": [ "os-pkgs" ], "minimumPackages": 9, "dangerouslyAllowEmpty": "an image from scratch",
            "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "2027-01-31", "package": "zlib", "path": "a", "purl": "pkg:apk/alpine/zlib" } ]
            """);

        Assert.Equal([ScanSeverity.Low, ScanSeverity.Unknown], policy.Severities);
        Assert.Equal([ScanFindingKind.Vulnerability, ScanFindingKind.Secret], policy.Kinds);
        Assert.True(policy.IgnoreUnfixed);
        Assert.True(policy.AllowEndOfLife);
        Assert.Equal((TimeSpan.FromDays(7), TimeSpan.FromDays(2)), (policy.MaximumReportAge, policy.MaximumDatabaseAge));
        Assert.Equal(["os-pkgs"], policy.RequiredClasses);
        Assert.Equal((9, "an image from scratch"), (policy.MinimumPackages, policy.DangerouslyAllowEmpty));
        var ignored = Assert.Single(policy.Ignored);
        Assert.Equal(("CVE-2099-1", "why", new DateOnly(2027, 1, 31)), (ignored.Id, ignored.Reason, ignored.Expires));
        Assert.Equal(("zlib", "a", "pkg:apk/alpine/zlib"), (ignored.Package, ignored.Path, ignored.PackageUrl));
    }

    [Theory]
    [InlineData(""", "severity": [ "LOW" ]""")]
    [InlineData(""", "severities": []""")]
    [InlineData(""", "severities": [ "high" ]""")]
    [InlineData(""", "severities": [ "HIGH", "HIGH" ]""")]
    [InlineData(""", "severities": "HIGH" """)]
    [InlineData(""", "severities": null""")]
    [InlineData(""", "kinds": []""")]
    [InlineData(""", "kinds": [ "vuln" ]""")]
    [InlineData(""", "ignoreUnfixed": "true" """)]
    [InlineData(""", "ignoreUnfixed": true, "ignoreUnfixed": false""")]
    [InlineData(""", "allowEndOfLife": 1""")]
    [InlineData(""", "maximumReportAgeDays": 0""")]
    [InlineData(""", "maximumReportAgeDays": -1""")]
    [InlineData(""", "maximumDatabaseAgeDays": 36501""")]
    [InlineData(""", "maximumDatabaseAgeDays": 1.5""")]
    [InlineData(""", "requiredClasses": [ "secret" ]""")]
    [InlineData(""", "minimumPackages": -1""")]
    [InlineData(""", "dangerouslyAllowEmpty": true""")]
    [InlineData(""", "dangerouslyAllowEmpty": "  " """)]
    [InlineData(""", "dangerouslyAllowEmpty": "\u200b" """)]
    [InlineData(""", "dangerouslyAllowEmpty": "..." """)]
    [InlineData(""", "ignored": [ "CVE-2099-1" ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "\u200b\u200d", "expires": "2027-01-31" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "\u202e\u2066 \u00a0", "expires": "2027-01-31" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "\u0000\u001b", "expires": "2027-01-31" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "\u3164\u115f\u2800", "expires": "2027-01-31" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "2027-01-31", "purl": "pkg:npm/" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "2027-01-31", "purl": "pkg:npm" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "expires": "2027-01-31" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": " ", "expires": "2027-01-31" } ]""")]
    [InlineData(""", "ignored": [ { "id": "", "reason": "why", "expires": "2027-01-31" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "2027-02-30" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "never" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "2027-01-31T00:00:00Z" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "2027-01-31", "purl": "zlib" } ]""")]
    [InlineData(""", "ignored": [ { "id": "CVE-2099-1", "reason": "why", "expires": "2027-01-31", "paths": "a" } ]""")]
    public void A_slip_never_makes_rules_weaker(string members) => Assert.Throws<ScanPolicyException>(() => Parse(members));

    [Fact]
    public void One_identifier_is_ignored_so_often_and_no_more()
    {
        // Each finding of that identifier is compared with each of them.
        Assert.Equal(1000, Parse($", \"ignored\": [ {Repeat(1000)} ]").Ignored.Count);
        Assert.Contains("1001 times", Assert.Throws<ScanPolicyException>(() => Parse($", \"ignored\": [ {Repeat(1001)} ]")).Message, StringComparison.Ordinal);

        static string Repeat(int count) => string.Join(',', Enumerable.Range(0, count)
            .Select(index => $$"""{ "id": "{{(index % 2 == 0 ? "CVE-2099-1" : "cve-2099-1")}}", "reason": "why", "expires": "2027-01-31", "path": "{{index}}" }"""));
    }

    [Fact]
    public void What_code_sets_has_a_reason_and_names_a_package_as_well()
    {
        Assert.Throws<ArgumentException>(() => new IgnoredFinding { Id = "CVE-2099-1", Reason = "\u200b", Expires = new(2099, 1, 1) });
        Assert.Throws<ArgumentException>(() => new IgnoredFinding { Id = "CVE-2099-1", Reason = "why", Expires = new(2099, 1, 1), PackageUrl = "zlib" });
        Assert.Throws<ArgumentException>(() => new ScanPolicy { DangerouslyAllowEmpty = "" });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "schema": "precinto.policy/v1" }""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_are_no_rules_is_refused(string text) => Assert.Throws<ScanPolicyException>(() => ScanPolicyDocument.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_file_is_named_in_what_is_wrong_with_it()
    {
        using TemporaryFolder folder = new();
        var path = folder.Write("rules.json", "{}");

        Assert.StartsWith(path, Assert.Throws<ScanPolicyException>(() => ScanPolicyDocument.Load(path)).Message, StringComparison.Ordinal);
        Assert.StartsWith(folder.Path, Assert.Throws<ScanPolicyException>(() => ScanPolicyDocument.Load(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ScanPolicyDocument.Load(folder["none.json"]));
    }

    private static ScanPolicy Parse(string members) => ScanPolicyDocument.Parse(Encoding.UTF8.GetBytes($$"""{ "schema": "precinto.scan-rules/v1"{{members}} }"""));
}
