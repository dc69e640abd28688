using Precinto.Formats.Archives;
using Precinto.Inspection;

namespace Precinto.Formats.SevenZip;

/// <summary>What can be wrong with a 7z archive.</summary>
internal static class SevenZipRules
{
    public static readonly FindingRule LeavesFolder = new("SVZ101", FindingSeverity.Danger, "A member's name leads out of the folder that the 7z archive is unpacked into");
    public static readonly FindingRule LinkOutside = new("SVZ102", FindingSeverity.Danger, "A link leads out of the folder that the 7z archive is unpacked into");
    public static readonly FindingRule ThroughLink = new("SVZ103", FindingSeverity.Danger, "A member of the 7z archive is unpacked through a link");
    public static readonly FindingRule Duplicate = new("SVZ104", FindingSeverity.Warning, "Two members have the same name in the 7z archive", isMalformed: true);
    public static readonly FindingRule DuplicateByCase = new("SVZ105", FindingSeverity.Warning, "Two members have names that differ by case only in the 7z archive");
    public static readonly FindingRule StrangeName = new("SVZ106", FindingSeverity.Warning, "A member's name in the 7z archive is read differently by different readers");
    public static readonly FindingRule WrongChecksum = new("SVZ107", FindingSeverity.Warning, "A checksum in the 7z archive is wrong", isMalformed: true);
    public static readonly FindingRule Hidden = new("SVZ108", FindingSeverity.Warning, "Bytes of the 7z archive belong to no member", isMalformed: true);
    public static readonly FindingRule UnknownMethod = new("SVZ109", FindingSeverity.Warning, "Members of the 7z archive are compressed by a method that is not read", isUnread: true);
    public static readonly FindingRule Link = new("SVZ110", FindingSeverity.Warning, "A member of the 7z archive is a link");
    public static readonly FindingRule AntiItem = new("SVZ111", FindingSeverity.Warning, "Unpacking the 7z archive deletes a file");
    public static readonly FindingRule UnknownMembers = new("SVZ112", FindingSeverity.Info, "Members of the 7z archive are of no known format");
    public static readonly FindingRule WindowsName = new("SVZ113", FindingSeverity.Warning, "A member's name in the 7z archive is another one on Windows");

    public static readonly MemberNameRules Names = new(LeavesFolder, Duplicate, Link)
    {
        DuplicateByCase = DuplicateByCase,
        StrangeName = StrangeName,
        LinkOutside = LinkOutside,
        ThroughLink = ThroughLink,
        WindowsName = WindowsName,
    };

    public static IReadOnlyList<FindingRule> All { get; } =
    [
        LeavesFolder, LinkOutside, ThroughLink, Duplicate, DuplicateByCase, StrangeName, WrongChecksum, Hidden, UnknownMethod, Link, AntiItem, UnknownMembers, WindowsName,
    ];
}
