using Precinto.Inspection;

namespace Precinto.Formats.Jinja;

/// <summary>What a template can do besides laying out a conversation; that it reaches into Python is <c>CFG107</c>.</summary>
internal static class JinjaRules
{
    public static readonly FindingRule Computed = new("TPL101", FindingSeverity.Warning, "A template takes an attribute by a name that it computes");
    public static readonly FindingRule OtherFile = new("TPL102", FindingSeverity.Warning, "A template includes another one");
    public static readonly FindingRule Unreadable = new("TPL103", FindingSeverity.Warning, "A template that cannot be read holds what reaches into Python");
    public static readonly FindingRule Broken = new("TPL104", FindingSeverity.Info, "A template is broken and cannot be rendered");

    public static readonly FindingRule Idle = new("TPL105", FindingSeverity.Info, "A template that no loader is known to render reaches into Python");

    public static readonly FindingRule Costly = new("TPL106", FindingSeverity.Warning, "A template takes time or memory out of all proportion");

    public static IReadOnlyList<FindingRule> All { get; } = [Computed, OtherFile, Unreadable, Broken, Idle, Costly];
}
