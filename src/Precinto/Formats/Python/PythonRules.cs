using Precinto.Inspection;

namespace Precinto.Formats.Python;

/// <summary>What Python code beside a model means.</summary>
internal static class PythonRules
{
    public static readonly FindingRule Source = new("PYT101", FindingSeverity.Info, "Python code lies with the model");
    public static readonly FindingRule Hidden = new("PYT102", FindingSeverity.Warning, "Python code runs what it decodes first");
    public static readonly FindingRule Compiled = new("PYT103", FindingSeverity.Warning, "Compiled Python code cannot be judged");
    public static readonly FindingRule Evaluated = new("PYT104", FindingSeverity.Danger, "A setting that loaders evaluate as Python does something");

    public static IReadOnlyList<FindingRule> All { get; } = [Source, Hidden, Compiled, Evaluated];
}
