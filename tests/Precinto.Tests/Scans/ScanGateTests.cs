using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

public sealed class ScanGateTests
{
    [Theory]
    [InlineData("CRITICAL", ScanVerdict.Failed)]
    [InlineData("HIGH", ScanVerdict.Failed)]
    [InlineData("UNKNOWN", ScanVerdict.Failed)]
    [InlineData("MEDIUM", ScanVerdict.Passed)]
    [InlineData("LOW", ScanVerdict.Passed)]
    public void Unless_told_otherwise_what_is_grave_fails_and_what_nobody_has_rated_yet(string severity, ScanVerdict verdict)
    {
        var decision = Reports.Decide(Reports.Image(severity));

        Assert.Equal(verdict, decision.Verdict);
        Assert.Equal(verdict == ScanVerdict.Failed ? ["SCN014"] : [], decision.CheckOf(ScanCheckName.Vulnerabilities).Codes);
    }

    [Fact]
    public void Only_the_severities_that_are_named_fail()
    {
        Assert.Equal(ScanVerdict.Failed, Reports.Decide(Reports.Image("LOW"), new() { Severities = [ScanSeverity.Low] }).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.Image("CRITICAL"), new() { Severities = [ScanSeverity.Low] }).Verdict);
    }

    [Theory]
    [InlineData(null, "affected", ScanFindingOutcome.Unfixed)]
    [InlineData(null, "will_not_fix", ScanFindingOutcome.Unfixed)]
    [InlineData(null, "fix_deferred", ScanFindingOutcome.Unfixed)]
    [InlineData(null, "end_of_life", ScanFindingOutcome.Unfixed)]
    [InlineData(null, null, ScanFindingOutcome.Fails)]
    [InlineData(null, "under_investigation", ScanFindingOutcome.Fails)]
    [InlineData(null, "fixed", ScanFindingOutcome.Fails)]
    [InlineData("1.3.1-r3", "fixed", ScanFindingOutcome.Fails)]
    [InlineData("1.3.1-r3", "affected", ScanFindingOutcome.Fails)]
    public void What_has_no_fix_passes_only_where_it_is_asked_for(string? fixedIn, string? status, ScanFindingOutcome outcome)
    {
        var report = Reports.Image("HIGH", fixedIn, status);

        Assert.Equal(outcome, Assert.Single(Reports.Decide(report, new() { IgnoreUnfixed = true }).Findings).Outcome);
        Assert.Equal(ScanFindingOutcome.Fails, Assert.Single(Reports.Decide(report).Findings).Outcome);
    }

    [Fact]
    public void A_system_at_its_end_of_life_fails_unless_the_rules_allow_it()
    {
        var report = Reports.With(Reports.Image("LOW"), "/Metadata/OS/EOSL", "true");

        var decision = Reports.Decide(report);
        Assert.Equal(ScanVerdict.Failed, decision.Verdict);
        Assert.Equal(["SCN013"], decision.CheckOf(ScanCheckName.Support).Codes);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(report, new() { AllowEndOfLife = true }).Verdict);
    }

    [Theory]
    [InlineData("Secrets", """[ { "RuleID": "aws-access-key-id", "Severity": "CRITICAL", "StartLine": 3 } ]""", ScanCheckName.Secrets, "SCN016")]
    [InlineData("Misconfigurations", """[ { "ID": "DS-0002", "Severity": "HIGH", "Status": "FAIL" } ]""", ScanCheckName.Misconfigurations, "SCN015")]
    [InlineData("Misconfigurations", """[ { "ID": "DS-0002", "Severity": "HIGH" } ]""", ScanCheckName.Misconfigurations, "SCN015")]
    [InlineData("Licenses", """[ { "Name": "AGPL-3.0", "PkgName": "zlib", "Severity": "CRITICAL" } ]""", ScanCheckName.Licenses, "SCN017")]
    public void Secrets_misconfigurations_and_licences_fail_as_vulnerabilities_do(string member, string value, ScanCheckName name, string code)
    {
        var report = Reports.With(Reports.Image("LOW"), $"/Results/0/{member}", value);

        var decision = Reports.Decide(report);
        Assert.Equal(ScanVerdict.Failed, decision.Verdict);
        Assert.Equal([code], decision.CheckOf(name).Codes);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(report, new() { Kinds = [ScanFindingKind.Vulnerability] }).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(report.Replace("CRITICAL", "LOW", StringComparison.Ordinal).Replace("HIGH", "LOW", StringComparison.Ordinal)).Verdict);
    }

    [Fact]
    public void A_configuration_that_keeps_its_rules_is_no_finding()
    {
        var report = Reports.With(Reports.Image("LOW"), "/Results/1/Misconfigurations", """
            [ { "ID": "DS-0001", "Severity": "HIGH", "Status": "PASS" }, { "ID": "DS-0002", "Severity": "HIGH", "Status": "EXCEPTION" } ]
            """);

        var decision = Reports.Decide(report);
        Assert.Equal(ScanVerdict.Passed, decision.Verdict);
        Assert.Single(decision.Findings);

        // Who exempted it was not asked for a reason; it is said at least.
        Assert.Equal(["SCN020"], decision.CheckOf(ScanCheckName.Exceptions).Codes);
    }

    [Fact]
    public void Findings_that_Trivy_left_out_are_counted()
    {
        var report = Reports.With(Reports.Image("LOW"), "/Results/0/ExperimentalModifiedFindings", """[ { "Type": "vulnerability", "Status": "ignored" } ]""");

        Assert.Equal(1, Reports.Parse(report).SuppressedCount);
        Assert.Equal(["SCN020"], Reports.Decide(report).CheckOf(ScanCheckName.Exceptions).Codes);
    }

    [Theory]
    [InlineData("0.69.4")]
    [InlineData("0.69.5")]
    [InlineData("v0.69.6")]
    public void A_report_by_a_Trivy_that_attackers_published_is_no_pass(string version)
    {
        var decision = Reports.Decide(Reports.With(Reports.Image("LOW"), "/Trivy/Version", $"\"{version}\""));

        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Equal(["SCN009"], decision.CheckOf(ScanCheckName.Scanner).Codes);
    }

    [Fact]
    public void A_scanner_that_failed_is_no_pass_even_beside_a_report_without_findings()
    {
        ScannerRun run = new() { Path = "/usr/bin/trivy", Version = "0.69.3", ExitCode = 1, Order = Reports.Order };

        Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(Reports.Image("LOW"), run).Verdict);
        Assert.Equal(ScanVerdict.Failed, Reports.Decide(Reports.Image("HIGH"), run).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.Image("LOW"), run with { ExitCode = 0 }).Verdict);
    }

    [Fact]
    public void All_questions_are_answered_in_their_order() =>
        Assert.Equal(Enum.GetValues<ScanCheckName>(), Reports.Decide(Reports.Image()).Checks.Select(check => check.Name));

    [Fact]
    public void The_verdict_that_nobody_set_is_no_pass()
    {
        Assert.NotEqual(ScanVerdict.Passed, default);
        Assert.NotEqual(ScanCheckOutcome.Passed, default);
        Assert.Equal(ScanVerdict.CouldNotCheck, new ScanDecision(Reports.Parse(Reports.Image()), new(), [], [], Reports.Now).Verdict);
    }
}
