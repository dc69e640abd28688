namespace Precinto.Inspection;

/// <summary>What a model file says of itself, read without executing anything. Members that the file does not state are null or empty.</summary>
public sealed class ModelFacts
{
    internal ModelFacts()
    {
    }

    /// <summary>What made it, such as <c>scikit-learn</c> or <c>onnx</c>.</summary>
    public string? Framework { get; internal set; }

    /// <summary>The framework's version as the file states it.</summary>
    public string? FrameworkVersion { get; internal set; }

    /// <summary>The kind of model, such as <c>RandomForestClassifier</c>.</summary>
    public string? Type { get; internal set; }

    /// <summary>The module that defines <see cref="Type"/>, such as <c>sklearn.ensemble._forest</c>.</summary>
    public string? Module { get; internal set; }

    /// <summary>The number of features in one row of input.</summary>
    public long? FeatureCount { get; internal set; }

    /// <summary>The classes that a classifier tells apart, in the order of its probabilities; null for what is no classifier.</summary>
    public IReadOnlyList<ScalarValue>? Classes { get; internal set; }

    /// <summary>The number of learned parameters (elements of weight tensors).</summary>
    public long? ParameterCount { get; internal set; }

    /// <summary>Declared inputs.</summary>
    public IReadOnlyList<TensorFact> Inputs { get; internal set; } = [];

    /// <summary>Declared outputs.</summary>
    public IReadOnlyList<TensorFact> Outputs { get; internal set; } = [];

    /// <summary>Stored tensors.</summary>
    public IReadOnlyList<TensorFact> Tensors { get; internal set; } = [];

    /// <summary>Settings of the estimator or of the graph, by name, in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, ScalarValue>> Settings { get; internal set; } = [];

    /// <summary>Operators, imported names or other parts, each with how often it occurs, sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Parts { get; internal set; } = [];

    /// <summary>Takes over what a part says of the whole; what the part does not state stays as it is.</summary>
    internal void Take(ModelFacts part)
    {
        Framework = part.Framework ?? Framework;
        FrameworkVersion = part.FrameworkVersion ?? FrameworkVersion;
        Type = part.Type ?? Type;
        Module = part.Module ?? Module;
        FeatureCount = part.FeatureCount ?? FeatureCount;
        Classes = part.Classes ?? Classes;
        ParameterCount = part.ParameterCount ?? ParameterCount;
        Inputs = part.Inputs.Count > 0 ? part.Inputs : Inputs;
        Outputs = part.Outputs.Count > 0 ? part.Outputs : Outputs;
        Tensors = part.Tensors.Count > 0 ? part.Tensors : Tensors;
        Settings = part.Settings.Count > 0 ? [.. Settings, .. part.Settings] : Settings;
        Parts = part.Parts.Count > 0 ? part.Parts : Parts;
    }
}
