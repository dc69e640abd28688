using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>What can be wrong with a model of boosted trees.</summary>
internal static class BoostingRules
{
    public static readonly FindingRule Tree = new("GBT101", FindingSeverity.Warning, "A tree is no tree: its nodes contradict each other, or lead beyond it or in a circle");
    public static readonly FindingRule Name = new("GBT102", FindingSeverity.Warning, "The objective of a model is named by something that is no name");
    public static readonly FindingRule Declared = new("GBT103", FindingSeverity.Warning, "A model declares far more classes, features or outputs than its file can hold");

    public static IReadOnlyList<FindingRule> All { get; } = [Tree, Name, Declared];
}
