using System.Text.Json;
using Precinto.Digests;
using Precinto.Formats;

namespace Precinto.Scans;

/// <summary>
/// Trivy's own JSON, schema version 2 (Trivy 0.20 and later; pkg/types/report.go): an object with <c>Metadata</c> and a list <c>Results</c>,
/// a target each with <c>Packages</c>, <c>Vulnerabilities</c>, <c>Misconfigurations</c>, <c>Secrets</c>, <c>Licenses</c>. Members without a value are left out.
/// </summary>
internal static class TrivyJson
{
    /// <exception cref="JsonException">It is not that.</exception>
    public static ScanReport Read(JsonElement root, Digest digest)
    {
        Report.Read(root);
        if (root.Member("SchemaVersion") is not { } version)
            throw new JsonException("It has neither the 'SchemaVersion' of a report by Trivy nor the 'runs' of a SARIF file.");
        if (version.WholeNumber("'SchemaVersion'") is var number and not SchemaVersion)
            throw new JsonException($"It is of schema version {number}; version {SchemaVersion} is read, which Trivy writes since 0.20.");

        // Trivy leaves out a list that is empty. What writes null here had nothing to write.
        if (root.TryGetProperty("Results", out var list) && list.ValueKind == JsonValueKind.Null)
            throw new JsonException("'Results' is null: no scan came to its end.");

        TrivyResults results = new();
        foreach (var result in root.MemberList("Results"))
            results.Add(result);
        NoticeUnknown(root, results);
        var metadata = Metadata.ReadMember(root, "Metadata");
        var system = metadata is { } data ? ReadSystem(data, results) : null;
        return new()
        {
            Format = ScanReportFormat.Json,
            Digest = digest,
            ScannerVersion = TrivyVersion.Read(Scanner.ReadMember(root, "Trivy")?.MemberText("Version")),
            CreatedAt = ParseTime(root.MemberText("CreatedAt")),
            ArtifactName = root.MemberText("ArtifactName"),
            ArtifactType = root.MemberText("ArtifactType"),
            SystemFamily = system?.MemberText("Family"),
            SystemName = system?.MemberText("Name"),

            // Trivy leaves it out where it is false.
            IsEndOfLife = system is null ? null : system.Value.Member("EOSL")?.Boolean("'EOSL'") ?? false,
            ImageId = metadata?.MemberText("ImageID"),
            RepoDigests = [.. metadata?.MemberList("RepoDigests").Select(one => one.Text("A digest in 'RepoDigests'")) ?? []],
            Targets = results.Targets,
            Findings = results.Findings,
            PackageCount = results.PackageCount,
            SuppressedCount = results.Suppressed,
            Unjudged = results.Unjudged,
        };
    }

    // Null where Trivy did not recognise it; for the packages of such a system, whose family it calls "none", it finds no vulnerabilities.
    private static JsonElement? ReadSystem(JsonElement metadata, TrivyResults results)
    {
        if (DetectedSystem.ReadMember(metadata, "OS") is not { } system)
            return null;

        foreach (var name in DetectedSystem.Unknown(system, value => value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)))
            results.CannotJudge($"'{name}' of the operating system");
        var family = system.MemberText("Family");
        return string.IsNullOrWhiteSpace(family) || family.Equals("none", StringComparison.OrdinalIgnoreCase) ? null : system;
    }

    // Later versions add a text now and then; a list, an object or a yes may be what fails.
    private static void NoticeUnknown(JsonElement root, TrivyResults results)
    {
        foreach (var name in Report.Unknown(root, value => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.True))
            results.CannotJudge($"'{name}'");
        if (root.MemberText("Error") is { } error)
            results.CannotJudge($"an error, '{error}'");
        if (root.MemberText("ArtifactType") is var type && (type is null || !ArtifactTypes.Contains(type)))
            results.CannotJudge(type is null ? "no 'ArtifactType'" : $"the artifact type '{type}'");
    }

    private static DateTimeOffset? ParseTime(string? text) => text is null ? null
        : ScanTime.Parse(text) ?? (text.StartsWith("0001-", StringComparison.Ordinal) ? null : throw new JsonException($"'CreatedAt' is '{text}', which is no time."));

    private static readonly TrivyObject Report = new(
        "The report", "SchemaVersion", "Trivy", "ReportID", "CreatedAt", "ArtifactID", "ArtifactName", "ArtifactType", "Metadata", "Results", "Error");

    private static readonly TrivyObject Scanner = new("'Trivy'", "Version");
    private static readonly TrivyObject Metadata = new("'Metadata'", "OS", "ImageID", "RepoDigests");
    private static readonly TrivyObject DetectedSystem = new("'OS'", "Family", "Name", "EOSL", "Extended");
    private static readonly HashSet<string> ArtifactTypes = ["container_image", "filesystem", "repository", "cyclonedx", "spdx", "vm", "aws_account"];

    private const int SchemaVersion = 2;
}
