using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>What can be wrong with an ONNX model.</summary>
internal static class OnnxRules
{
    public static readonly FindingRule ExternalOutside = new("ONX101", FindingSeverity.Danger, "Weights are read from outside of the model's folder");
    public static readonly FindingRule ExternalStrange = new("ONX102", FindingSeverity.Warning, "A reference to external weights is broken or ambiguous", isMalformed: true);
    public static readonly FindingRule ExternalFile = new("ONX103", FindingSeverity.Info, "Weights lie in another file, which must be part of the model");
    public static readonly FindingRule CustomOperator = new("ONX104", FindingSeverity.Warning, "An operator is of no known domain: a library of its own computes it");
    public static readonly FindingRule PythonOperator = new("ONX105", FindingSeverity.Danger, "An operator runs Python code");
    public static readonly FindingRule SizeMismatch = new("ONX106", FindingSeverity.Warning, "A tensor's data is not what its type and dimensions take", isMalformed: true);
    public static readonly FindingRule UnknownType = new("ONX107", FindingSeverity.Warning, "A tensor's element type is unknown", isMalformed: true);

    public static readonly FindingRule Engine = new("ONX108", FindingSeverity.Warning, "A node runs an engine that was compiled for some hardware");

    public static readonly FindingRule Expansion = new("ONX109", FindingSeverity.Warning, "Loading makes far more of the model than its file holds");
    public static readonly FindingRule FileOperator = new("ONX111", FindingSeverity.Warning, "A node calls an operator of PyTorch that reads or writes files");

    public static IReadOnlyList<FindingRule> All { get; } =
        [ExternalOutside, ExternalStrange, ExternalFile, CustomOperator, PythonOperator, SizeMismatch, UnknownType, Engine, Expansion, FileOperator];
}
