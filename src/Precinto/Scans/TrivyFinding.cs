using System.Text.Json;

namespace Precinto.Scans;

/// <summary>Reads the findings of a result: four lists that say the same under different names.</summary>
internal sealed class TrivyFinding
{
    private readonly ScanFindingKind _kind;
    private readonly string _what;
    private readonly TrivyObject _object;

    private TrivyFinding(ScanFindingKind kind, string list, string what, string id)
    {
        _kind = kind;
        List = list;
        _what = what;
        IdName = id;
        _object = new(
            what, id, "Severity", "Status", "PkgName", "InstalledVersion", "FixedVersion", "PkgIdentifier", "PkgPath", "FilePath", "Title", "Category",
            "PrimaryURL", "Link", "StartLine", "CauseMetadata");
    }

    /// <summary>The four lists, in the order in which a result has them.</summary>
    public static IReadOnlyList<TrivyFinding> All { get; } =
    [
        new(ScanFindingKind.Vulnerability, "Vulnerabilities", "A vulnerability", "VulnerabilityID") { PackageName = "PkgName", PathName = "PkgPath" },
        new(ScanFindingKind.Misconfiguration, "Misconfigurations", "A misconfiguration", "ID"),

        // What was found stands in 'Match' and 'Code'; it is not taken over, since Trivy does not always black it out.
        new(ScanFindingKind.Secret, "Secrets", "A secret", "RuleID"),
        new(ScanFindingKind.License, "Licenses", "A licence", "Name") { PackageName = "PkgName", PathName = "FilePath", TitleName = "Category", UrlName = "Link" },
    ];

    /// <summary>The name of the list.</summary>
    public string List { get; }

    private string IdName { get; }

    private string? PackageName { get; init; }

    private string? PathName { get; init; }

    private string TitleName { get; init; } = "Title";

    private string UrlName { get; init; } = "PrimaryURL";

    /// <summary>The entries of the list, each as it is to be read.</summary>
    /// <exception cref="JsonException">One is no finding.</exception>
    public IEnumerable<JsonElement> EntriesOf(JsonElement result) => result.MemberList(List).Select(_object.Read);

    /// <exception cref="JsonException">It lacks what every finding has, or a member is of another type.</exception>
    public ScanFinding Read(JsonElement one, string target, string? @class)
    {
        JsonElement? vulnerability = _kind == ScanFindingKind.Vulnerability ? one : null;
        return new()
        {
            Kind = _kind,
            Id = one.NeededText(IdName, _what),

            // Trivy writes it always, as UNKNOWN where nobody rated it: without it, it was taken out.
            Severity = one.NeededText("Severity", _what) is var text && TrivyMembers.TryParseSeverity(text, out var severity)
                ? severity
                : throw new JsonException($"'{text}' is no severity."),
            Target = target,
            Class = @class,
            Package = Text(one, PackageName),
            PackagePath = Text(one, PathName),
            InstalledVersion = vulnerability?.MemberText("InstalledVersion"),
            FixedVersion = vulnerability?.MemberText("FixedVersion"),
            Status = vulnerability?.MemberText("Status"),
            PackageUrl = vulnerability is null ? null : Identifier.ReadMember(one, "PkgIdentifier")?.MemberText("PURL"),
            Title = Text(one, TitleName),
            Url = Text(one, UrlName),
            Line = ReadLine(one),
        };
    }

    private long? ReadLine(JsonElement one)
    {
        var place = _kind switch
        {
            ScanFindingKind.Misconfiguration => one.MemberObject("CauseMetadata"),
            ScanFindingKind.Secret => one,
            _ => null,
        };
        return place?.MemberNumber("StartLine") is > 0 and var line ? line : null;
    }

    private static string? Text(JsonElement one, string? name) => name is null ? null : one.MemberText(name);

    private static readonly TrivyObject Identifier = new("A package's identifier", "PURL");
}
