using Precinto.Inspection;

namespace Precinto.Formats.Msgpack;

/// <summary>What can be wrong with parameters in MessagePack.</summary>
internal static class MsgpackRules
{
    public static readonly FindingRule Extension = new("MSG101", FindingSeverity.Warning, "Holds an extension of MessagePack that only the loading program understands");
    public static readonly FindingRule Array = new("MSG102", FindingSeverity.Warning, "An array has a type that numbers do not have, or other bytes than its shape needs");

    public static IReadOnlyList<FindingRule> All { get; } = [Extension, Array];
}
