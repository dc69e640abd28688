using Precinto.Formats.Archives;
using Precinto.Inspection;

namespace Precinto.Formats.Tar;

/// <summary>What can be wrong with a tar archive.</summary>
internal static class TarRules
{
    public static readonly FindingRule LeavesFolder = new("TAR101", FindingSeverity.Danger, "A member's name leads out of the folder that the archive is unpacked into");
    public static readonly FindingRule LinkOutside = new("TAR102", FindingSeverity.Danger, "A link leads out of the folder that the archive is unpacked into");
    public static readonly FindingRule Device = new("TAR103", FindingSeverity.Danger, "A member is a device or a pipe");
    public static readonly FindingRule Link = new("TAR104", FindingSeverity.Info, "A member is a link to another member");
    public static readonly FindingRule Duplicate = new("TAR105", FindingSeverity.Warning, "Two members have the same name in the archive");
    public static readonly FindingRule Contradiction = new("TAR106", FindingSeverity.Warning, "Headers of a member contradict each other", isMalformed: true);
    public static readonly FindingRule NotRead = new("TAR107", FindingSeverity.Warning, "A member is of a kind that is not read", isUnread: true);
    public static readonly FindingRule ThroughLink = new("TAR108", FindingSeverity.Danger, "A member is unpacked through a link");
    public static readonly FindingRule Hidden = new("TAR109", FindingSeverity.Warning, "Bytes follow the end mark of the archive", isMalformed: true);
    public static readonly FindingRule UnknownMembers = new("TAR110", FindingSeverity.Info, "Members of the archive are of no known format");

    public static readonly FindingRule RootedLink = new("TAR111", FindingSeverity.Warning, "A link counts from the top of an operating system's tree");
    public static readonly FindingRule WindowsName = new("TAR112", FindingSeverity.Info, "A member's name in the archive is another one on Windows");
    public static readonly FindingRule Whiteout = new("TAR113", FindingSeverity.Danger, "A member deletes the folder that it lies in, or the one above, where layers are unpacked");

    public static readonly MemberNameRules Names =
        new(LeavesFolder, Duplicate, Link) { LinkOutside = LinkOutside, ThroughLink = ThroughLink, RootedLink = RootedLink, WindowsName = WindowsName };

    public static IReadOnlyList<FindingRule> All { get; } =
        [LeavesFolder, LinkOutside, Device, Link, Duplicate, Contradiction, NotRead, ThroughLink, Hidden, UnknownMembers, RootedLink, WindowsName, Whiteout];
}
