using Precinto.Inspection;

namespace Precinto.Formats.Xml;

/// <summary>What can be wrong with an OpenVINO model.</summary>
internal static class OpenVinoRules
{
    public static readonly FindingRule Library = new("OVI101", FindingSeverity.Danger, "A layer names a library");
    public static readonly FindingRule Extension = new("OVI102", FindingSeverity.Warning, "A layer is of no known operation set");
    public static readonly FindingRule SizeMismatch = new("OVI103", FindingSeverity.Warning, "A constant's size is not what its type and shape take", isMalformed: true);
    public static readonly FindingRule OtherFile = new("OVI104", FindingSeverity.Info, "Weights lie in another file, which must be part of the model");

    public static IReadOnlyList<FindingRule> All { get; } = [Library, Extension, SizeMismatch, OtherFile];
}
