using Precinto.Inspection;

namespace Precinto.Formats.Yaml;

/// <summary>What a YAML file can ask of those who load it; what its keys ask has the codes of configurations.</summary>
internal static class YamlRules
{
    public static readonly FindingRule DangerousTag = new("YML101", FindingSeverity.Danger, "A tag has Python call what runs code or reaches the system");
    public static readonly FindingRule ObjectTag = new("YML102", FindingSeverity.Warning, "A tag has an object made that is not known");
    public static readonly FindingRule Expansion = new("YML103", FindingSeverity.Warning, "The document becomes beyond all proportion when it is loaded", isMalformed: true);
    public static readonly FindingRule TagDirective = new("YML104", FindingSeverity.Warning, "A directive gives tags another meaning");

    public static IReadOnlyList<FindingRule> All { get; } = [DangerousTag, ObjectTag, Expansion, TagDirective];
}
