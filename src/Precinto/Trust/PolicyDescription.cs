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
        foreach (var signer in policy.Signers.Select(Describe).Distinct().Order(StringComparer.Ordinal))
            Line("signer", signer);
        Line("threshold", policy.Threshold.ToString(CultureInfo.InvariantCulture));
        Line("name", policy.Name);
        Line("version", policy.Version);
        Line("minimum-version", policy.MinimumVersion?.ToString());
        Line("maximum-age", policy.MaximumAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null);
        foreach (var format in policy.AllowedFormats?.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
            Line("format", format);
        Line("fail-on", policy.FailOn.ToString().ToLowerInvariant());
        Line("extra-files", policy.AllowExtraFiles ? "allowed" : null);
        foreach (var path in policy.IgnoredPaths.Order(StringComparer.Ordinal))
            Line("ignore", path);
        foreach (var demand in policy.Attestations.Select(Describe).Order(StringComparer.Ordinal))
            Line("attestation", demand);
        return Encoding.UTF8.GetBytes(text.ToString());

        // What a user named may hold a line feed; one fact must not become two.
        void Line(string name, string? value)
        {
            if (value is not null)
                text.Append(name).Append(' ').Append(value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        }
    }

    private static string Describe(TrustedSigner signer) => $"{signer.Kind} {signer.Identity}";

    private static string Describe(AttestationDemand demand) => string.Join("; ",
        [demand.Kind, .. demand.Describe(), .. demand.Attesters?.Select(attester => $"by {Describe(attester)}").Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()]);
}
