using Precinto.Inspection;

namespace Precinto.Formats.ExecuTorch;

/// <summary>What can be wrong with a program of ExecuTorch.</summary>
internal static class ExecuTorchRules
{
    public static readonly FindingRule Delegate = new("PTE101", FindingSeverity.Warning, "A part of the ExecuTorch program is compiled for a backend and was not read");
    public static readonly FindingRule ForeignOperator = new("PTE102", FindingSeverity.Warning, "The ExecuTorch program calls an operator that is not PyTorch's own");
    public static readonly FindingRule Reference = new("PTE103", FindingSeverity.Warning, "The ExecuTorch program refers to what is not there", isMalformed: true);
    public static readonly FindingRule External = new("PTE104", FindingSeverity.Info, "Tensors of the ExecuTorch program lie in another file");

    public static IReadOnlyList<FindingRule> All { get; } = [Delegate, ForeignOperator, Reference, External];
}
