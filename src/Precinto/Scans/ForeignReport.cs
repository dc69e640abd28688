using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Scans;

/// <summary>
/// Tells the reports of other tools, so that they are refused by name. Read as Trivy's, each of them would be a report without findings.
/// </summary>
internal static class ForeignReport
{
    /// <exception cref="ScanReportException">It is the report of another tool, or of a Trivy command that this version does not judge.</exception>
    public static void Refuse(JsonElement root)
    {
        if (NameOf(root) is { } name)
            throw new ScanReportException(ScanRules.Foreign, $"this is {name}; what is read is Trivy's JSON (trivy … --format json) and Trivy's SARIF");
    }

    private static string? NameOf(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
            return root.EnumerateArray().Any(one => Has(one, "Target")) ? "a report of a Trivy before 0.20, which says too little: scan again with a current one"
                : root.EnumerateArray().Any(one => Has(one, "vulnerabilities")) ? "a list of reports such as Snyk's"
                : null;
        if (root.ValueKind != JsonValueKind.Object || Has(root, "SchemaVersion"))
            return Has(root, "ClusterName") ? "Trivy's report of a cluster" : null;
        if (TextOf(root, "schema") is { } schema && schema.StartsWith("precinto.", StringComparison.Ordinal))
            return $"a document of our own, {schema}";
        if (Has(root, "bomFormat"))
            return "a CycloneDX bill of materials and no report: scan it (trivy sbom)";
        if (Has(root, "spdxVersion"))
            return "an SPDX bill of materials and no report: scan it (trivy sbom)";
        if (root.TryGetProperty("descriptor", out var descriptor) && TextOf(descriptor, "name") is { } tool)
            return $"a report by {tool}";
        if (Has(root, "matches"))
            return "a report such as Grype's";
        if (Has(root, "auditReportVersion"))
            return "a report by npm audit";
        if (Has(root, "vulnerabilities") && (Has(root, "packageManager") || Has(root, "ok") || Has(root, "dependencyCount")))
            return "a report such as Snyk's";
        if (Has(root, "manifest_hash"))
            return "a report such as Clair's";
        if (Has(root, "ClusterName"))
            return "Trivy's report of a cluster";
        return null;
    }

    private static bool Has(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.Text($"'{name}'")
            : null;
}
