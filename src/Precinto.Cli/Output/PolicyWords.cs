using System.Text.Json;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Cli.Output;

/// <summary>What a rule of a policy asks, in words, check by check.</summary>
internal static class PolicyWords
{
    public static IReadOnlyList<string> Asked(TrustPolicy rule, CheckName check) =>
    [
        .. check switch
        {
            CheckName.Signature => AskedOfSignatures(rule),
            CheckName.Integrity => AskedOfFiles(rule),
            CheckName.Identity => Stated(("the name", rule.Name), ("the version", rule.Version)),
            CheckName.Freshness => AskedOfTime(rule),
            CheckName.Metadata => ["the record, where there is one, agrees with the content"],
            CheckName.Structure =>
            [
                rule.AllowedFormats is { } formats ? $"the format is one of {string.Join(", ", formats)}" : "the format is any that is known",
                $"nothing of the severity {FactsJson.NameOf(rule.FailOn)} or above is found",
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(check)),
        },
    ];

    public static string Models(TrustPolicy rule) => string.Join(", ", rule.Models.Select(pattern => pattern.ToString()));

    private static IEnumerable<string> AskedOfSignatures(TrustPolicy rule)
    {
        if (rule.IsIntegrityOnly)
        {
            yield return "nobody is asked to vouch for it";
            yield break;
        }

        var signers = rule.Signers.Select(signer => signer.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        yield return $"signed by {rule.Threshold} of {signers.Length}: {string.Join(", ", signers)}";
        foreach (var demand in rule.Attestations)
            yield return $"an attestation: {string.Join("; ", [demand.Kind, .. demand.Describe()])}";
    }

    private static IEnumerable<string> AskedOfFiles(TrustPolicy rule)
    {
        yield return rule.AllowExtraFiles ? "every signed file is there as it was signed; others may lie beside them" : "every file is what was signed, none is missing, none is extra";
        if (rule.IgnoredPaths.Count > 0)
            yield return $"left out: {string.Join(", ", rule.IgnoredPaths)}";
    }

    private static IEnumerable<string> AskedOfTime(TrustPolicy rule)
    {
        yield return "it is neither expired nor revoked";
        foreach (var line in Stated(("version at least", rule.MinimumVersion?.ToString()), ("version at most", rule.MaximumVersion?.ToString())))
            yield return line;
        if (rule.MaximumAge is { } age)
            yield return $"signed at most {age.TotalDays:0.##} days ago";
        foreach (var state in rule.StateFiles)
            yield return $"not older than what {state} remembers";
    }

    private static IEnumerable<string> Stated(params (string What, string? Value)[] demands) =>
        demands.Where(demand => demand.Value is not null).Select(demand => $"{demand.What} '{demand.Value}'");
}
