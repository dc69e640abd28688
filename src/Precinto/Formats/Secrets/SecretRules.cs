using Precinto.Inspection;

namespace Precinto.Formats.Secrets;

/// <summary>What was left in a file and opens something else.</summary>
internal static class SecretRules
{
    public static readonly FindingRule Secret = new("SEC101", FindingSeverity.Warning, "The file holds what looks like a key to something else");

    public static IReadOnlyList<FindingRule> All { get; } = [Secret];
}
