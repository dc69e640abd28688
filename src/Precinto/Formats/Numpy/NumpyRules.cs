using Precinto.Inspection;

namespace Precinto.Formats.Numpy;

/// <summary>What can be wrong with an array file of NumPy.</summary>
internal static class NumpyRules
{
    public static readonly FindingRule ObjectArray = new("NPY101", FindingSeverity.Danger, "An array of objects holds a pickle that could not be read");
    public static readonly FindingRule InspectedObjects = new("NPY102", FindingSeverity.Info, "An array of objects holds a pickle, which was inspected");
    public static readonly FindingRule SizeMismatch = new("NPY103", FindingSeverity.Warning, "An array has fewer bytes than its shape takes", isMalformed: true);
    public static readonly FindingRule ForeignMember = new("NPY104", FindingSeverity.Warning, "An archive of arrays holds something else");

    public static IReadOnlyList<FindingRule> All { get; } = [ObjectArray, InspectedObjects, SizeMismatch, ForeignMember];
}
