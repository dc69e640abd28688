using System.Globalization;
using System.Text.Json;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Inspection;

namespace Precinto.Scans;

/// <summary>Rules for scans as a JSON document, <c>precinto.scan-rules/v1</c>: an unknown or repeated member is an error.</summary>
public static class ScanPolicyDocument
{
    /// <summary>Reads a file of rules.</summary>
    /// <exception cref="ScanPolicyException">It holds no rules.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ScanPolicy Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Parse(Read(path));
        }
        catch (ScanPolicyException exception)
        {
            throw new ScanPolicyException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>Reads rules.</summary>
    /// <exception cref="ScanPolicyException">They are none.</exception>
    public static ScanPolicy Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = StrictJson.Parse(utf8);
            return Parse(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new ScanPolicyException($"these are no rules: {exception.Message}", exception);
        }
    }

    /// <summary>The bytes of a file of rules, for whoever needs their digest as well.</summary>
    /// <exception cref="ScanPolicyException">It is no regular file, or too large.</exception>
    internal static byte[] Read(string path)
    {
        try
        {
            return SmallFile.Read(path, MaximumLength);
        }
        catch (InvalidDataException exception)
        {
            throw new ScanPolicyException($"{exception.Message}.", exception);
        }
    }

    private static ScanPolicy Parse(JsonElement root)
    {
        const string Rules = "the rules";
        root.Closed(
            "The file of rules", "schema", "severities", "kinds", "ignoreUnfixed", "allowEndOfLife", "maximumReportAgeDays", "maximumDatabaseAgeDays",
            "requiredClasses", "minimumPackages", "dangerouslyAllowEmpty", "ignored");
        if (root.RequiredText("schema", Rules) is var schema && schema != Schema)
            throw new JsonException($"They are of the schema '{schema}', not {Schema}.");

        ScanPolicy strictest = new();
        var packages = root.Optional("minimumPackages")?.WholeNumber("'minimumPackages'") ?? 0;
        return new()
        {
            Severities = root.Optional("severities") is { } severities ? ParseList(severities, "'severities'", ParseSeverity) : strictest.Severities,
            Kinds = root.Optional("kinds") is { } kinds ? ParseList(kinds, "'kinds'", ParseKind) : strictest.Kinds,
            IgnoreUnfixed = root.Optional("ignoreUnfixed")?.Boolean("'ignoreUnfixed'") ?? false,
            AllowEndOfLife = root.Optional("allowEndOfLife")?.Boolean("'allowEndOfLife'") ?? false,
            MaximumReportAge = ParseAge(root, "maximumReportAgeDays"),
            MaximumDatabaseAge = ParseAge(root, "maximumDatabaseAgeDays"),
            RequiredClasses = root.Optional("requiredClasses") is { } classes ? ParseList(classes, "'requiredClasses'", ParseClass) : [],
            MinimumPackages = packages is >= 0 and <= MaximumPackages ? (int)packages : throw new JsonException($"'minimumPackages' goes from 0 to {MaximumPackages}."),
            DangerouslyAllowEmpty = root.OptionalText("dangerouslyAllowEmpty", Rules) is { } reason ? ParseReason(reason, "'dangerouslyAllowEmpty'") : null,
            Ignored = root.Optional("ignored") is { } ignored ? ParseIgnored(ignored) : [],
        };
    }

    private static T[] ParseList<T>(JsonElement element, string what, Func<string, T> parse)
    {
        var entries = element.Array(what).Select(entry => parse(entry.Text($"an entry of {what}"))).ToArray();
        if (entries.Length == 0)
            throw new JsonException($"{what} is empty; leave it out, or name something.");
        if (entries.Distinct().Count() != entries.Length)
            throw new JsonException($"{what} names something twice.");
        return entries;
    }

    private static ScanSeverity ParseSeverity(string text) => TrivyMembers.TryParseSeverity(text, out var severity)
        ? severity
        : throw new JsonException($"'{text}' is no severity; there are UNKNOWN, LOW, MEDIUM, HIGH and CRITICAL.");

    private static ScanFindingKind ParseKind(string text) => text switch
    {
        "vulnerability" => ScanFindingKind.Vulnerability,
        "misconfiguration" => ScanFindingKind.Misconfiguration,
        "secret" => ScanFindingKind.Secret,
        "license" => ScanFindingKind.License,
        _ => throw new JsonException($"'{text}' is no kind; there are vulnerability, misconfiguration, secret and license."),
    };

    private static string ParseClass(string text) => ScanPolicy.KnownClasses.Contains(text)
        ? text
        : throw new JsonException($"'{text}' is no class that can be demanded; there are {string.Join(", ", ScanPolicy.KnownClasses)}.");

    private static TimeSpan? ParseAge(JsonElement root, string name)
    {
        if (root.Optional(name)?.WholeNumber($"'{name}'") is not { } days)
            return null;
        return days is >= 1 and <= MaximumDays ? TimeSpan.FromDays(days) : throw new JsonException($"'{name}' goes from 1 to {MaximumDays}.");
    }

    private static IgnoredFinding[] ParseIgnored(JsonElement list)
    {
        IgnoredFinding[] ignored = [.. list.Array("'ignored'").Select(ParseIgnoredFinding)];

        // Findings are looked up by identifier: as many rules for one of them as a report has findings would take the square of it.
        if (ignored.CountBy(one => one.Id, StringComparer.OrdinalIgnoreCase).FirstOrDefault(count => count.Value > MaximumOfOneId) is { Key: { } id, Value: var count })
            throw new JsonException($"'ignored' names '{id}' {count} times; at most {MaximumOfOneId} times is read. Leave out what narrows it.");
        return ignored;
    }

    private static IgnoredFinding ParseIgnoredFinding(JsonElement element)
    {
        const string What = "a finding in 'ignored'";
        element.Closed("A finding in 'ignored'", "id", "reason", "expires", "package", "path", "purl");
        var expires = element.RequiredText("expires", What);
        return new()
        {
            Id = Filled(element.RequiredText("id", What), "'id'"),
            Reason = ParseReason(element.RequiredText("reason", What), "'reason'"),
            Expires = DateOnly.TryParseExact(expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new JsonException($"'expires' is '{expires}'; it is a date such as 2027-01-31."),
            Package = element.OptionalText("package", What) is { } package ? Filled(package, "'package'") : null,
            Path = element.OptionalText("path", What) is { } path ? Filled(path, "'path'") : null,
            PackageUrl = element.OptionalText("purl", What) is { } url
                ? Scans.PackageUrl.TryParse(url) is not null ? url : throw new JsonException($"'{url}' is no package URL such as pkg:npm/%40scope/name@1.0.0.")
                : null,
        };
    }

    private static string ParseReason(string text, string what) =>
        StatedReason.IsOne(text) ? text.Trim() : throw new JsonException($"{what} holds no letter and no digit, and says nothing.");

    private static string Filled(string text, string what) => text.Length > 0 ? text : throw new JsonException($"{what} is empty.");

    internal const string Schema = "precinto.scan-rules/v1";
    internal const int MaximumDays = 36_500;
    internal const int MaximumPackages = 1_000_000;
    private const int MaximumOfOneId = 1000;
    private const int MaximumLength = 4 << 20;
}
