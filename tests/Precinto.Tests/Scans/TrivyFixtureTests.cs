using Precinto.Scans;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Scans;

/// <summary>What Trivy really printed, with the verdicts that a person reached who looked into each.</summary>
public sealed class TrivyFixtureTests
{
    // The reports are of 25 August 2021.
    private static readonly Reports.FixedTime NextDay = new(new(2021, 8, 26, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    // Four MEDIUM; but alpine 3.10 was at its end of life.
    [InlineData("alpine-310.json", 4, ScanVerdict.Failed, "SCN013")]
    // The same as SARIF, which does not say so.
    [InlineData("alpine-310.sarif", 4, ScanVerdict.CouldNotCheck, "SCN006")]
    // One MEDIUM.
    [InlineData("alpine-distroless.json", 1, ScanVerdict.Passed, null)]
    // One CRITICAL that has a fix.
    [InlineData("debian-buster-ignore-unfixed.json", 1, ScanVerdict.Failed, "SCN014")]
    // Two MEDIUM, two LOW.
    [InlineData("distroless-base.json", 4, ScanVerdict.Passed, null)]
    // A container that runs as root: HIGH.
    [InlineData("dockerfile.json", 1, ScanVerdict.Failed, "SCN015")]
    // Newtonsoft.Json 9.0.1: HIGH, fixed.
    [InlineData("dotnet.json", 1, ScanVerdict.Failed, "SCN014")]
    // One LOW in the kubelet; of the system, nothing is listed.
    [InlineData("minikube-kbom.json", 1, ScanVerdict.Passed, null)]
    [InlineData("nuget.json", 1, ScanVerdict.Failed, "SCN014")]
    // A key of AWS (CRITICAL) and one by a rule of their own (HIGH).
    [InlineData("secrets.json", 2, ScanVerdict.Failed, "SCN016")]
    // Four MEDIUM, one LOW without a fix.
    [InlineData("ubuntu-1804.json", 5, ScanVerdict.Passed, null)]
    public void Each_report_comes_to_the_verdict_that_was_reached_by_hand(string name, int findings, ScanVerdict verdict, string? code)
    {
        var decision = ScanGate.Decide(ScanReport.Parse(Fixtures.Read("trivy", name)), new(), NextDay);

        Assert.Equal(findings, decision.Findings.Count);
        Assert.Equal(verdict, decision.Verdict);
        Assert.Equal(code is null ? [] : [code], decision.Checks.SelectMany(check => check.Codes));
    }

    [Fact]
    public void A_report_and_its_SARIF_name_the_same_findings()
    {
        var json = ScanReport.Parse(Fixtures.Read("trivy", "alpine-310.json"));
        var sarif = ScanReport.Parse(Fixtures.Read("trivy", "alpine-310.sarif"));

        Assert.Equal(
            json.Findings.Select(finding => (finding.Id, finding.Severity, finding.Package, finding.InstalledVersion, finding.FixedVersion, finding.Class)).Order(),
            sarif.Findings.Select(finding => (finding.Id, finding.Severity, finding.Package, finding.InstalledVersion, finding.FixedVersion, finding.Class)).Order());
        Assert.Equal(json.ImageId, sarif.ImageId);
        Assert.Equal(json.ArtifactName, sarif.ArtifactName);
        Assert.Equal((true, null), (json.IsEndOfLife, sarif.IsEndOfLife));
    }

    [Fact]
    public void What_the_report_says_is_read()
    {
        var report = ScanReport.Parse(Fixtures.Read("trivy", "ubuntu-1804.json"));

        Assert.Equal("dev", report.ScannerVersion);
        Assert.Equal(new DateTimeOffset(2021, 8, 25, 12, 20, 30, TimeSpan.Zero), report.CreatedAt);
        Assert.Equal(("ubuntu", "18.04", false), (report.SystemFamily, report.SystemName, report.IsEndOfLife));
        Assert.Equal("container_image", report.ArtifactType);
        Assert.Null(report.PackageCount);
        Assert.Equal("affected", report.Findings[0].Status);
        Assert.True(report.Findings[0].IsUnfixed);
    }

    [Fact]
    public void What_is_without_a_fix_passes_with_the_rule_as_with_the_flag_of_Trivy()
    {
        var report = ScanReport.Parse(Fixtures.Read("trivy", "distroless-base.json"));
        ScanPolicy policy = new() { Severities = [ScanSeverity.Medium], IgnoreUnfixed = true };

        Assert.Equal(ScanVerdict.Passed, ScanGate.Decide(report, policy, NextDay).Verdict);
        Assert.Equal(ScanVerdict.Failed, ScanGate.Decide(report, new() { Severities = [ScanSeverity.Medium] }, NextDay).Verdict);
    }

    [Fact]
    public void A_class_that_is_only_named_was_not_seen()
    {
        var report = ScanReport.Parse(Fixtures.Read("trivy", "minikube-kbom.json"));

        Assert.Equal(ScanVerdict.CouldNotCheck, ScanGate.Decide(report, new() { RequiredClasses = ["os-pkgs"] }, NextDay).Verdict);
        Assert.Equal(ScanVerdict.Passed, ScanGate.Decide(report, new() { RequiredClasses = ["lang-pkgs"] }, NextDay).Verdict);
    }

    [Fact]
    public void What_a_secret_is_does_not_leave_the_report()
    {
        var report = ScanReport.Parse(Fixtures.Read("trivy", "secrets.json"));

        Assert.All(report.Findings, finding => Assert.DoesNotContain("AWS_ACCESS_KEY_ID=", $"{finding.Title} {finding.Package} {finding.Id}", StringComparison.Ordinal));
        Assert.Equal([3L, 7L], report.Findings.Select(finding => finding.Line!.Value));
    }
}
