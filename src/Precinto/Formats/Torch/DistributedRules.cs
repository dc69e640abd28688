using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>What can be wrong between the files of a distributed checkpoint. What torch.load makes of a part of a file, the index decides, not the file.</summary>
internal static class DistributedRules
{
    public static readonly FindingRule LeavesFolder = new("DCP101", FindingSeverity.Danger, "The index of a checkpoint leads out of its folder");
    public static readonly FindingRule OtherFile = new("DCP102", FindingSeverity.Warning, "The index of a checkpoint names a file that is no part of it");
    public static readonly FindingRule OtherBytes = new("DCP103", FindingSeverity.Danger, "An entry of a checkpoint is other bytes than one archive of its file");
    public static readonly FindingRule NotCompared = new("DCP104", FindingSeverity.Warning, "The index of a checkpoint cannot be compared with its files", isUnread: true);
    public static readonly FindingRule Alone = new("DCP105", FindingSeverity.Info, "The index of a checkpoint was inspected without its files");

    public static IReadOnlyList<FindingRule> All { get; } = [LeavesFolder, OtherFile, OtherBytes, NotCompared, Alone];
}
