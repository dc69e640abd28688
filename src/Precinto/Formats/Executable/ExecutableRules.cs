using Precinto.Inspection;

namespace Precinto.Formats.Executable;

/// <summary>What a program in place of a model means.</summary>
internal static class ExecutableRules
{
    public static readonly FindingRule Program = new("EXE101", FindingSeverity.Warning, "The file is a program");

    public static IReadOnlyList<FindingRule> All { get; } = [Program];
}
