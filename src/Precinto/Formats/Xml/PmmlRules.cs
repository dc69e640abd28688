using Precinto.Inspection;

namespace Precinto.Formats.Xml;

/// <summary>What can be wrong with a PMML model.</summary>
internal static class PmmlRules
{
    public static readonly FindingRule ClassFunction = new("PMM101", FindingSeverity.Warning, "A function is named as a class");
    public static readonly FindingRule Extensions = new("PMM102", FindingSeverity.Info, "The model holds extensions");

    public static IReadOnlyList<FindingRule> All { get; } = [ClassFunction, Extensions];
}
