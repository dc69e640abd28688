using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>What the code that PyTorch compiles out of an archive may do: it runs when the model predicts, in an interpreter without Python. And what of its tensors does not fit.</summary>
internal static class TorchRules
{
    public static readonly FindingRule ReachesFiles = new("TSC101", FindingSeverity.Warning, "TorchScript code names an operator that reads or writes files");
    public static readonly FindingRule ForeignOperator = new("TSC102", FindingSeverity.Warning, "TorchScript code calls an operator that is not PyTorch's own");
    public static readonly FindingRule Code = new("TSC103", FindingSeverity.Info, "The archive holds TorchScript code, which runs when the model predicts");
    public static readonly FindingRule Loading = new("TSC104", FindingSeverity.Warning, "TorchScript code that runs when the archive is loaded may never end, or makes far more than the archive holds");

    public static readonly FindingRule Storage = new("PTH101", FindingSeverity.Warning, "The bytes of a tensor are missing, or not as many as declared");
    public static readonly FindingRule Tensor = new("PTH102", FindingSeverity.Warning, "A tensor reaches beyond its bytes");
    public static readonly FindingRule Main = new("PTH103", FindingSeverity.Warning, "What the loader unpickles first is no pickle, or there are two of it");

    public static IReadOnlyList<FindingRule> All { get; } = [ReachesFiles, ForeignOperator, Code, Loading, Storage, Tensor, Main];
}
