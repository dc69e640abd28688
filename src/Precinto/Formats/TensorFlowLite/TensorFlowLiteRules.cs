using Precinto.Inspection;

namespace Precinto.Formats.TensorFlowLite;

/// <summary>What can be wrong with a TensorFlow Lite model.</summary>
internal static class TensorFlowLiteRules
{
    public static readonly FindingRule CustomOperator = new("TFL101", FindingSeverity.Warning, "An operator is not TensorFlow Lite's own");
    public static readonly FindingRule FlexOperator = new("TFL102", FindingSeverity.Warning, "An operator of TensorFlow is run by a delegate");
    public static readonly FindingRule FileOperator = new("TFL103", FindingSeverity.Danger, "An operator reads or writes files or runs Python");
    public static readonly FindingRule Reference = new("TFL104", FindingSeverity.Warning, "A tensor, an operator or a buffer is referred to that is not there", isMalformed: true);
    public static readonly FindingRule Expansion = new("TFL105", FindingSeverity.Warning, "A tensor is far larger than its file");

    public static IReadOnlyList<FindingRule> All { get; } = [CustomOperator, FlexOperator, FileOperator, Reference, Expansion];
}
