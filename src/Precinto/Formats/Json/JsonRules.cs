using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>What a configuration can ask of those who load it.</summary>
internal static class JsonRules
{
    public static readonly FindingRule AutoMap = new("CFG101", FindingSeverity.Warning, "The configuration names code to load with the model");
    public static readonly FindingRule TrustRemoteCode = new("CFG102", FindingSeverity.Warning, "The configuration trusts remote code");
    public static readonly FindingRule RemoteName = new("CFG103", FindingSeverity.Warning, "The model's name is an address");
    public static readonly FindingRule CustomPipeline = new("CFG104", FindingSeverity.Warning, "The configuration defines a pipeline by code");
    public static readonly FindingRule DuplicateKey = new("CFG105", FindingSeverity.Warning, "An object has the same key twice");
    public static readonly FindingRule RemoteLibrary = new("CFG106", FindingSeverity.Warning, "The configuration names code of another repository");
    public static readonly FindingRule Template = new("CFG107", FindingSeverity.Danger, "A chat template reaches into Python");

    public static readonly FindingRule DangerousTarget = new("CFG108", FindingSeverity.Danger, "The configuration has something called that runs code or reaches the system");
    public static readonly FindingRule UnknownTarget = new("CFG109", FindingSeverity.Warning, "The configuration has something called that is not known");
    public static readonly FindingRule RemoteKernel = new("CFG110", FindingSeverity.Danger, "The configuration has code of another repository run without asking");
    public static readonly FindingRule PathOutside = new("CFG111", FindingSeverity.Warning, "A path leads out of the model's folder");
    public static readonly FindingRule OtherShard = new("CFG112", FindingSeverity.Warning, "An index of safetensors names a file of another kind");
    public static readonly FindingRule OtherModel = new("CFG113", FindingSeverity.Warning, "The configuration has another model loaded");

    public static readonly FindingRule Script = new("CFG114", FindingSeverity.Warning, "The configuration holds a script that a loader runs to fetch its data");
    public static readonly FindingRule HugeSize = new("CFG115", FindingSeverity.Warning, "The configuration states a size that no model has");
    public static readonly FindingRule PickledArray = new("CFG116", FindingSeverity.Warning, "The chunks of an array are pickles");

    /// <summary>Whether a key's value names the model, or the one that it was made from.</summary>
    public static bool IsName(string key) =>
        key is "_name_or_path" or "name_or_path" or "base_model_name_or_path" or "pretrained_model_name_or_path" or "model_name_or_path" or "tokenizer_name_or_path";

    /// <summary>Whether a name leads to another machine: an address, or a share of Windows. A path of the author's own is in many honest files.</summary>
    public static bool IsAddress(string name) => name.Contains("://", StringComparison.Ordinal) || name.StartsWith("\\\\", StringComparison.Ordinal) || name.StartsWith("//", StringComparison.Ordinal);

    public static IReadOnlyList<FindingRule> All { get; } =
        [AutoMap, TrustRemoteCode, RemoteName, CustomPipeline, DuplicateKey, RemoteLibrary, Template, DangerousTarget, UnknownTarget, RemoteKernel, PathOutside, OtherShard, OtherModel, Script, HugeSize, PickledArray];
}
