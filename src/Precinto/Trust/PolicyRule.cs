using System.Text.Json;
using Precinto.Formats;
using Precinto.Inspection;

namespace Precinto.Trust;

/// <summary>The members of one rule of a policy: for which models it speaks, who may sign them, and what is insisted on.</summary>
internal sealed class PolicyRule(Func<JsonElement, IEnumerable<TrustedSigner>> parseSigner)
{
    /// <param name="rule">The object that holds the members.</param>
    /// <param name="what">What it is called in messages.</param>
    /// <exception cref="JsonException">A member cannot be understood.</exception>
    public TrustPolicy Parse(JsonElement rule, string what)
    {
        var signers = rule.Required("signers", what).Array("'signers'").SelectMany(parseSigner).ToArray();
        if (signers.Length == 0)
            throw new JsonException($"{what} names no signer; it would trust nobody.");
        var threshold = rule.Optional("threshold")?.WholeNumber("'threshold'") ?? 1;
        if (threshold < 1 || threshold > signers.Select(signer => (signer.Kind, signer.Identity)).Distinct().Count())
            throw new JsonException($"'threshold' is {threshold}; it goes from 1 to the number of different signers.");

        var (minimum, maximum) = (ParseVersion(rule, "minimumVersion", what), ParseVersion(rule, "maximumVersion", what));
        if (minimum is not null && maximum is not null && minimum > maximum)
            throw new JsonException($"'minimumVersion' {minimum} is above 'maximumVersion' {maximum}; no model could be between.");

        return new()
        {
            Models = rule.Optional("models") is { } models ? ParseModels(models) : [NamePattern.Every],
            Signers = signers,
            Threshold = (int)threshold,
            Name = rule.OptionalText("name", what),
            Version = rule.OptionalText("version", what),
            MinimumVersion = minimum,
            MaximumVersion = maximum,
            MaximumAge = rule.Optional("maximumAgeDays") is { } age ? ParseAge(age) : null,
            AllowedFormats = rule.Optional("formats") is { } formats ? ParseFormats(formats) : null,
            FailOn = ParseSeverity(rule.OptionalText("failOn", what)),
            AllowExtraFiles = rule.Optional("allowExtraFiles")?.Boolean("'allowExtraFiles'") ?? false,
            IgnoredPaths = rule.Optional("ignore") is { } ignored ? ParseIgnored(ignored) : [],
            Attestations = rule.Optional("attestations") is { } attestations ? PolicyAttestations.Parse(attestations, ParseKey) : [],
            Checks = rule.Optional("checks") is { } checks ? ParseChecks(checks) : CheckEnforcement.Strict,
        };
    }

    /// <summary>A signer who attests or revokes: those have a key.</summary>
    public TrustedKey ParseKey(JsonElement signer) => parseSigner(signer).Single() as TrustedKey
        ?? throw new JsonException("Who attests or revokes is of the kind 'key'.");

    public static TimeSpan ParseAge(JsonElement element) => element.WholeNumber("'maximumAgeDays'") is var days and >= 1 and <= 36_500
        ? TimeSpan.FromDays(days)
        : throw new JsonException("'maximumAgeDays' goes from 1 to 36500.");

    private static NamePattern[] ParseModels(JsonElement element)
    {
        var patterns = element.Array("'models'").Select(entry => entry.Text("a pattern in 'models'"))
            .Select(text => NamePattern.TryParse(text, out var pattern) ? pattern : throw new JsonException("A pattern in 'models' has 1 to 256 characters.")).ToArray();
        return patterns.Length is > 0 and <= MaximumPatterns ? patterns : throw new JsonException($"'models' has {patterns.Length} patterns; it may have 1 to {MaximumPatterns}.");
    }

    private static ModelVersion? ParseVersion(JsonElement rule, string name, string what) => rule.OptionalText(name, what) is not { } text ? null
        : ModelVersion.TryParse(text, out var version) ? version
        : throw new JsonException($"'{text}' is no version.");

    private static string[] ParseFormats(JsonElement element)
    {
        var formats = element.Array("'formats'").Select(format => format.Text("a format")).ToArray();
        if (formats.FirstOrDefault(format => !Inspector.FormatNames.Contains(format)) is { } unknown)
            throw new JsonException($"'{unknown}' is no known format; known are {string.Join(", ", Inspector.FormatNames)}.");
        return formats;
    }

    private static FindingSeverity ParseSeverity(string? text) => text switch
    {
        null or "warning" => FindingSeverity.Warning,
        "info" => FindingSeverity.Info,
        "danger" => FindingSeverity.Danger,
        _ => throw new JsonException($"'{text}' is no severity; there are info, warning and danger."),
    };

    private static string[] ParseIgnored(JsonElement element)
    {
        try
        {
            return [.. element.Array("'ignore'").Select(path => Manifests.IgnoredPaths.Normalize(path.Text("an ignored path")))];
        }
        catch (ArgumentException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    // Whoever weakens what everything else stands on has to write a word that nobody reads over.
    private static CheckEnforcement ParseChecks(JsonElement element)
    {
        const string What = "'checks'";
        foreach (var name in new[] { "signature", "integrity" })
            if (element.Object(What).Optional(name) is not null)
                throw new JsonException($"'{name}' is always enforced; what weakens it is called 'dangerously{char.ToUpperInvariant(name[0])}{name[1..]}'.");
        element.Closed(What, "identity", "freshness", "metadata", "structure", "dangerouslySignature", "dangerouslyIntegrity");
        return new()
        {
            Identity = Of("identity"),
            Freshness = Of("freshness"),
            Metadata = Of("metadata"),
            Structure = Of("structure"),
            DangerousSignature = Of("dangerouslySignature"),
            DangerousIntegrity = Of("dangerouslyIntegrity"),
        };

        Enforcement Of(string name) => element.OptionalText(name, What) switch
        {
            null or "enforce" => Enforcement.Enforce,
            "warn" => Enforcement.Warn,
            "skip" => Enforcement.Skip,
            var other => throw new JsonException($"'{other}' is no way to hold a check; there are enforce, warn and skip."),
        };
    }

    /// <summary>What may stand in a rule.</summary>
    public static readonly string[] Members =
    [
        "models", "signers", "threshold", "name", "version", "minimumVersion", "maximumVersion", "maximumAgeDays", "formats", "failOn",
        "allowExtraFiles", "ignore", "attestations", "checks",
    ];

    private const int MaximumPatterns = 1000;
}
