using Precinto.Manifests;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>
/// Which rule of a policy speaks for a model. It is found by a name before anything is verified, and so by a name that anyone could have written:
/// the rule only says what the model is held to. In the end, the name that trusted signatures state must lead to the same rule.
/// </summary>
internal sealed class RuleChoice
{
    private readonly TrustPolicy _document;
    private readonly TrustPolicy? _rule;

    private RuleChoice(TrustPolicy document, TrustPolicy? rule, string? name, string? problem)
    {
        _document = document;
        _rule = rule;
        Name = name;
        Problem = problem;
        Policy = document.Complete(rule ?? new());
    }

    /// <summary>The rule with all that the policy says beside its rules; it trusts nobody where there is none.</summary>
    public TrustPolicy Policy { get; }

    /// <summary>The name by which it was found; null where the policy has one rule for every model.</summary>
    public string? Name { get; }

    /// <summary>Why there is none.</summary>
    public string? Problem { get; }

    /// <summary>Where the rule stands in the policy, from 1; null where there is none.</summary>
    public int? Number => _rule is null ? null : _document.AllRules.ToList().IndexOf(_rule) + 1;

    /// <summary>A policy with one rule for every model needs no name.</summary>
    public static bool IsClear(TrustPolicy document) => document.Rules.Count == 0 && document.Models.Any(pattern => pattern.IsEvery);

    public static RuleChoice Clear(TrustPolicy document) => new(document, document, null, null);

    /// <param name="document">The policy.</param>
    /// <param name="expected">The name that the caller asks for.</param>
    /// <param name="claims">What signatures say of themselves.</param>
    /// <param name="recordFile">The record that lies with the model.</param>
    /// <param name="now">The time of the verification.</param>
    public static RuleChoice Of(TrustPolicy document, string? expected, IReadOnlyList<SignatureClaim> claims, ModelRecord? recordFile, DateTimeOffset now)
    {
        if (expected is not null)
            return ByName(document, [expected]);

        // Whoever adds a signature of their own to a model must not decide which rule is taken, as long as one that is known speaks.
        TrustPolicy anyone = new() { Signers = [.. document.AllSigners] };
        var known = claims.Where(claim => claim.StatedName is not null && claim.Assess(null, [], anyone, now).Standing == SignatureStanding.Trusted).Select(claim => claim.StatedName!).ToArray();
        if (known.Length > 0)
            return ByName(document, known);

        var claimed = claims.Select(claim => claim.StatedName).Append(recordFile?.Name).OfType<string>().ToArray();
        return ByName(document, claimed.Length > 0 ? claimed : [""]);
    }

    /// <summary>In what the signed name leads to another rule; null where it leads to this one.</summary>
    public string? FindDisagreement(string? signedName)
    {
        if (Name is null || Problem is not null || _document.IsIntegrityOnly || _document.FindRule(signedName ?? "") == _rule)
            return null;
        return signedName is null
            ? $"the rule for '{Name}' was taken, and no trusted signature states that name"
            : $"the rule for '{Name}' was taken, and the model was signed as '{signedName}', for which another rule speaks, or none";
    }

    private static RuleChoice ByName(TrustPolicy document, IReadOnlyList<string> names)
    {
        var found = names.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Rule: document.FindRule(name))).ToArray();
        if (found.DistinctBy(choice => choice.Rule).Count() > 1)
            return new(document, null, null, $"signatures name the model {string.Join(" and ", found.Take(Shown).Select(choice => $"'{choice.Name}'"))}, for which different rules speak; ask for one with --expect-name");
        var (name, rule) = found[0];
        return new(document, rule, name, rule is not null ? null
            : name.Length > 0 ? $"no rule of the policy speaks for a model that is called '{name}'"
            : "no rule of the policy speaks for a model without a name");
    }

    private const int Shown = 3;
}
