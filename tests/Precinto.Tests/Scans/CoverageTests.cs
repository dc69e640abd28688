using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

/// <summary>A report in which nothing was seen is never a pass.</summary>
public sealed class CoverageTests
{
    [Theory]
    [InlineData("/Results", null)]
    [InlineData("/Results", "[]")]
    [InlineData("/Results", """[ { "Target": "iris (alpine 3.22.1)", "Class": "os-pkgs", "Type": "alpine" } ]""")]
    [InlineData("/Results", """[ { "Target": "iris (alpine 3.22.1)", "Class": "os-pkgs", "Type": "alpine", "Packages": [], "Vulnerabilities": null } ]""")]
    [InlineData("/Results", """[ { "Target": "a", "Class": "secret", "Secrets": [ { "RuleID": "x", "Severity": "LOW" } ] } ]""")]
    [InlineData("/Results", """[ { "Target": "a", "Class": "config", "MisconfSummary": { "Successes": 20, "Failures": 0 } } ]""")]
    public void An_image_in_which_no_package_was_seen_is_not_checked(string pointer, string? value)
    {
        var decision = Reports.Decide(Reports.With(Reports.Image("LOW"), pointer, value));

        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Equal(["SCN003"], decision.CheckOf(ScanCheckName.Coverage).Codes);
    }

    [Fact]
    public void A_native_image_without_system_and_packages_is_not_checked()
    {
        var native = Reports.With(Reports.With(Reports.Image(), "/Results", null), "/Metadata/OS", null);

        Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(native).Verdict);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(native, new() { DangerouslyAllowEmpty = "its bill of materials is scanned beside it" }).Verdict);
    }

    [Fact]
    public void A_folder_may_hold_nothing_but_configurations()
    {
        var report = Reports.With(
            Reports.With(Reports.Image(), "/Results", """[ { "Target": "Dockerfile", "Class": "config", "MisconfSummary": { "Successes": 20, "Failures": 0 } } ]"""),
            "/ArtifactType", "\"filesystem\"");

        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.With(report, "/Metadata/OS", null)).Verdict);
    }

    [Fact]
    public void A_system_whose_packages_were_all_hidden_is_not_checked()
    {
        // Who removes /lib/apk/db from an image leaves the packages of its languages to be seen.
        var report = Reports.With(Reports.Image(), "/Results/0", """{ "Target": "iris (alpine 3.22.1)", "Class": "os-pkgs", "Type": "alpine" }""");

        var decision = Reports.Decide(report);
        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Contains("alpine 3.22.1", decision.CheckOf(ScanCheckName.Coverage).Notices[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("os-pkgs", 0, true)]
    [InlineData("lang-pkgs", 1, true)]
    [InlineData("config", 1, false)]
    public void A_class_that_is_demanded_must_have_been_seen(string name, int index, bool isSeen)
    {
        ScanPolicy policy = new() { RequiredClasses = [name] };
        Assert.Equal(isSeen ? ScanVerdict.Passed : ScanVerdict.CouldNotCheck, Reports.Decide(Reports.Image("LOW"), policy).Verdict);

        var without = Reports.Decide(Reports.With(Reports.Image("LOW"), $"/Results/{index}/Class", "\"other\""), policy);
        Assert.Contains("SCN004", without.CheckOf(ScanCheckName.Coverage).Codes);
        Assert.NotEqual(ScanVerdict.Passed, without.Verdict);
    }

    [Fact]
    public void Fewer_packages_than_are_demanded_are_no_pass()
    {
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.Image("LOW"), new() { MinimumPackages = 3 }).Verdict);

        var decision = Reports.Decide(Reports.Image("LOW"), new() { MinimumPackages = 4 });
        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Equal(["SCN005"], decision.CheckOf(ScanCheckName.Coverage).Codes);
    }

    [Theory]
    [InlineData("""{ "Name": "zlib", "Version": "1.3.1-r2" }""")]
    [InlineData("""{ "Name": "zlib", "Version": "1.3.1-r2", "ID": "another" }""")]
    [InlineData("""{}""")]
    [InlineData("""{ "Name": "pad" }""")]
    [InlineData("""{ "Version": "1" }""")]
    [InlineData("""{ "Name": "", "Version": "1" }""")]
    [InlineData("""{ "Name": null, "Version": null }""")]
    public void A_package_counts_once_and_only_with_a_name_and_a_version(string package)
    {
        var padded = Reports.With(Reports.Image("LOW"), "/Results/1/Packages", $"[ {string.Join(',', Enumerable.Repeat(package, 50))} ]")
            .Replace("\"lang-pkgs\",\"Type\":\"dotnet-core\"", "\"os-pkgs\",\"Type\":\"alpine\"", StringComparison.Ordinal);

        Assert.Equal(2, Reports.Parse(padded).PackageCount);
        Assert.Equal(["SCN005"], Reports.Decide(padded, new() { MinimumPackages = 3 }).CheckOf(ScanCheckName.Coverage).Codes);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(padded, new() { MinimumPackages = 2 }).Verdict);
    }

    [Fact]
    public void A_result_that_stands_there_again_adds_no_packages()
    {
        var report = Reports.Image("LOW");
        var result = System.Text.Json.Nodes.JsonNode.Parse(report)!["Results"]![0]!.ToJsonString();
        var repeated = Reports.With(report, "/Results", $"[ {string.Join(',', Enumerable.Repeat(result, 20))} ]");

        Assert.Equal(2, Reports.Parse(repeated).PackageCount);
        Assert.Equal(ScanVerdict.CouldNotCheck, Reports.Decide(repeated, new() { MinimumPackages = 3 }).Verdict);
    }

    [Fact]
    public void An_entry_that_is_no_package_is_refused() =>
        Assert.Throws<ScanReportException>(() => Reports.Parse(Reports.With(Reports.Image("LOW"), "/Results/1/Packages", "[ null ]")));

    [Fact]
    public void Packages_that_are_not_listed_are_counted_by_what_was_found_in_them()
    {
        var unlisted = Reports.With(Reports.With(Reports.Image("LOW"), "/Results/0/Packages", null), "/Results/1/Packages", null);

        Assert.Equal(ScanVerdict.Passed, Reports.Decide(unlisted, new() { MinimumPackages = 1 }).Verdict);
        Assert.Equal(["SCN006"], Reports.Decide(unlisted, new() { MinimumPackages = 2 }).CheckOf(ScanCheckName.Coverage).Codes);
    }

    [Fact]
    public void What_a_later_Trivy_may_add_to_its_results_is_not_passed_over()
    {
        var decision = Reports.Decide(Reports.With(Reports.Image("LOW"), "/Results/1/Malware", """[ { "Name": "worm" } ]"""));

        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.Equal(["SCN007"], decision.CheckOf(ScanCheckName.Coverage).Codes);
        Assert.Equal(ScanVerdict.Passed, Reports.Decide(Reports.With(Reports.Image("LOW"), "/Results/1/Malware", "[]")).Verdict);
    }
}
