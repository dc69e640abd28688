using Precinto.Inspection;

namespace Precinto.Formats.MLNet;

/// <summary>What can be wrong with a model of ML.NET: it names the assemblies that its loader loads.</summary>
internal static class MLNetRules
{
    public static readonly FindingRule ForeignAssembly = new("MLN101", FindingSeverity.Danger, "The model names an assembly to load that is not part of ML.NET");
    public static readonly FindingRule CustomCode = new("MLN102", FindingSeverity.Danger, "The model calls code of the application by name");
    public static readonly FindingRule UnknownAssembly = new("MLN103", FindingSeverity.Warning, "The model names an assembly that ML.NET is not known to have");
    public static readonly FindingRule EmbeddedModel = new("MLN104", FindingSeverity.Warning, "The model embeds one of a native framework");
    public static readonly FindingRule BrokenHeader = new("MLN105", FindingSeverity.Warning, "A part's header is broken", isMalformed: true);
    public static readonly FindingRule MissingHeader = new("MLN106", FindingSeverity.Warning, "The chain of transformers lacks its header", isMalformed: true);

    public static IReadOnlyList<FindingRule> All { get; } =
        [ForeignAssembly, CustomCode, UnknownAssembly, EmbeddedModel, BrokenHeader, MissingHeader];
}
