using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

public sealed class SarifTests
{
    internal static string Sarif(string severity = "HIGH", string tag = "HIGH", string name = "OsPackageVulnerability", string driver = "Trivy") => $$"""
        { "version": "2.1.0", "runs": [ {
          "tool": { "driver": { "name": "{{driver}}", "version": "0.69.3", "rules": [
            { "id": "CVE-2099-1001", "name": "{{name}}", "shortDescription": { "text": "zlib: overflow" }, "helpUri": "https://example.org/1",
              "properties": { "tags": [ "vulnerability", "security", "{{tag}}" ] } } ] } },
          "results": [ { "ruleId": "CVE-2099-1001", "ruleIndex": 0, "level": "error",
            "message": { "text": "Package: zlib\nInstalled Version: 1.3.1-r2\nVulnerability CVE-2099-1001\nSeverity: {{severity}}\nFixed Version: 1.3.1-r3" },
            "locations": [ { "physicalLocation": { "artifactLocation": { "uri": "iris" } } } ] } ],
          "properties": { "imageName": "iris", "imageID": "sha256:11", "repoDigests": [ "iris@sha256:22" ] } } ] }
        """;

    [Fact]
    public void A_result_is_a_package_with_its_versions()
    {
        var report = Reports.Parse(Sarif());
        var finding = Assert.Single(report.Findings);

        Assert.Equal(("CVE-2099-1001", ScanSeverity.High, "zlib", "1.3.1-r2", "1.3.1-r3"), (finding.Id, finding.Severity, finding.Package, finding.InstalledVersion, finding.FixedVersion));
        Assert.Equal(("iris", "os-pkgs", "zlib: overflow"), (finding.Target, finding.Class, finding.Title));
        Assert.Equal(["iris@sha256:22"], report.RepoDigests);
        Assert.Equal("0.69.3", report.ScannerVersion);
    }

    [Fact]
    public void What_SARIF_cannot_say_is_no_pass_where_a_rule_asks_for_it()
    {
        var low = Sarif("LOW", "LOW");
        Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(low).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(low, new() { AllowEndOfLife = true }).Verdict);
        foreach (var policy in new ScanPolicy[]
        {
            new() { AllowEndOfLife = true, MaximumReportAge = TimeSpan.FromDays(7) },
            new() { AllowEndOfLife = true, MaximumDatabaseAge = TimeSpan.FromDays(7) },
            new() { AllowEndOfLife = true, MinimumPackages = 2 },
            new() { AllowEndOfLife = true, RequiredClasses = ["lang-pkgs"] },
        })
            Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(low, policy).Verdict);
    }

    [Fact]
    public void A_grave_finding_fails_whatever_else_is_not_known() => Assert.Equal(ScanVerdict.Failed, Reports.Decide(Sarif()).Verdict);

    [Fact]
    public void SARIF_without_results_is_no_pass_unless_the_rules_say_why()
    {
        const string Report = """{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [] } ] }""";

        Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(Report, new() { AllowEndOfLife = true, Severities = [ScanSeverity.Critical] }).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Report, new() { AllowEndOfLife = true, DangerouslyAllowEmpty = "a test" }).Verdict);
    }

    [Theory]
    [InlineData("""{ "version": "2.1.0" , "runs": [] }""", "SCN001")]
    [InlineData("""{ "version": "2.1.0" , "runs": null }""", "SCN001")]
    [InlineData("""{ "version": "2.1.0" , "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": null } ] }""", "SCN001")]
    [InlineData("""{ "version": "2.1.0" , "runs": [ { "tool": { "driver": { "name": "Trivy" } } } ] }""", "SCN001")]
    [InlineData("""{ "version": "2.1.0" , "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [], "externalPropertyFileReferences": { "results": [ {} ] } } ] }""", "SCN001")]
    [InlineData("""{ "version": "2.1.0" , "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [], "invocations": [ { "executionSuccessful": false } ] } ] }""", "SCN008")]
    [InlineData("""{ "version": "2.1.0" , "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [], "invocations": [ {} ] } ] }""", "SCN008")]
    [InlineData("""{ "version": "2.1.0" , "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [], "invocations": [ { "executionSuccessful": true, "toolExecutionNotifications": [ { "level": "error" } ] } ] } ] }""", "SCN008")]
    [InlineData("""{ "SchemaVersion": 2, "Results": [], "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [] } ] }""", "SCN001")]
    public void A_scan_that_failed_is_no_empty_report(string report, string code) =>
        Assert.Equal(code, Assert.Throws<ScanReportException>(() => Reports.Parse(report)).Code);

    [Theory]
    [InlineData("\"results\": [", "\"Results\": [], \"results\": [")]
    [InlineData("\"results\": [", "\"results \": [], \"results\": [")]
    [InlineData("\"tags\": [", "\"Tags\": [], \"tags\": [")]
    [InlineData("\"version\": \"0.69.3\"", "\"Version\": \"0.69.3\"")]
    [InlineData("\"version\": \"0.69.3\"", "\"version\": \" 0.69.4 \"")]
    [InlineData("\"level\": \"error\"", "\"RuleId\": \"CVE-2099-1\"")]
    public void A_member_in_another_case_is_refused(string before, string after) =>
        Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => Reports.Parse(Sarif().Replace(before, after, StringComparison.Ordinal))).Code);

    [Theory]
    [InlineData("LOW", "CRITICAL", ScanSeverity.Critical)]
    [InlineData("CRITICAL", "LOW", ScanSeverity.Critical)]
    [InlineData("none", "MEDIUM", ScanSeverity.Medium)]
    public void The_heavier_of_two_severities_counts(string severity, string tag, ScanSeverity expected) =>
        Assert.Equal(expected, Assert.Single(Reports.Parse(Sarif(severity, tag)).Findings).Severity);

    [Fact]
    public void A_package_cannot_name_itself_lighter() =>
        Assert.Equal(ScanSeverity.High, Assert.Single(Reports.Parse(Sarif().Replace("Package: zlib", "Package: zlib\\nSeverity: LOW", StringComparison.Ordinal)).Findings).Severity);

    [Theory]
    [InlineData("LanguageSpecificPackageVulnerability", ScanFindingKind.Vulnerability, "lang-pkgs")]
    [InlineData("Misconfiguration", ScanFindingKind.Misconfiguration, "config")]
    [InlineData("Secret", ScanFindingKind.Secret, "secret")]
    [InlineData("License", ScanFindingKind.License, "license")]
    [InlineData("UnknownIssue", ScanFindingKind.Vulnerability, null)]
    public void The_name_of_a_rule_tells_what_it_is_about(string name, ScanFindingKind kind, string? @class)
    {
        var finding = Assert.Single(Reports.Parse(Sarif(name: name)).Findings);
        Assert.Equal((kind, @class), (finding.Kind, finding.Class));
    }

    [Fact]
    public void A_result_without_a_severity_or_a_rule_is_refused()
    {
        Assert.Throws<ScanReportException>(() => Reports.Parse(Sarif("none", "none")));
        Assert.Throws<ScanReportException>(() => Reports.Parse(Sarif().Replace("\"ruleId\": \"CVE-2099-1001\"", "\"ruleId\": \"CVE-2099-7\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"version\": \"2.1.0\"", "\"version\": \"2.0.0\"")]
    [InlineData("\"ruleId\": \"CVE-2099-1001\",", "")]
    [InlineData("\"driver\":", "\"other\":")]
    [InlineData("\"name\": \"Trivy\",", "")]
    [InlineData("\"locations\": [ {", "\"locations\": [ 7, {")]
    public void What_is_no_SARIF_is_refused(string before, string after) =>
        Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => Reports.Parse(Sarif().Replace(before, after, StringComparison.Ordinal))).Code);

    [Fact]
    public void Two_rules_for_one_vulnerability_are_refused() =>
        Assert.Throws<ScanReportException>(() => Reports.Parse(Sarif().Replace("\"rules\": [", "\"rules\": [ { \"id\": \"CVE-2099-1001\" },", StringComparison.Ordinal)));
}
