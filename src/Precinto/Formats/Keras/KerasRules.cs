using Precinto.Inspection;

namespace Precinto.Formats.Keras;

/// <summary>What the configuration of a Keras model can make a loader do.</summary>
internal static class KerasRules
{
    public static readonly FindingRule Code = new("KER101", FindingSeverity.Danger, "A layer holds Python code");
    public static readonly FindingRule DangerousName = new("KER102", FindingSeverity.Danger, "The configuration names code that gives the model power over the machine");
    public static readonly FindingRule ReachesFiles = new("KER103", FindingSeverity.Danger, "A layer reads files or addresses of its own choice");
    public static readonly FindingRule CustomObject = new("KER104", FindingSeverity.Warning, "The model needs an object that Keras does not have");
    public static readonly FindingRule NamedFunction = new("KER105", FindingSeverity.Warning, "A layer calls a function by its name");
    public static readonly FindingRule ForeignMember = new("KER106", FindingSeverity.Warning, "A member does not belong into an archive of Keras");
    public static readonly FindingRule Part = new("KER107", FindingSeverity.Warning, "A part of the archive is missing or spelled otherwise", isMalformed: true);
    public static readonly FindingRule Expansion = new("KER108", FindingSeverity.Warning, "A layer makes far larger weights than the file holds");

    public static IReadOnlyList<FindingRule> All { get; } = [Code, DangerousName, ReachesFiles, CustomObject, NamedFunction, ForeignMember, Part, Expansion];
}
