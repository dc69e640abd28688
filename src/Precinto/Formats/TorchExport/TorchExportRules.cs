using Precinto.Inspection;

namespace Precinto.Formats.TorchExport;

/// <summary>What an exported program of PyTorch may reach for when it is loaded, and when it runs.</summary>
internal static class TorchExportRules
{
    public static readonly FindingRule ForeignOperator = new("PTX101", FindingSeverity.Warning, "The exported program calls an operator that is not PyTorch's own");
    public static readonly FindingRule NoOperator = new("PTX102", FindingSeverity.Danger, "The exported program calls a Python function that is no operator");
    public static readonly FindingRule FileOperator = new("PTX103", FindingSeverity.Danger, "The exported program calls an operator that reads or writes files");
    public static readonly FindingRule Code = new("PTX104", FindingSeverity.Danger, "An expression in the exported program is code, which loading evaluates");
    public static readonly FindingRule UnknownExpression = new("PTX105", FindingSeverity.Warning, "An expression in the exported program is no arithmetic that is known");
    public static readonly FindingRule Compiled = new("PTX106", FindingSeverity.Warning, "The archive holds compiled code, or its source, which runs when the model is loaded");
    public static readonly FindingRule Endless = new("PTX107", FindingSeverity.Warning, "An expression in the exported program takes more to evaluate than any machine has");

    public static readonly FindingRule CodeImport = new("PTX108", FindingSeverity.Danger, "Loading the exported program imports something that runs or loads code");
    public static readonly FindingRule Import = new("PTX109", FindingSeverity.Warning, "Loading the exported program imports a module by its name");

    public static IReadOnlyList<FindingRule> All { get; } = [ForeignOperator, NoOperator, FileOperator, Code, UnknownExpression, Compiled, Endless, CodeImport, Import];
}
