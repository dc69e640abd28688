using System.Globalization;
using System.Text.Json;

namespace Precinto.Scans;

/// <summary>A version of Trivy, and what is known of some.</summary>
internal static class TrivyVersion
{
    /// <summary>
    /// Before it, a malicious registry could make Trivy hand out credentials for other ones (CVE-2024-35192).
    /// </summary>
    public static readonly Version Minimum = new(0, 51, 2);

    /// <summary>Reads <c>0.69.3</c> or <c>v0.69.3</c>, with or without a suffix such as <c>-rc1</c>; null for anything else, <c>dev</c> among it.</summary>
    public static Version? Parse(string? text)
    {
        if (text is null || text.Length > MaximumLength)
            return null;

        var parts = (text.StartsWith('v') ? text[1..] : text).Split(['-', '+'], 2)[0].Split('.');
        if (parts.Length != 3)
            return null;

        Span<int> numbers = stackalloc int[3];
        for (var index = 0; index < numbers.Length; index++)
            if (!int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[index]))
                return null;

        return new(numbers[0], numbers[1], numbers[2]);
    }

    /// <summary>
    /// The version that a report states, as it stands there: a release, or <c>dev</c> for one that somebody built. Anything else, such as a blank before it,
    /// could be one of the malicious versions under another name.
    /// </summary>
    /// <exception cref="JsonException">It is neither.</exception>
    public static string? Read(string? text) =>
        text is null or "dev" || Parse(text) is not null ? text : throw new JsonException($"It is by Trivy '{text}', which is no version of it.");

    /// <summary>Whether attackers published it: 0.69.4 everywhere on 2026-03-19, 0.69.5 and 0.69.6 as images on 2026-03-22 (CVE-2026-33634).</summary>
    public static bool IsMalicious(Version version) => version is { Major: 0, Minor: 69, Build: 4 or 5 or 6 };

    private const int MaximumLength = 64;
}
