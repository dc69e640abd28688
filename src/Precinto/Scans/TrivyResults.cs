using System.Text.Json;

namespace Precinto.Scans;

/// <summary>What the results of a report come to, gathered one by one.</summary>
internal sealed class TrivyResults
{
    private readonly HashSet<TrivyPackage> _packages = [];
    private readonly List<ScannedTarget> _targets = [];
    private readonly List<ScanFinding> _findings = [];
    private readonly List<string> _unjudged = [];

    public IReadOnlyList<ScannedTarget> Targets => _targets;

    public IReadOnlyList<ScanFinding> Findings => _findings;

    /// <summary>What cannot be judged; of very many, the first ones.</summary>
    public IReadOnlyList<string> Unjudged => _unjudged;

    public int Suppressed { get; private set; }

    /// <summary>How many different packages are listed; null where none of the results lists any.</summary>
    public int? PackageCount => _targets.Any(target => target.PackageCount is not null) ? _packages.Count : null;

    /// <exception cref="JsonException">It is no result.</exception>
    public void Add(JsonElement element)
    {
        var result = Result.Read(element);
        var target = result.MemberText("Target") ?? "";
        var @class = result.MemberText("Class");
        foreach (var kind in TrivyFinding.All)
            foreach (var one in kind.EntriesOf(result))
                if (kind.List != Misconfigurations || IsFailure(one))
                    Add(kind.Read(one, target, @class));
        foreach (var suppressed in Suppressions)
            Suppress(result.MemberList(suppressed).Count());

        var type = result.MemberText("Type");
        _targets.Add(new(target, @class, type, AddPackages(result, @class, type), CountChecks(result)));
        NoticeUnknown(result, target, @class);
    }

    /// <summary>Notes that something stands in the report that this version does not understand, and that may be what fails.</summary>
    public void CannotJudge(string what)
    {
        if (_unjudged.Count < MaximumUnjudged)
            _unjudged.Add(what);
    }

    private void Add(ScanFinding finding)
    {
        if (_findings.Count == TrivyMembers.MaximumEntries)
            throw new JsonException($"It has more than {TrivyMembers.MaximumEntries} findings.");
        _findings.Add(finding);
    }

    // Only what can be told apart counts: an entry without a name or a version, or one that was there before, is no further package.
    private int? AddPackages(JsonElement result, string? @class, string? type)
    {
        if (result.Member("Packages") is null)
            return null;

        HashSet<TrivyPackage> here = [];
        foreach (var one in result.MemberList("Packages").Select(Package.Read))
        {
            var url = Identifier.ReadMember(one, "Identifier")?.MemberText("PURL");
            if (one.MemberText("Name") is { } name && one.MemberText("Version") is { } version && here.Add(new(@class, type, name, version, url)))
                _packages.Add(new(@class, type, name, version, url));
        }

        return here.Count;
    }

    private void NoticeUnknown(JsonElement result, string target, string? @class)
    {
        // What a later Trivy adds to its results must not be passed over in silence.
        foreach (var name in Result.Unknown(result, IsFilled))
            CannotJudge($"'{name}' of {target}");
        if (@class is null || !Classes.Contains(@class))
            CannotJudge(@class is null ? $"a result without a class, {target}" : $"a result of the class '{@class}', {target}");
    }

    private static bool IsFilled(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.String => !value.ValueEquals(""),
        JsonValueKind.Null or JsonValueKind.False => false,
        _ => true,
    };

    private static bool IsFailure(JsonElement misconfiguration) => misconfiguration.MemberText("Status") switch
    {
        "PASS" or "EXCEPTION" => false,
        "FAIL" or null => true,
        var other => throw new JsonException($"The status '{other}' of a misconfiguration is none of PASS, FAIL and EXCEPTION."),
    };

    private long CountChecks(JsonElement result)
    {
        long listed = 0, failures = 0, exceptions = 0;
        foreach (var one in result.MemberList(Misconfigurations))
        {
            listed++;
            failures += IsFailure(one) ? 1 : 0;
            exceptions += one.MemberText("Status") == "EXCEPTION" ? 1 : 0;
        }

        if (Summary.ReadMember(result, "MisconfSummary") is not { } summary)
        {
            Suppress(exceptions);
            return listed;
        }

        // Trivy counts what it lists; a failure that is counted and not listed was taken out.
        if (Number(summary, "Failures") is var counted && counted != failures)
            throw new JsonException($"'MisconfSummary' counts {counted} failures, and {failures} are listed.");
        Suppress(Math.Max(exceptions, Number(summary, "Exceptions")));
        return Math.Max(listed, Number(summary, "Successes") + failures);
    }

    // What the report says of itself may add up to any number.
    private void Suppress(long count) => Suppressed = (int)Math.Min(Suppressed + count, int.MaxValue);

    private static long Number(JsonElement summary, string name) => summary.MemberNumber(name) switch
    {
        null => 0,
        >= 0 and <= MaximumChecks and var number => number,
        _ => throw new JsonException("The numbers in 'MisconfSummary' are impossible."),
    };

    /// <summary>What tells one package from another.</summary>
    private readonly record struct TrivyPackage(string? Class, string? Type, string Name, string Version, string? Url);

    // Custom resources are what a user's own analyzers note down; they are no findings.
    private static readonly TrivyObject Result = new(
        "A result", "Target", "Class", "Type", "Packages", "Vulnerabilities", "MisconfSummary", "Misconfigurations", "Secrets", "Licenses", "CustomResources",
        "ExperimentalModifiedFindings", "ModifiedFindings");

    private static readonly TrivyObject Package = new("A package", "Name", "Version", "Identifier");
    private static readonly TrivyObject Identifier = new("A package's identifier", "PURL");
    private static readonly TrivyObject Summary = new("'MisconfSummary'", "Successes", "Failures", "Exceptions");
    private static readonly string[] Suppressions = ["ExperimentalModifiedFindings", "ModifiedFindings"];
    private static readonly HashSet<string> Classes = ["os-pkgs", "lang-pkgs", "config", "secret", "license", "license-file", "custom"];

    private const string Misconfigurations = "Misconfigurations";
    private const int MaximumChecks = 1_000_000;
    private const int MaximumUnjudged = 20;
}
