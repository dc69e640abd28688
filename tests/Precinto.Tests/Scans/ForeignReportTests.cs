using System.Text;
using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

/// <summary>The report of another tool, read as Trivy's, would be one without findings.</summary>
public sealed class ForeignReportTests
{
    [Theory]
    [InlineData("""{ "matches": [], "source": {}, "descriptor": { "name": "grype", "version": "0.90.0" } }""", "grype")]
    [InlineData("""{ "matches": [] }""", "Grype")]
    [InlineData("""{ "artifacts": [], "descriptor": { "name": "syft", "version": "1.0.0" } }""", "syft")]
    [InlineData("""{ "vulnerabilities": [], "ok": true, "dependencyCount": 7, "packageManager": "nuget" }""", "Snyk")]
    [InlineData("""[ { "vulnerabilities": [], "ok": true } ]""", "Snyk")]
    [InlineData("""{ "auditReportVersion": 2, "vulnerabilities": {} }""", "npm audit")]
    [InlineData("""{ "manifest_hash": "sha256:00", "vulnerabilities": {} }""", "Clair")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6" }""", "CycloneDX")]
    [InlineData("""{ "spdxVersion": "SPDX-2.3" }""", "SPDX")]
    [InlineData("""{ "ClusterName": "production", "Resources": [] }""", "cluster")]
    [InlineData("""{ "SchemaVersion": 2, "ClusterName": "production", "Resources": [] }""", "cluster")]
    [InlineData("""[ { "Target": "alpine", "Vulnerabilities": null } ]""", "before 0.20")]
    [InlineData("""{ "schema": "precinto.report/v1" }""", "precinto.report/v1")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "Grype" } }, "results": [] } ] }""", "Grype")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "CodeQL" } }, "results": [] } ] }""", "CodeQL")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "trivy" } }, "results": [] } ] }""", "trivy")]
    [InlineData("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [] }, { "tool": { "driver": { "name": "Snyk" } } } ] }""", "Snyk")]
    public void The_report_of_another_tool_is_refused_by_name(string report, string name)
    {
        var exception = Assert.Throws<ScanReportException>(() => Reports.Parse(report));

        Assert.Equal("SCN002", exception.Code);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "specVersion": "1.6", "components": [ [], {} ], "bomFormat": "CycloneDX" }""", true)]
    [InlineData("""{ "spdxVersion": "SPDX-2.3" }""", true)]
    [InlineData("""{ "SchemaVersion": 2, "Metadata": { "bomFormat": "CycloneDX" } }""", false)]
    [InlineData("""[ { "bomFormat": "CycloneDX" } ]""", false)]
    [InlineData("""{ "a": """, false)]
    [InlineData("", false)]
    public void A_bill_of_materials_is_told_by_its_outermost_members(string text, bool isOne) =>
        Assert.Equal(isOne, BillOfMaterials.IsOne(Encoding.UTF8.GetBytes(text)));
}
