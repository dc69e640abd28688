using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

/// <summary>Whatever bytes a report has, it is read or refused by the one exception, in little time and memory.</summary>
public sealed class HostileReportTests
{
    [Fact]
    public void Every_truncation_of_a_report_is_refused()
    {
        foreach (var report in new[] { Reports.Image(), SarifTests.Sarif() })
        {
            var bytes = Encoding.UTF8.GetBytes(report.TrimEnd());
            for (var length = 0; length < bytes.Length; length++)
                Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => ScanReport.Parse(bytes.AsMemory(0, length))).Code);
        }
    }

    [Fact]
    public void A_flipped_bit_is_read_or_refused_and_nothing_else()
    {
        foreach (var report in new[] { Reports.Image(), SarifTests.Sarif() })
        {
            var bytes = Encoding.UTF8.GetBytes(report);
            for (var index = 0; index < bytes.Length; index++)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    bytes[index] ^= (byte)(1 << bit);
                    Try(bytes);
                    bytes[index] ^= (byte)(1 << bit);
                }
            }
        }
    }

    [Theory]
    [InlineData("SchemaVersion", "1")]
    [InlineData("SchemaVersion", "3")]
    [InlineData("SchemaVersion", "\"2\"")]
    [InlineData("SchemaVersion", "2.5")]
    [InlineData("SchemaVersion", "1e99")]
    [InlineData("SchemaVersion", "null")]
    [InlineData("CreatedAt", "\"yesterday\"")]
    [InlineData("CreatedAt", "7")]
    [InlineData("ArtifactName", "[]")]
    [InlineData("Results", "{}")]
    [InlineData("Results", "\"none\"")]
    [InlineData("Results", "[ null ]")]
    [InlineData("Results", "[ [] ]")]
    [InlineData("Metadata", "[]")]
    [InlineData("Metadata/OS/EOSL", "\"false\"")]
    [InlineData("Metadata/RepoDigests", "\"none\"")]
    [InlineData("Metadata/RepoDigests", "[ 1 ]")]
    [InlineData("Results/0/Vulnerabilities", "{}")]
    [InlineData("Results/0/Vulnerabilities/0", "\"none\"")]
    [InlineData("Results/0/Vulnerabilities/0/VulnerabilityID", "null")]
    [InlineData("Results/0/Vulnerabilities/0/VulnerabilityID", "\"\"")]
    [InlineData("Results/0/Vulnerabilities/0/Severity", "\"critical\"")]
    [InlineData("Results/0/Vulnerabilities/0/Severity", "4")]
    [InlineData("Results/0/Vulnerabilities/0/Severity", "null")]
    [InlineData("Results/0/Vulnerabilities/0/Severity", null)]
    [InlineData("Results", "null")]
    [InlineData("Results/0/Packages", "[ 1 ]")]
    [InlineData("Results/0/MisconfSummary", """{ "Successes": 3, "Failures": 1 }""")]
    [InlineData("Results/0/Misconfigurations", """[ { "ID": "DS-0002", "Severity": "HIGH", "Status": "ERROR" } ]""")]
    [InlineData("Trivy/Version", "\" 0.69.4 \"")]
    [InlineData("Trivy/Version", "\"0.69.4\\u200b\"")]
    [InlineData("Trivy/Version", "\"Trivy 0.69.4\"")]
    [InlineData("Results/0/Misconfigurations", """[ { "ID": "DS-0002", "Status": "OK" } ]""")]
    [InlineData("Results/0/MisconfSummary", """{ "Successes": -1, "Failures": 0 }""")]
    [InlineData("Results/0/MisconfSummary", """{ "Successes": 9223372036854775807, "Failures": 9223372036854775807 }""")]
    public void A_member_of_another_type_is_refused(string pointer, string? value) =>
        Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => Reports.Parse(Reports.With(Reports.Image(), "/" + pointer, value))).Code);

    [Theory]
    [InlineData("\"Results\":", "\"Results\": [], \"Results\":")]
    [InlineData("\"Severity\":", "\"Severity\": \"LOW\", \"Severity\":")]
    [InlineData("\"SchemaVersion\":", "\"SchemaVersion\": 2, \"SchemaVersion\":")]
    [InlineData("\"Results\":", "\"R\\u0065sults\": [], \"Results\":")]
    public void A_member_that_stands_there_twice_is_refused(string before, string after) =>
        Assert.Throws<ScanReportException>(() => Reports.Parse(Reports.Image().Replace(before, after, StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"Results\":", "\"results\": [], \"Results\":")]
    [InlineData("\"Results\":", "\"RESULTS\":")]
    [InlineData("\"Results\":", "\"Result\u017f\": [], \"Results\":")]
    [InlineData("\"Results\":", "\"Results \": [], \"Results\":")]
    [InlineData("\"Results\":", "\"Results\u200b\": [], \"Results\":")]
    [InlineData("\"Vulnerabilities\":", "\"vulnerabilities\": [], \"Vulnerabilities\":")]
    [InlineData("\"Vulnerabilities\":", "\"VULNERABILITIES\":")]
    [InlineData("\"Name\": \"3.22.1\"", "\"Name\": \"3.22.1\", \"eosl\": true")]
    [InlineData("\"Severity\":", "\"severity\": \"LOW\", \"Severity\":")]
    [InlineData("\"Status\":", "\"status\": \"fixed\", \"Status\":")]
    [InlineData("\"PURL\":", "\"Purl\":")]
    [InlineData("\"Version\": \"0.69.3\"", "\"version\": \"0.69.3\"")]
    [InlineData("\"Name\": \"musl\"", "\"name\": \"musl\"")]
    public void A_member_in_another_case_is_refused(string before, string after) =>
        Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => Reports.Parse(Reports.Image().Replace(before, after, StringComparison.Ordinal))).Code);

    [Theory]
    [InlineData("")]
    [InlineData("  \n\t ")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"report\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("{ \"SchemaVersion\": 2 } // nothing was found")]
    [InlineData("<html>502</html>")]
    [InlineData("2026-06-01T12:00:00Z\tFATAL\tFatal error")]
    public void What_is_no_report_is_refused(string text) =>
        Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => Reports.Parse(text)).Code);

    [Fact]
    public void Deep_nesting_is_refused()
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
            Assert.Throws<ScanReportException>(() => Reports.Parse(deep));
            Assert.Throws<ScanReportException>(() => Reports.Parse(Reports.Image().Replace("\"ArtifactName\":", $"\"Deep\": {deep}, \"ArtifactName\":", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_report_with_more_findings_than_any_image_has_is_refused()
    {
        var one = """{ "VulnerabilityID": "CVE-2099-1", "Severity": "LOW" },""";
        var many = $$"""{ "SchemaVersion": 2, "Results": [ { "Target": "a", "Vulnerabilities": [ {{string.Concat(Enumerable.Repeat(one, TrivyMembers.MaximumEntries + 1)).TrimEnd(',')}} ] } ] }""";

        Assert.Equal("SCN001", Assert.Throws<ScanReportException>(() => Reports.Parse(many)).Code);
    }

    [Fact]
    public void Many_results_with_many_findings_take_no_more_time_than_their_bytes()
    {
        // Looking through all findings for each target would take ten billion steps.
        const int Many = 100_000;
        var report = $$"""
            { "SchemaVersion": 2, "ArtifactType": "container_image", "Metadata": { "OS": { "Family": "alpine" } }, "Results": [
              { "Target": "a", "Class": "lang-pkgs", "Packages": [ {} ], "Vulnerabilities": [ {{Repeat("""{ "VulnerabilityID": "CVE-2099-1", "Severity": "LOW" }""")}} ] },
              {{Repeat("""{ "Target": "b", "Class": "os-pkgs" }""")}} ] }
            """;
        ScanPolicy policy = new()
        {
            RequiredClasses = ["os-pkgs", "config"],
            MinimumPackages = 5,
            Ignored = [.. Enumerable.Range(0, Many).Select(index => new IgnoredFinding { Id = $"CVE-2098-{index}", Reason = "none", Expires = new(2099, 1, 1) })],
        };

        var clock = Stopwatch.StartNew();
        var decision = Reports.Decide(report, policy);
        Assert.Equal(ScanVerdict.CouldNotCheck, decision.Verdict);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");

        static string Repeat(string text) => string.Join(',', Enumerable.Repeat(text, Many));
    }

    [Fact]
    public void A_report_that_is_too_large_is_refused_before_it_is_read()
    {
        var large = new byte[ScanReport.MaximumLength + 1];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<ScanReportException>(() => ScanReport.Parse(large));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_mark_before_the_text_does_no_harm() =>
        Assert.Equal(Reports.Parse(Reports.Image()).Findings.Count, ScanReport.Parse((byte[])[.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(Reports.Image())]).Findings.Count);

    [Fact]
    public void Half_a_character_is_refused()
    {
        Assert.Throws<ScanReportException>(() => Reports.Parse(Reports.Image().Replace("zlib", "\\ud800", StringComparison.Ordinal)));
        Assert.Throws<ScanReportException>(() => Reports.Parse(Reports.Image().Replace("\"ArtifactName\"", "\"\\ud800\"", StringComparison.Ordinal)));
        Assert.Throws<ScanReportException>(() => ScanReport.Parse(Encoding.Latin1.GetBytes(Reports.Image().Replace("zlib", "z\u00fflib", StringComparison.Ordinal))));
    }

    private static void Try(byte[] bytes)
    {
        try
        {
            var report = ScanReport.Parse(bytes);
            Assert.NotNull(ScanGate.Decide(report, new(), new Reports.FixedTime(Reports.Now)));
        }
        catch (ScanReportException exception)
        {
            Assert.False(string.IsNullOrWhiteSpace(exception.Message));
            Assert.True(exception.InnerException is null or JsonException);
        }
    }
}
