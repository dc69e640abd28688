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
        root.Object("The report");
        if (root.Member("SchemaVersion") is not { } version)
            throw new JsonException("It has neither the 'SchemaVersion' of a report by Trivy nor the 'runs' of a SARIF file.");
        if (version.WholeNumber("'SchemaVersion'") is var number and not SchemaVersion)
            throw new JsonException($"It is of schema version {number}; version {SchemaVersion} is read, which Trivy writes since 0.20.");

        var metadata = root.MemberObject("Metadata");
        var system = metadata?.MemberObject("OS");
        Collector found = new();
        foreach (var result in root.MemberList("Results"))
            found.Add(result.Object("A result"));
        return new()
        {
            Format = ScanReportFormat.Json,
            Digest = digest,
            ScannerVersion = root.MemberObject("Trivy")?.MemberText("Version"),
            CreatedAt = ParseTime(root.MemberText("CreatedAt")),
            ArtifactName = root.MemberText("ArtifactName"),
            ArtifactType = root.MemberText("ArtifactType"),
            SystemFamily = system?.MemberText("Family"),
            SystemName = system?.MemberText("Name"),

            // Trivy leaves it out where it is false.
            IsEndOfLife = system?.MemberText("Family") is null ? null : system.Value.Member("EOSL")?.Boolean("'EOSL'") ?? false,
            ImageId = metadata?.MemberText("ImageID"),
            RepoDigests = [.. metadata?.MemberList("RepoDigests").Select(one => one.Text("A digest in 'RepoDigests'")) ?? []],
            Targets = found.Targets,
            Findings = found.Findings,
            SuppressedCount = found.Suppressed,
            Unjudged = found.Unjudged,
        };
    }

    private static DateTimeOffset? ParseTime(string? text) => text is null ? null
        : ScanTime.Parse(text) ?? (text.StartsWith("0001-", StringComparison.Ordinal) ? null : throw new JsonException($"'CreatedAt' is '{text}', which is no time."));

    private sealed class Collector
    {
        public List<ScannedTarget> Targets { get; } = [];

        public List<ScanFinding> Findings { get; } = [];

        public List<string> Unjudged { get; } = [];

        public int Suppressed { get; private set; }

        public void Add(JsonElement result)
        {
            var target = result.MemberText("Target") ?? "";
            var @class = result.MemberText("Class");
            foreach (var one in result.MemberList("Vulnerabilities"))
                Add(ReadVulnerability(one.Object("A vulnerability"), target, @class));
            var checks = 0L;
            foreach (var one in result.MemberList("Misconfigurations"))
            {
                checks++;
                AddMisconfiguration(one.Object("A misconfiguration"), target, @class);
            }

            foreach (var one in result.MemberList("Secrets"))
                Add(ReadSecret(one.Object("A secret"), target, @class));
            foreach (var one in result.MemberList("Licenses"))
                Add(ReadLicense(one.Object("A licence"), target, @class));
            foreach (var suppressed in Suppressions)
                Suppressed += result.MemberList(suppressed).Count();

            var packages = result.Member("Packages") is null ? (int?)null : result.MemberList("Packages").Count();
            Targets.Add(new(target, @class, result.MemberText("Type"), packages, Math.Max(checks, CountChecks(result))));
            NoticeUnknown(result, target);
        }

        // What a later Trivy adds to its results must not be passed over in silence.
        private void NoticeUnknown(JsonElement result, string target)
        {
            foreach (var member in result.EnumerateObject())
            {
                var isFilled = member.Value.ValueKind switch
                {
                    JsonValueKind.Array => member.Value.GetArrayLength() > 0,
                    JsonValueKind.Object => member.Value.EnumerateObject().Any(),
                    _ => false,
                };
                if (isFilled && Unjudged.Count < MaximumUnjudged && StrictJson.Name(member, "A result") is var name && !Known.Contains(name))
                    Unjudged.Add($"'{name}' of {target}");
            }
        }

        private void AddMisconfiguration(JsonElement one, string target, string? @class)
        {
            switch (one.MemberText("Status"))
            {
                case "PASS":
                    return;
                case "EXCEPTION":
                    Suppressed++;
                    return;
                case "FAIL" or null:
                    Add(ReadMisconfiguration(one, target, @class));
                    return;
                case var other:
                    throw new JsonException($"The status '{other}' of a misconfiguration is none of PASS, FAIL and EXCEPTION.");
            }
        }

        private void Add(ScanFinding finding)
        {
            if (Findings.Count == TrivyMembers.MaximumEntries)
                throw new JsonException($"It has more than {TrivyMembers.MaximumEntries} findings.");
            Findings.Add(finding);
        }

        private static long CountChecks(JsonElement result)
        {
            if (result.MemberObject("MisconfSummary") is not { } summary)
                return 0;
            var (successes, failures) = (summary.MemberNumber("Successes") ?? 0, summary.MemberNumber("Failures") ?? 0);
            return successes is >= 0 and <= int.MaxValue && failures is >= 0 and <= int.MaxValue
                ? successes + failures
                : throw new JsonException("The numbers in 'MisconfSummary' are impossible.");
        }

        private static ScanFinding ReadVulnerability(JsonElement one, string target, string? @class) => new()
        {
            Kind = ScanFindingKind.Vulnerability,
            Id = one.NeededText("VulnerabilityID", "A vulnerability"),
            Severity = one.MemberSeverity(),
            Target = target,
            Class = @class,
            Package = one.MemberText("PkgName"),
            InstalledVersion = one.MemberText("InstalledVersion"),
            FixedVersion = one.MemberText("FixedVersion"),
            Status = one.MemberText("Status"),
            PackageUrl = one.MemberObject("PkgIdentifier")?.MemberText("PURL"),
            PackagePath = one.MemberText("PkgPath"),
            Title = one.MemberText("Title"),
            Url = one.MemberText("PrimaryURL"),
        };

        private static ScanFinding ReadMisconfiguration(JsonElement one, string target, string? @class) => new()
        {
            Kind = ScanFindingKind.Misconfiguration,
            Id = one.NeededText("ID", "A misconfiguration"),
            Severity = one.MemberSeverity(),
            Target = target,
            Class = @class,
            Title = one.MemberText("Title"),
            Url = one.MemberText("PrimaryURL"),
            Line = one.MemberObject("CauseMetadata")?.MemberNumber("StartLine") is > 0 and var line ? line : null,
        };

        // What was found stands in 'Match' and 'Code'; it is not taken over, since Trivy does not always black it out.
        private static ScanFinding ReadSecret(JsonElement one, string target, string? @class) => new()
        {
            Kind = ScanFindingKind.Secret,
            Id = one.NeededText("RuleID", "A secret"),
            Severity = one.MemberSeverity(),
            Target = target,
            Class = @class,
            Title = one.MemberText("Title"),
            Line = one.MemberNumber("StartLine") is > 0 and var line ? line : null,
        };

        private static ScanFinding ReadLicense(JsonElement one, string target, string? @class) => new()
        {
            Kind = ScanFindingKind.License,
            Id = one.NeededText("Name", "A licence"),
            Severity = one.MemberSeverity(),
            Target = target,
            Class = @class,
            Package = one.MemberText("PkgName"),
            PackagePath = one.MemberText("FilePath"),
            Title = one.MemberText("Category"),
            Url = one.MemberText("Link"),
        };
    }

    private static readonly string[] Suppressions = ["ExperimentalModifiedFindings", "ModifiedFindings"];

    // Custom resources are what a user's own analyzers note down; they are no findings.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "Target", "Class", "Type", "Packages", "Vulnerabilities", "MisconfSummary", "Misconfigurations", "Secrets", "Licenses", "CustomResources",
        "ExperimentalModifiedFindings", "ModifiedFindings",
    };

    private const int SchemaVersion = 2;
    private const int MaximumUnjudged = 20;
}
