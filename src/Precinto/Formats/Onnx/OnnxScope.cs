namespace Precinto.Formats.Onnx;

/// <summary>
/// A graph or the body of a function while it is read: the names that are known in it before anything is computed, what its nodes make of them, and
/// what it calls. An inner graph sees the names of those around it; what it calls counts for the function that it stands in.
/// </summary>
internal sealed class OnnxScope
{
    private readonly OnnxScope? _outer;
    private Dictionary<string, KnownValue>? _constants;

    private OnnxScope(OnnxScope? outer, bool isMain, Dictionary<OnnxFunctionName, long> calls)
    {
        _outer = outer;
        IsMain = isMain;
        Calls = calls;
    }

    /// <summary>The model's own graph.</summary>
    public static OnnxScope Main(Dictionary<OnnxFunctionName, long> calls) => new(null, true, calls);

    /// <summary>The body of a function, or a graph of training: no names come from outside.</summary>
    public static OnnxScope Apart(Dictionary<OnnxFunctionName, long> calls) => new(null, false, calls);

    /// <summary>A graph in an attribute of a node of this one.</summary>
    public OnnxScope Inner() => new(this, false, Calls);

    /// <summary>Only what is in the main graph describes the model's face.</summary>
    public bool IsMain { get; }

    /// <summary>What is called here, and how often.</summary>
    public Dictionary<OnnxFunctionName, long> Calls { get; }

    /// <summary>The nodes whose results may be known before anything is computed, in their order.</summary>
    public List<OnnxFoldedNode> Nodes { get; } = [];

    public KnownValue? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope._outer)
        {
            if (scope._constants?.GetValueOrDefault(name) is { } constant)
                return constant;
        }

        return null;
    }

    public void Define(string name, KnownValue constant) => (_constants ??= new(StringComparer.Ordinal))[name] = constant;
}

/// <summary>What a node calls: a function of the model, where it has one of this name, or an operator.</summary>
internal readonly record struct OnnxFunctionName(string Domain, string Name, string Overload);
