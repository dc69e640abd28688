using Precinto.Inspection;

namespace Precinto.Formats.CoreML;

/// <summary>What can be wrong with a Core ML model.</summary>
internal static class CoreMLRules
{
    public static readonly FindingRule Custom = new("CML101", FindingSeverity.Warning, "A layer or a model is computed by a class of the application");
    public static readonly FindingRule Linked = new("CML102", FindingSeverity.Warning, "The model links to another file");
    public static readonly FindingRule Outside = new("CML103", FindingSeverity.Danger, "Weights are read from outside of the model's folder");

    public static IReadOnlyList<FindingRule> All { get; } = [Custom, Linked, Outside];
}
