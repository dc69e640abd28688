using Precinto.Inspection;

namespace Precinto.Formats.Paddle;

/// <summary>What operators of a program of PaddlePaddle can reach.</summary>
internal static class PaddleRules
{
    public static readonly FindingRule Python = new("PDL101", FindingSeverity.Danger, "An operator calls Python");
    public static readonly FindingRule Files = new("PDL102", FindingSeverity.Warning, "An operator reaches files or the network");

    public static readonly FindingRule Engine = new("PDL103", FindingSeverity.Warning, "An operator runs an engine that was compiled for some hardware");

    public static IReadOnlyList<FindingRule> All { get; } = [Python, Files, Engine];
}
