using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>What the code that PyTorch compiles out of an archive may do. It runs when the model predicts, in an interpreter without Python.</summary>
internal static class TorchRules
{
    public static readonly FindingRule ReachesFiles = new("TSC101", FindingSeverity.Warning, "TorchScript code names an operator that reads or writes files");
    public static readonly FindingRule ForeignOperator = new("TSC102", FindingSeverity.Warning, "TorchScript code calls an operator that is not PyTorch's own");
    public static readonly FindingRule Code = new("TSC103", FindingSeverity.Info, "The archive holds TorchScript code, which runs when the model predicts");

    public static IReadOnlyList<FindingRule> All { get; } = [ReachesFiles, ForeignOperator, Code];
}
