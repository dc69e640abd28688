using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>What was read of a model, before it is judged.</summary>
internal sealed class OnnxSummary
{
    private readonly Dictionary<(string Domain, string Name), (long Count, long Position)> _operators = [];
    private readonly List<(OnnxExternalReference Reference, long Position, bool IsAmbiguous)> _external = [];

    public long? IrVersion { get; set; }

    public string Producer { get; set; } = "";

    public string ProducerVersion { get; set; } = "";

    public string Domain { get; set; } = "";

    public long? ModelVersion { get; set; }

    public string GraphName { get; set; } = "";

    public List<KeyValuePair<string, long>> Opsets { get; } = [];

    public List<KeyValuePair<string, string>> Metadata { get; } = [];

    public List<TensorFact> Inputs { get; } = [];

    public List<TensorFact> Outputs { get; } = [];

    /// <summary>The initializers of the main graph.</summary>
    public List<TensorFact> Tensors { get; } = [];

    /// <summary>Elements of all initializers, and of the lists of reals and the tensors in attributes of <c>ai.onnx.ml</c>.</summary>
    public Int128 ParameterCount { get; set; }

    public IReadOnlyList<ScalarValue>? Classes { get; set; }

    /// <summary>The functions that the model itself defines.</summary>
    public HashSet<(string Domain, string Name)> Functions { get; } = [];

    /// <summary>The compiled engines that nodes run, with the file that holds each, where it is one.</summary>
    public List<(string? File, long Position)> Engines { get; } = [];

    /// <summary>Where the first operator of PyTorch is called that reaches files.</summary>
    public long? FileOperator { get; set; }

    /// <summary>The operators in use, wherever, with how often and where first.</summary>
    public IReadOnlyDictionary<(string Domain, string Name), (long Count, long Position)> Operators => _operators;

    /// <summary>The operator that makes the model what it is: the last classifier or regressor of the main graph, or its last operator.</summary>
    public string? Kind { get; private set; }

    /// <summary>Whether there are more operators than are listed.</summary>
    public bool HasMoreOperators { get; private set; }

    public IReadOnlyList<(OnnxExternalReference Reference, long Position, bool IsAmbiguous)> ExternalAsFound => _external;

    public IReadOnlyList<OnnxExternalReference> External => [.. _external.Select(found => found.Reference)];

    public void AddNode(string domain, string name, long position, bool isMain)
    {
        var plain = domain == "ai.onnx" ? "" : domain;
        if (_operators.TryGetValue((plain, name), out var known))
            _operators[(plain, name)] = (known.Count + 1, known.Position);
        else if (_operators.Count < MostOperators)
            _operators.Add((plain, name), (1, position));
        else if (OnnxJudge.RunsPython(name))
            // However many operators a file makes up, none of them hides this one.
            _operators[("", name)] = (_operators.GetValueOrDefault(("", name)).Count + 1, position);
        else
            HasMoreOperators = true;

        if (!isMain)
            return;
        var isModel = domain == "ai.onnx.ml" && (name.EndsWith("Classifier", StringComparison.Ordinal) || name.EndsWith("Regressor", StringComparison.Ordinal)
            || name.StartsWith("TreeEnsemble", StringComparison.Ordinal));
        if (isModel || !_hasModel)
            Kind = name;
        _hasModel |= isModel;
    }

    public void AddExternal(OnnxExternalReference reference, long position, bool isAmbiguous)
    {
        if (_external.Count == MostExternal)
            throw new MalformedModelException(position, $"Holds more than {MostExternal} references to external data.");
        _external.Add((reference, position, isAmbiguous));
    }

    private bool _hasModel;

    private const int MostOperators = 20_000;
    private const int MostExternal = 1_000_000;
}
