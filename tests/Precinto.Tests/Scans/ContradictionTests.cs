using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

/// <summary>A report that contradicts itself, or says what nobody understands, is not checked: whatever it does not say may be what fails.</summary>
public sealed class ContradictionTests
{
    private static readonly ScannerRun Run = new() { Path = "/usr/bin/trivy", Version = "0.69.3", ExitCode = 0, Order = Reports.Order };

    [Theory]
    [InlineData("/Results/1/Class", "\"unknown\"", "SCN007")]
    [InlineData("/Results/1/Class", "\"Lang-pkgs\"", "SCN007")]
    [InlineData("/Results/1/Class", null, "SCN007")]
    [InlineData("/Results/1/Error", "\"analysis failed\"", "SCN007")]
    [InlineData("/Results/1/Status", "\"Error\"", "SCN007")]
    [InlineData("/Results/1/Truncated", "true", "SCN007")]
    [InlineData("/Error", "\"unable to initialize\"", "SCN007")]
    [InlineData("/Malware", """[ "worm" ]""", "SCN007")]
    [InlineData("/Incomplete", "true", "SCN007")]
    [InlineData("/ArtifactType", "\"container\"", "SCN007")]
    [InlineData("/ArtifactType", null, "SCN007")]
    [InlineData("/Metadata/OS/EndOfLife", "true", "SCN007")]
    public void What_nobody_understands_is_no_pass(string pointer, string? value, string code)
    {
        var decision = Reports.Decide(Reports.With(Reports.Image("LOW"), pointer, value), new() { DangerouslyAllowEmpty = "a test", AllowEndOfLife = true });

        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Contains(code, decision.CheckOf(ScanCheckName.Coverage).Codes);
    }

    [Theory]
    [InlineData("/Metadata/OS", null)]
    [InlineData("/Metadata/OS", "null")]
    [InlineData("/Metadata/OS", "{}")]
    [InlineData("/Metadata/OS/Family", "\"none\"")]
    [InlineData("/Metadata/OS/Family", "\"None\"")]
    [InlineData("/Metadata/OS/Family", "\" \"")]
    [InlineData("/Metadata/OS/Family", "null")]
    [InlineData("/Metadata", null)]
    public void Packages_of_a_system_that_is_not_named_are_no_pass(string pointer, string? value)
    {
        var decision = Reports.Decide(Reports.With(Reports.Image("LOW"), pointer, value), new() { AllowEndOfLife = true });

        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Equal(["SCN006"], decision.CheckOf(ScanCheckName.Support).Codes);
    }

    [Fact]
    public void A_system_that_is_named_and_no_target_is_no_pass_where_packages_are_not_listed()
    {
        // Without --list-all-pkgs a clean system is a target without members.
        var report = Reports.With(Reports.Image("LOW"), "/Results",
            """[ { "Target": "a", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [ { "VulnerabilityID": "CVE-2099-1", "Severity": "LOW" } ] } ]""");

        Assert.Equal(["SCN003"], Reports.Decide(report).CheckOf(ScanCheckName.Coverage).Codes);
    }

    [Theory]
    [InlineData("""{ "Successes": 3, "Failures": 2 }""", false)]
    [InlineData("""{ "Successes": 3, "Failures": 0 }""", false)]
    [InlineData("""{ "Successes": 3 }""", false)]
    [InlineData("""{ "Successes": 3, "Failures": 1 }""", true)]
    [InlineData("""{ "Successes": 3, "Failures": 1, "Exceptions": 4 }""", true)]
    public void Failures_that_are_counted_are_listed(string summary, bool isRead)
    {
        var report = Reports.With(
            Reports.With(Reports.Image("LOW"), "/Results/1/Misconfigurations", """[ { "ID": "DS-0002", "Severity": "LOW", "Status": "FAIL" } ]"""), "/Results/1/MisconfSummary", summary);

        if (!isRead)
            Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => Reports.Parse(report)).Code);
        else
            Assert.Equal(summary.Contains("Exceptions", StringComparison.Ordinal) ? 4 : 0, Reports.Parse(report).SuppressedCount);
    }

    [Fact]
    public void Numbers_that_add_up_to_more_than_there_can_be_are_read()
    {
        const string One = """{ "Target": "a", "Class": "config", "MisconfSummary": { "Successes": 1000000, "Exceptions": 1000000 } }""";
        var report = Reports.With(Reports.Image("LOW"), "/Results", $"[ {string.Join(',', Enumerable.Repeat(One, 3000))} ]");

        Assert.Equal(int.MaxValue, Reports.Parse(report).SuppressedCount);
    }

    [Theory]
    [InlineData("/ArtifactName", "\"registry.example/iris:0.9.0\"")]
    [InlineData("/ArtifactName", null)]
    [InlineData("/ArtifactType", "\"filesystem\"")]
    [InlineData("/Trivy/Version", "\"0.70.0\"")]
    [InlineData("/Trivy/Version", "\"dev\"")]
    public void A_scan_that_is_run_here_answers_what_it_was_asked(string pointer, string? value)
    {
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.Image("LOW"), Run).Verdict);

        var decision = Reports.Decide(Reports.With(Reports.Image("LOW"), pointer, value), Run);
        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Equal(["SCN008"], decision.CheckOf(ScanCheckName.Scanner).Codes);
    }
}
