namespace Precinto.Inspection;

/// <summary>Findings that belong to no single format.</summary>
internal static class InspectionRules
{
    public static readonly FindingRule Malformed = new("FMT001", FindingSeverity.Warning, "The file breaks its format", isMalformed: true);
    public static readonly FindingRule LimitReached = new("FMT002", FindingSeverity.Warning, "A limit was reached before the end of the file", isMalformed: true);
    public static readonly FindingRule TooDeep = new("FMT003", FindingSeverity.Warning, "Containers are nested too deeply", isMalformed: true);
    public static readonly FindingRule NameDisagrees = new("FMT004", FindingSeverity.Warning, "The name claims another format than the bytes have");
    public static readonly FindingRule TrailingBytes = new("FMT005", FindingSeverity.Warning, "Bytes follow the end of the format", isMalformed: true);
    public static readonly FindingRule Empty = new("FMT006", FindingSeverity.Warning, "The file is empty", isMalformed: true);
    public static readonly FindingRule ExpansionBomb = new("FMT007", FindingSeverity.Warning, "A compressed stream expands beyond all proportion", isMalformed: true);
    public static readonly FindingRule Encrypted = new("FMT008", FindingSeverity.Warning, "Encrypted content cannot be inspected", isUnread: true);
    public static readonly FindingRule WrongDigest = new("FMT009", FindingSeverity.Warning, "The file's name is the digest of other bytes", isMalformed: true);
    public static readonly FindingRule ArchiveBehind = new("FMT010", FindingSeverity.Warning, "A zip archive stands at the end of what is none");

    public static IReadOnlyList<FindingRule> All { get; } =
        [Malformed, LimitReached, TooDeep, NameDisagrees, TrailingBytes, Empty, ExpansionBomb, Encrypted, WrongDigest, ArchiveBehind];
}
