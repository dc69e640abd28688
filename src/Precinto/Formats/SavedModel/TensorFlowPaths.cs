namespace Precinto.Formats.SavedModel;

/// <summary>What an operator, or a function that is called, opens a path for.</summary>
[Flags]
internal enum TensorFlowPathUse
{
    None = 0,
    Checkpoint = 1,
    Asset = 2,
    Cache = 4,

    /// <summary>It sets a variable, which a path may be read from.</summary>
    Variable = 8,
}

/// <summary>Which operators open paths, and which build them (tensorflow/core/ops/io_ops.cc, lookup_ops.cc, dataset_ops.cc, string_ops.cc).</summary>
internal static class TensorFlowPaths
{
    public static TensorFlowPathUse UseOf(string name) => name switch
    {
        "Save" or "SaveSlices" or "SaveV2" or "Restore" or "RestoreSlice" or "RestoreV2" or "MergeV2Checkpoints" or "CheckpointHasIndices" or "DTensorRestoreV2"
            or "IfrtRestoreVariable" or "IfrtRestoreVariableOp" => TensorFlowPathUse.Checkpoint,
        "InitializeTableFromTextFile" or "InitializeTableFromTextFileV2" => TensorFlowPathUse.Asset,
        "CacheDataset" or "CacheDatasetV2" => TensorFlowPathUse.Cache,
        "AssignVariableOp" or "Assign" or "ScatterUpdate" or "ScatterNdUpdate" or "ResourceScatterUpdate" or "ResourceScatterNdUpdate" or "StridedSliceAssign"
            or "ResourceStridedSliceAssign" or "AssignVariableXlaConcatND" => TensorFlowPathUse.Variable,
        _ => TensorFlowPathUse.None,
    };

    /// <summary>Whether the operator opens a file.</summary>
    public static bool OpensPath(string name) => UseOf(name) is not (TensorFlowPathUse.None or TensorFlowPathUse.Variable);

    /// <summary>The inputs of an operator that opens paths which are paths.</summary>
    public static IEnumerable<string> Opened(TensorFlowNode node) => node.Operator switch
    {
        // Both the parts that are merged and where the whole goes.
        "MergeV2Checkpoints" => Data(node).Take(2),
        _ when UseOf(node.Operator) == TensorFlowPathUse.Variable => Data(node).Skip(1),
        _ when UseOf(node.Operator) == TensorFlowPathUse.Checkpoint => Data(node).Take(1),
        _ => Data(node).Skip(1).Take(1),
    };

    /// <summary>Whether a path goes through the operator, as far as the graphs of TensorFlow's own savers go.</summary>
    public static bool Builds(string name) => name is "StringJoin" or "ShardedFilename" or "ShardedFilespec" or "Select" or "SelectV2" or "Identity" or "IdentityN" or "Pack"
        or "ExpandDims" or "Reshape" or "Fill" or "ConcatV2" or "PlaceholderWithDefault" || Rewrites(name);

    /// <summary>Whether the operator makes another path of the one that it gets.</summary>
    public static bool Rewrites(string name) => name is "StaticRegexReplace" or "RegexReplace";

    /// <summary>The inputs of an operator that builds paths which are paths: no axes, shapes, numbers or conditions.</summary>
    public static IEnumerable<string> Built(TensorFlowNode node) => node.Operator switch
    {
        "ShardedFilename" or "ShardedFilespec" or "Identity" or "ExpandDims" or "Reshape" or "PlaceholderWithDefault" or "StaticRegexReplace" => Data(node).Take(1),
        "Select" or "SelectV2" => Data(node).Skip(1).Take(2),
        "Fill" => Data(node).Skip(1).Take(1),
        "ConcatV2" => Data(node).SkipLast(1),
        _ => Data(node),
    };

    /// <summary>Whether a path begins there: with a constant, or with what the loader hands in.</summary>
    public static bool IsOrigin(string name, TensorFlowPathUse use) =>
        name is "Const" or "Placeholder" or "_Arg" or "VarHandleOp"
        // The paths of assets are variables that the loader fills, unless the graph does.
        || (use == TensorFlowPathUse.Asset && IsVariable(name));

    /// <summary>Whether the operator gives what a variable holds, or leads to it.</summary>
    public static bool IsVariable(string name) => name is "ReadVariableOp" or "Variable" or "VariableV2" or "VarHandleOp";

    public static bool LeadsOutside(string path) =>
        path.StartsWith('/') || path.StartsWith('\\') || path.StartsWith('~') || path.Contains("..", StringComparison.Ordinal)
        || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]))
        // A pattern that a path is compared with begins like one.
        || (path.Contains("://", StringComparison.Ordinal) && !path.StartsWith('^'));

    private static IEnumerable<string> Data(TensorFlowNode node) => node.Inputs.Where(input => !input.StartsWith('^'));
}
