using System.Text.Json;
using Precinto.Digests;
using Precinto.Formats;

namespace Precinto.Scans;

/// <summary>
/// SARIF 2.1.0 as Trivy writes it (pkg/report/sarif.go). A rule is a vulnerability, with its severity among the tags; a result is a package that has it,
/// with versions in the lines of its message. When the scan was made, what was looked at and whether the system is supported does not stand in it.
/// </summary>
internal static class TrivySarif
{
    public static bool IsSarif(JsonElement root) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty("runs", out _);

    /// <exception cref="JsonException">It is no SARIF.</exception>
    /// <exception cref="ScanReportException">It is another tool's, or the tool failed.</exception>
    public static ScanReport Read(JsonElement root, Digest digest)
    {
        if (root.Member("SchemaVersion") is not null || root.Member("Results") is not null)
            throw new JsonException("It is SARIF and Trivy's JSON at once, and could say one thing as one of them and another as the other.");
        if (Log.Read(root).MemberText("version") is var version and not "2.1.0")
            throw new JsonException($"It is SARIF of version '{version}'; 2.1.0 is read.");

        List<ScanFinding> findings = [];
        List<ScannedTarget> targets = [];
        string? scanner = null, artifact = null, image = null;
        List<string> digests = [];
        JsonElement[] runs = [.. Needed(root, "runs", "The file").Select(Run.Read)];
        if (runs.Length == 0)
            throw new JsonException("The file has no runs: no scan came to its end.");
        foreach (var run in runs)
        {
            var driver = Driver.ReadMember(Tool.ReadMember(run, "tool") ?? throw new JsonException("A run lacks its 'tool'."), "driver")
                ?? throw new JsonException("A tool lacks its 'driver'.");
            if (driver.NeededText("name", "A tool") is var name && name != "Trivy")
                throw new ScanReportException(ScanRules.Foreign, $"this is SARIF by {name}; what is read is Trivy's JSON (trivy … --format json) and Trivy's SARIF");

            RefuseFailed(run);
            scanner ??= TrivyVersion.Read(driver.MemberText("version"));
            if (Properties.ReadMember(run, "properties") is { } properties)
            {
                artifact ??= properties.MemberText("imageName");
                image ??= properties.MemberText("imageID");
                digests.AddRange(properties.MemberList("repoDigests").Select(one => one.Text("A digest in 'repoDigests'")));
            }

            var rules = ReadRules(driver);
            foreach (var result in run.MemberList("results"))
            {
                if (findings.Count == TrivyMembers.MaximumEntries)
                    throw new JsonException($"It has more than {TrivyMembers.MaximumEntries} findings.");
                findings.Add(ReadResult(Result.Read(result), rules));
            }
        }

        foreach (var target in findings.Select(finding => (finding.Target, finding.Class)).Distinct())
            targets.Add(new(target.Target, target.Class, null, null, 0));
        return new()
        {
            Format = ScanReportFormat.Sarif,
            Digest = digest,
            ScannerVersion = scanner,
            ArtifactName = artifact,
            ImageId = image,
            RepoDigests = digests,
            Targets = targets,
            Findings = findings,
        };
    }

    // An absent list is what a run leaves that did not come to its end (SARIF, section 3.14.23); one that lies in another file is not read.
    private static void RefuseFailed(JsonElement run)
    {
        Needed(run, "results", "A run");
        if (run.Member("externalPropertyFileReferences") is not null)
            throw new JsonException("A part of a run lies in another file.");
        foreach (var invocation in run.MemberList("invocations").Select(Invocation.Read))
        {
            var isSuccessful = invocation.Member("executionSuccessful")?.Boolean("'executionSuccessful'") ?? false;
            if (!isSuccessful || Notifications.SelectMany(name => invocation.MemberList(name)).Any(one => Notification.Read(one).MemberText("level") == "error"))
                throw new ScanReportException(ScanRules.ScannerFailed, "the SARIF file says that the scan failed");
        }
    }

    private static IEnumerable<JsonElement> Needed(JsonElement element, string name, string what) =>
        element.Member(name) is null ? throw new JsonException($"{what} lacks '{name}': no scan came to its end.") : element.MemberList(name);

    private static Dictionary<string, Rule> ReadRules(JsonElement driver)
    {
        Dictionary<string, Rule> rules = new(StringComparer.Ordinal);
        foreach (var element in driver.MemberList("rules"))
        {
            var id = RuleObject.Read(element).NeededText("id", "A rule");
            string[] tags = [.. Properties.ReadMember(element, "properties")?.MemberList("tags").Select(tag => tag.Text("A tag")) ?? []];
            var (kind, @class) = Classify(element.MemberText("name"), tags);
            Rule rule = new(
                kind, @class, Heaviest(tags), element.MemberObject("shortDescription")?.MemberText("text"), element.MemberText("helpUri"));
            if (!rules.TryAdd(id, rule))
                throw new JsonException($"The rule '{id}' stands there twice.");
        }

        return rules;
    }

    private static ScanFinding ReadResult(JsonElement result, Dictionary<string, Rule> rules)
    {
        var id = result.NeededText("ruleId", "A result");
        if (!rules.TryGetValue(id, out var rule))
            throw new JsonException($"A result is of the rule '{id}', which is not there.");

        var lines = (result.MemberObject("message")?.MemberText("text") ?? "").Split('\n');
        var location = result.MemberList("locations").FirstOrDefault();
        var physical = location.ValueKind == JsonValueKind.Undefined ? null : location.Object("A location").MemberObject("physicalLocation");

        // A rule has one severity and its packages may differ; a package may be named so that its line looks like another one. The heaviest counts.
        var severities = lines.Select(line => ValueOf(line, "Severity: ")).OfType<string>().Append(rule.Severity).OfType<string>().ToArray();
        return new()
        {
            Kind = rule.Kind,
            Class = rule.Class,
            Id = id,
            Severity = Heaviest(severities) is { } text && TrivyMembers.TryParseSeverity(text, out var severity)
                ? severity
                : throw new JsonException($"A result of the rule '{id}' has no severity."),
            Target = physical?.MemberObject("artifactLocation")?.MemberText("uri") ?? "",
            Package = First(lines, "Package: "),
            InstalledVersion = First(lines, "Installed Version: "),
            FixedVersion = First(lines, "Fixed Version: "),
            Title = rule.Title,
            Url = rule.Url,
        };
    }

    private static (ScanFindingKind Kind, string? Class) Classify(string? name, string[] tags) => name switch
    {
        "OsPackageVulnerability" => (ScanFindingKind.Vulnerability, "os-pkgs"),
        "LanguageSpecificPackageVulnerability" => (ScanFindingKind.Vulnerability, "lang-pkgs"),
        "Misconfiguration" => (ScanFindingKind.Misconfiguration, "config"),
        "Secret" => (ScanFindingKind.Secret, "secret"),
        "License" => (ScanFindingKind.License, "license"),
        _ when tags.Contains("misconfiguration") => (ScanFindingKind.Misconfiguration, null),
        _ when tags.Contains("secret") => (ScanFindingKind.Secret, null),
        _ when tags.Contains("license") => (ScanFindingKind.License, null),
        _ => (ScanFindingKind.Vulnerability, null),
    };

    private static string? Heaviest(IEnumerable<string> names) =>
        names.Where(name => TrivyMembers.TryParseSeverity(name, out _)).MaxBy(name => TrivyMembers.TryParseSeverity(name, out var severity) ? (int)severity : -1);

    private static string? First(string[] lines, string label) => lines.Select(line => ValueOf(line, label)).FirstOrDefault(value => value is not null);

    private static string? ValueOf(string line, string label) =>
        line.StartsWith(label, StringComparison.Ordinal) && line[label.Length..].Trim() is { Length: > 0 } value ? value : null;

    private static readonly TrivyObject Log = new("The file", "version", "runs");
    private static readonly TrivyObject Run = new("A run", "tool", "results", "invocations", "properties", "externalPropertyFileReferences");
    private static readonly TrivyObject Tool = new("A tool", "driver");
    private static readonly TrivyObject Driver = new("A driver", "name", "version", "rules");
    private static readonly TrivyObject RuleObject = new("A rule", "id", "name", "properties", "shortDescription", "helpUri");
    private static readonly TrivyObject Properties = new("'properties'", "tags", "imageName", "imageID", "repoDigests");
    private static readonly TrivyObject Result = new("A result", "ruleId", "message", "locations");
    private static readonly TrivyObject Invocation = new("An invocation", "executionSuccessful", "toolExecutionNotifications", "toolConfigurationNotifications");
    private static readonly TrivyObject Notification = new("A notification", "level");
    private static readonly string[] Notifications = ["toolExecutionNotifications", "toolConfigurationNotifications"];

    private sealed record Rule(ScanFindingKind Kind, string? Class, string? Severity, string? Title, string? Url);
}
