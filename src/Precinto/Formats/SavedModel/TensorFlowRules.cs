using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>What a graph of TensorFlow can do beyond computing. Graphs have no other code than their operators.</summary>
internal static class TensorFlowRules
{
    public static readonly FindingRule RunsPython = new("TFM101", FindingSeverity.Danger, "An operator runs Python code of the process");
    public static readonly FindingRule ReachesFiles = new("TFM102", FindingSeverity.Danger, "An operator reads or writes files");
    public static readonly FindingRule ReachesNetwork = new("TFM103", FindingSeverity.Danger, "An operator reaches the network");
    public static readonly FindingRule NativeCode = new("TFM104", FindingSeverity.Warning, "An operator belongs to a library, or runs compiled code in the model");
    public static readonly FindingRule AssetOutside = new("TFM105", FindingSeverity.Danger, "An asset lies outside of the model's folder");
    public static readonly FindingRule CheckpointPath = new("TFM106", FindingSeverity.Danger, "Variables are saved to or restored from a place that the graph fixes");
    public static readonly FindingRule ComputedPath = new("TFM107", FindingSeverity.Warning, "The place of variables or of an asset is computed in the graph");
    public static readonly FindingRule WritesLogs = new("TFM108", FindingSeverity.Warning, "An operator writes logs or caches into files");

    public static readonly FindingRule HiddenGraph = new("TFM109", FindingSeverity.Warning, "An operator runs a graph that is a value of the graph");
    public static readonly FindingRule UnreadForm = new("TFM110", FindingSeverity.Warning, "The model is written in a form that is not read", isUnread: true);
    public static readonly FindingRule Expansion = new("TFM111", FindingSeverity.Warning, "The graph makes far more than its file holds");
    public static readonly FindingRule EndsProcess = new("TFM112", FindingSeverity.Warning, "An operator ends the process");

    public static IReadOnlyList<FindingRule> All { get; } =
        [RunsPython, ReachesFiles, ReachesNetwork, NativeCode, AssetOutside, CheckpointPath, ComputedPath, WritesLogs, HiddenGraph, UnreadForm, Expansion, EndsProcess];
}
