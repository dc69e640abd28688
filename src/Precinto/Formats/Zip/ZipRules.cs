using Precinto.Formats.Archives;
using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>What can be wrong with a zip archive.</summary>
internal static class ZipRules
{
    public static readonly FindingRule NamesDiffer = new("ZIP101", FindingSeverity.Warning, "A member has two different names", isMalformed: true);
    public static readonly FindingRule Duplicate = new("ZIP102", FindingSeverity.Warning, "Two members have the same name", isMalformed: true);
    public static readonly FindingRule DuplicateByCase = new("ZIP103", FindingSeverity.Warning, "Two members have names that differ by case only");
    public static readonly FindingRule LeavesFolder = new("ZIP104", FindingSeverity.Danger, "A member's name leads out of the folder of extraction");
    public static readonly FindingRule StrangeName = new("ZIP105", FindingSeverity.Warning, "A member's name is read differently by different readers");
    public static readonly FindingRule WrongChecksum = new("ZIP106", FindingSeverity.Warning, "A member's checksum is wrong", isMalformed: true);
    public static readonly FindingRule Overlap = new("ZIP107", FindingSeverity.Warning, "Members overlap", isMalformed: true);
    public static readonly FindingRule Hidden = new("ZIP108", FindingSeverity.Warning, "Bytes belong to no member of the directory", isMalformed: true);
    public static readonly FindingRule Prepended = new("ZIP109", FindingSeverity.Warning, "Bytes precede the archive");
    public static readonly FindingRule HeadersDiffer = new("ZIP110", FindingSeverity.Warning, "A local header contradicts the directory", isMalformed: true);
    public static readonly FindingRule UnknownMethod = new("ZIP111", FindingSeverity.Warning, "A member is compressed by a method that is not read", isUnread: true);
    public static readonly FindingRule FalseEncryption = new("ZIP112", FindingSeverity.Warning, "A member claims to be encrypted and is not", isMalformed: true);
    public static readonly FindingRule Link = new("ZIP113", FindingSeverity.Warning, "A member is a symbolic link");
    public static readonly FindingRule TwoDirectories = new("ZIP114", FindingSeverity.Warning, "The archive has two directories", isMalformed: true);
    public static readonly FindingRule WrongSize = new("ZIP115", FindingSeverity.Warning, "A member's size is wrong", isMalformed: true);
    public static readonly FindingRule UnknownMembers = new("ZIP116", FindingSeverity.Info, "Members are of no known format");
    public static readonly FindingRule WindowsName = new("ZIP117", FindingSeverity.Warning, "A member's name is another one on Windows");

    public static readonly FindingRule OwnModules = new("ZIP118", FindingSeverity.Warning, "The archive brings the Python modules that its pickles name");

    public static readonly MemberNameRules Names =
        new(LeavesFolder, Duplicate, Link) { DuplicateByCase = DuplicateByCase, StrangeName = StrangeName, WindowsName = WindowsName };

    public static IReadOnlyList<FindingRule> All { get; } =
    [
        NamesDiffer, Duplicate, DuplicateByCase, LeavesFolder, StrangeName, WrongChecksum, Overlap, Hidden, Prepended,
        HeadersDiffer, UnknownMethod, FalseEncryption, Link, TwoDirectories, WrongSize, UnknownMembers, WindowsName, OwnModules,
    ];
}
