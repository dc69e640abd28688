using Precinto.Inspection;

namespace Precinto.Formats.Skops;

/// <summary>What the schema of a skops file can make a loader do.</summary>
internal static class SkopsRules
{
    public static readonly FindingRule DangerousName = new("SKO101", FindingSeverity.Danger, "The schema names code that gives the model power over the machine");
    public static readonly FindingRule Disguised = new("SKO102", FindingSeverity.Danger, "A node shows another type than it makes");
    public static readonly FindingRule UnknownName = new("SKO103", FindingSeverity.Warning, "The schema names a type or function that is not known");
    public static readonly FindingRule UnknownLoader = new("SKO104", FindingSeverity.Warning, "A node is of a kind that is not known");
    public static readonly FindingRule Method = new("SKO105", FindingSeverity.Warning, "A node takes a method of an object by its name");
    public static readonly FindingRule OfTheProgram = new("SKO106", FindingSeverity.Info, "The model needs a class of the program that loads it");

    public static IReadOnlyList<FindingRule> All { get; } = [DangerousName, Disguised, UnknownName, UnknownLoader, Method, OfTheProgram];
}
