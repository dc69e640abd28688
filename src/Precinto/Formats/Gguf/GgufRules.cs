using Precinto.Inspection;

namespace Precinto.Formats.Gguf;

/// <summary>What can be wrong with a GGUF file. Loaders map it into memory and believe its numbers; that is what an attacker writes them for.</summary>
internal static class GgufRules
{
    public static readonly FindingRule DuplicateKey = new("GGF101", FindingSeverity.Warning, "The metadata has a key twice", isMalformed: true);
    public static readonly FindingRule Alignment = new("GGF102", FindingSeverity.Warning, "The alignment is none, or a tensor does not keep to it", isMalformed: true);
    public static readonly FindingRule DuplicateTensor = new("GGF103", FindingSeverity.Warning, "Two tensors have the same name", isMalformed: true);
    public static readonly FindingRule Dimensions = new("GGF104", FindingSeverity.Warning, "A tensor's dimensions are impossible", isMalformed: true);
    public static readonly FindingRule UnknownType = new("GGF105", FindingSeverity.Warning, "A tensor's element type is unknown", isMalformed: true);
    public static readonly FindingRule OutOfRange = new("GGF106", FindingSeverity.Warning, "A tensor lies outside of the file", isMalformed: true);
    public static readonly FindingRule Overlap = new("GGF107", FindingSeverity.Warning, "Tensors overlap", isMalformed: true);
    public static readonly FindingRule Gap = new("GGF108", FindingSeverity.Warning, "Bytes belong to no tensor", isMalformed: true);
    public static readonly FindingRule Padding = new("GGF109", FindingSeverity.Warning, "The padding before a tensor holds data", isMalformed: true);
    public static readonly FindingRule ValueType = new("GGF110", FindingSeverity.Warning, "A metadata value is of another type than its key or its format has", isMalformed: true);
    public static readonly FindingRule LongName = new("GGF111", FindingSeverity.Info, "A tensor's name is longer than llama.cpp takes");
    public static readonly FindingRule Legacy = new("GGF201", FindingSeverity.Warning, "The file is of a format before GGUF and is not read to its end", isUnread: true);

    public static IReadOnlyList<FindingRule> All { get; } =
        [DuplicateKey, Alignment, DuplicateTensor, Dimensions, UnknownType, OutOfRange, Overlap, Gap, Padding, ValueType, LongName, Legacy];
}
