using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Trust;

/// <summary>
/// The members of a policy (docs/spec/policy-v1.md). It either is one rule, whose members stand in the document itself, or has a list of <c>rules</c>;
/// the other members belong to the whole.
/// </summary>
internal static class PolicyMembers
{
    /// <param name="root">The document.</param>
    /// <param name="parseSigner">Reads an entry of <c>signers</c>, which may be several people.</param>
    /// <param name="locate">Finds a file that the policy names.</param>
    /// <exception cref="JsonException">A member cannot be understood; one that were passed over would make the policy weaker.</exception>
    public static TrustPolicy Parse(JsonElement root, Func<JsonElement, IEnumerable<TrustedSigner>> parseSigner, Func<string, string> locate)
    {
        var hasRules = root.Object("The policy").Optional("rules") is not null;
        root.Closed("The policy", [.. OfDocument, .. hasRules ? ["rules"] : PolicyRule.Members]);
        if (root.RequiredText("schema", Policy) is var schema && schema != Schema)
            throw new JsonException($"The policy is of the schema '{schema}', not {Schema}.");

        PolicyRule reader = new(parseSigner);
        var expires = root.Optional("expires") is { } time ? PolicyTime.Parse(time, "'expires'") : (DateTimeOffset?)null;
        var revoked = root.Optional("revoked") is { } lists ? RevocationDocument.ParseLists(lists.Closed("'revoked'", "digests", "signers")) : Revocations.None;
        var list = root.Optional("revocations") is { } signed ? ParseList(signed, reader, locate) : null;
        IReadOnlyList<string> states = root.OptionalText("state", Policy) is { } state ? [locate(state)] : [];
        IReadOnlyList<AllowedRollback> rollbacks = root.Optional("allowedRollbacks") is { } allowed ? [.. allowed.Array("'allowedRollbacks'").Select(ParseRollback)] : [];
        if (rollbacks.Count > 0 && states.Count == 0)
            throw new JsonException("'allowedRollbacks' stands there without 'state'; nothing is remembered that could be rolled back.");

        TrustPolicy document = new() { Expires = expires, Revoked = revoked, RevocationList = list, StateFiles = states, AllowedRollbacks = rollbacks };
        return hasRules ? document.WithRules(ParseRules(root.Required("rules", Policy), reader)) : document.Complete(reader.Parse(root, "The policy"));
    }

    private static TrustPolicy[] ParseRules(JsonElement element, PolicyRule reader)
    {
        List<TrustPolicy> rules = [];
        foreach (var rule in element.Array("'rules'"))
        {
            var what = $"Rule {rules.Count + 1}";
            if (rules.Count == MaximumRules)
                throw new JsonException($"'rules' has more than {MaximumRules} entries.");
            rule.Closed(what, PolicyRule.Members);
            _ = rule.Required("models", what);
            rules.Add(reader.Parse(rule, what));
        }

        return rules.Count > 0 ? [.. rules] : throw new JsonException("'rules' is empty; the policy would trust nobody.");
    }

    private static SignedRevocations ParseList(JsonElement element, PolicyRule reader, Func<string, string> locate)
    {
        const string List = "'revocations'";
        element.Closed(List, "file", "signers", "maximumAgeDays");
        var signers = element.Required("signers", List).Array("'signers' of 'revocations'").Select(reader.ParseKey).ToArray();
        if (signers.Length == 0)
            throw new JsonException("'revocations' names no signer; nobody could revoke anything.");
        return new(locate(element.RequiredText("file", List)), signers, PolicyRule.ParseAge(element.Required("maximumAgeDays", List)));
    }

    private static AllowedRollback ParseRollback(JsonElement element)
    {
        const string Rollback = "an allowed roll-back";
        element.Closed("An allowed roll-back", "digest", "reason");
        return new(RevocationDocument.ParseSha256(element.RequiredText("digest", Rollback), "The digest of an allowed roll-back"), RevocationDocument.ParseReason(element, Rollback));
    }

    public const string Schema = "precinto.policy/v1";
    private const string Policy = "the policy";
    private const int MaximumRules = 1000;
    private static readonly string[] OfDocument = ["schema", "expires", "revoked", "revocations", "state", "allowedRollbacks"];
}
