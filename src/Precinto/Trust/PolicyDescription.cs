using System.Globalization;
using System.Text;

namespace Precinto.Trust;

/// <summary>
/// A policy as text, one fact a line in a fixed order (docs/spec/attestations.md): what its digest is computed over where it was read from no file.
/// </summary>
internal static class PolicyDescription
{
    public static byte[] Write(TrustPolicy policy)
    {
        StringBuilder text = new("precinto.policy-description/v1\n");
        Line("expires", Seconds(policy.Expires));
        foreach (var revoked in policy.Revoked.Digests.Select(revoked => $"digest {revoked.Digest}")
            .Concat(policy.Revoked.Signers.Select(revoked => $"signer {revoked.Kind} {revoked.Identity}")).Order(StringComparer.Ordinal))
            Line("revoked", revoked);
        if (policy.RevocationList is { } list)
            Line("revocations", string.Join("; ", [$"age {(long)list.MaximumAge.TotalSeconds}", .. list.Signers.Select(signer => $"by {Describe(signer)}").Order(StringComparer.Ordinal)]));
        foreach (var rollback in policy.AllowedRollbacks.Select(rollback => rollback.Digest.ToString()).Order(StringComparer.Ordinal))
            Line("rollback", rollback);

        // The first rule that speaks for a model decides, so that their order is part of what they say.
        foreach (var (number, rule) in policy.AllRules.Index())
        {
            Line("rule", rule == policy ? null : (number + 1).ToString(CultureInfo.InvariantCulture));
            foreach (var pattern in rule.Models.Select(pattern => pattern.ToString()).Where(pattern => rule != policy || pattern != "*").Order(StringComparer.Ordinal))
                Line("models", pattern);
            WriteRule(rule);
        }

        return Encoding.UTF8.GetBytes(text.ToString());

        void WriteRule(TrustPolicy rule)
        {
            foreach (var signer in rule.Signers.Select(Describe).Distinct().Order(StringComparer.Ordinal))
                Line("signer", signer);
            Line("threshold", rule.Threshold.ToString(CultureInfo.InvariantCulture));
            Line("name", rule.Name);
            Line("version", rule.Version);
            Line("minimum-version", rule.MinimumVersion?.ToString());
            Line("maximum-version", rule.MaximumVersion?.ToString());
            Line("maximum-age", rule.MaximumAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null);
            foreach (var format in rule.AllowedFormats?.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
                Line("format", format);
            Line("fail-on", rule.FailOn.ToString().ToLowerInvariant());
            Line("extra-files", rule.AllowExtraFiles ? "allowed" : null);
            foreach (var path in rule.IgnoredPaths.Order(StringComparer.Ordinal))
                Line("ignore", path);
            foreach (var demand in rule.Attestations.Select(Describe).Order(StringComparer.Ordinal))
                Line("attestation", demand);
            foreach (var (name, enforcement) in rule.Checks.Weakened)
                Line("check", $"{name} {enforcement.ToString().ToLowerInvariant()}");
        }

        // What a user named may hold a line feed; one fact must not become two.
        void Line(string name, string? value)
        {
            if (value is not null)
                text.Append(name).Append(' ').Append(value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        }
    }

    private static string? Seconds(DateTimeOffset? time) => time?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Describe(TrustedSigner signer) => $"{signer.Kind} {signer.Identity}";

    private static string Describe(AttestationDemand demand) => string.Join("; ",
        [demand.Kind, .. demand.Describe(), .. demand.Attesters?.Select(attester => $"by {Describe(attester)}").Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()]);
}
