using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>What is said of containers that are not, or not wholly, looked into.</summary>
internal static class ArchiveRules
{
    public static readonly FindingRule NotLookedInto = new("ARC101", FindingSeverity.Warning, "The archive is of a kind that is not looked into", isUnread: true);
    public static readonly FindingRule UnknownContent = new("ARC102", FindingSeverity.Info, "What was compressed is of no known format");

    public static readonly FindingRule CompressedAgain = new("ARC103", FindingSeverity.Warning, "What was compressed is compressed again and again", isUnread: true);

    public static IReadOnlyList<FindingRule> All { get; } = [NotLookedInto, UnknownContent, CompressedAgain];
}
