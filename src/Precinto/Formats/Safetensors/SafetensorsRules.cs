using Precinto.Inspection;

namespace Precinto.Formats.Safetensors;

/// <summary>What can be wrong with a safetensors file. Nothing in it runs; what is wrong makes readers disagree, or read what is not theirs.</summary>
internal static class SafetensorsRules
{
    public static readonly FindingRule HeaderLength = new("SFT101", FindingSeverity.Warning, "The header is longer than the file or than 100 MB", isMalformed: true);
    public static readonly FindingRule DuplicateKey = new("SFT102", FindingSeverity.Warning, "The header names something twice", isMalformed: true);
    public static readonly FindingRule Overlap = new("SFT103", FindingSeverity.Warning, "Tensors overlap", isMalformed: true);
    public static readonly FindingRule Gap = new("SFT104", FindingSeverity.Warning, "Bytes belong to no tensor", isMalformed: true);
    public static readonly FindingRule OutOfRange = new("SFT105", FindingSeverity.Warning, "A tensor lies outside of the file", isMalformed: true);
    public static readonly FindingRule SizeMismatch = new("SFT106", FindingSeverity.Warning, "A tensor's size is not what its type and shape take", isMalformed: true);
    public static readonly FindingRule UnknownType = new("SFT107", FindingSeverity.Warning, "A tensor's element type is unknown", isMalformed: true);
    public static readonly FindingRule MetadataNotText = new("SFT108", FindingSeverity.Warning, "The metadata holds something other than texts", isMalformed: true);

    public static IReadOnlyList<FindingRule> All { get; } =
        [HeaderLength, DuplicateKey, Overlap, Gap, OutOfRange, SizeMismatch, UnknownType, MetadataNotText];
}
