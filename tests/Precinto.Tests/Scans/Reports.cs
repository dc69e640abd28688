using System.Text;
using System.Text.Json.Nodes;
using Precinto.Scans;

namespace Precinto.Tests.Scans;

/// <summary>Small reports, as Trivy writes them.</summary>
internal static class Reports
{
    public static readonly DateTimeOffset Now = new(2026, 6, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What a scanner was told that answers with <see cref="Image"/>.</summary>
    public static readonly ScannerOrder Order = new(["registry.example/iris:1.0.0"], ["container_image"]);

    /// <summary>An image with one vulnerability of a severity, and three packages of which one has it.</summary>
    public static string Image(string severity = "HIGH", string? fixedIn = "1.3.1-r3", string? status = "fixed") => $$"""
        {
          "SchemaVersion": 2, "Trivy": { "Version": "0.69.3" }, "CreatedAt": "2026-06-01T12:00:00.123456789Z",
          "ArtifactName": "registry.example/iris:1.0.0", "ArtifactType": "container_image",
          "Metadata": {
            "OS": { "Family": "alpine", "Name": "3.22.1" },
            "ImageID": "sha256:1111111111111111111111111111111111111111111111111111111111111111",
            "RepoDigests": [ "registry.example/iris@sha256:2222222222222222222222222222222222222222222222222222222222222222" ]
          },
          "Results": [
            { "Target": "iris (alpine 3.22.1)", "Class": "os-pkgs", "Type": "alpine",
              "Packages": [ { "Name": "musl", "Version": "1.2.5-r10" }, { "Name": "zlib", "Version": "1.3.1-r2" } ],
              "Vulnerabilities": [ { "VulnerabilityID": "CVE-2099-1001", "PkgName": "zlib", "PkgIdentifier": { "PURL": "pkg:apk/alpine/zlib@1.3.1-r2?arch=x86_64" },
                "InstalledVersion": "1.3.1-r2", {{(fixedIn is null ? "" : $"\"FixedVersion\": \"{fixedIn}\",")}} {{(status is null ? "" : $"\"Status\": \"{status}\",")}}
                "Severity": "{{severity}}" } ] },
            { "Target": "app.deps.json", "Class": "lang-pkgs", "Type": "dotnet-core", "Packages": [ { "Name": "Example", "Version": "1.0.0" } ] }
          ]
        }
        """;

    /// <summary>The report with a member set, named as <c>/Metadata/OS/EOSL</c>; no value removes it.</summary>
    public static string With(string report, string pointer, string? value)
    {
        var root = JsonNode.Parse(report)!;
        var parts = pointer.Split('/')[1..];
        var parent = parts[..^1].Aggregate(root, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!);
        if (value is null)
            parent.AsObject().Remove(parts[^1]);
        else if (parent is JsonArray array)
            array[int.Parse(parts[^1])] = JsonNode.Parse(value);
        else
            parent[parts[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }

    public static ScanReport Parse(string report) => ScanReport.Parse(Encoding.UTF8.GetBytes(report));

    public static ScanDecision Decide(string report, ScanPolicy? policy = null) => ScanGate.Decide(Parse(report), policy ?? new(), new FixedTime(Now));

    public static ScanDecision Decide(string report, ScannerRun run, ScanPolicy? policy = null) => ScanGate.Decide(Parse(report), policy ?? new(), run, new FixedTime(Now));

    public static ScanCheck CheckOf(this ScanDecision decision, ScanCheckName name) => decision.Checks.Single(check => check.Name == name);

    public sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
