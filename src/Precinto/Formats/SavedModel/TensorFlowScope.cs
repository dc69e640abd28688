namespace Precinto.Formats.SavedModel;

/// <summary>A graph, or a function of its library, with those of its nodes that have to do with paths.</summary>
internal sealed class TensorFlowScope(string? function)
{
    private readonly Dictionary<string, TensorFlowNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<TensorFlowNode> _users = [];

    /// <summary>The function's name; null for the graph itself.</summary>
    public string? Function { get; set; } = function;

    /// <summary>The nodes that paths come from or go through, by name.</summary>
    public IReadOnlyDictionary<string, TensorFlowNode> Nodes => _nodes;

    /// <summary>The nodes that open a path, or call a function that may.</summary>
    public IReadOnlyList<TensorFlowNode> Users => _users;

    /// <summary>The nodes whose results may be known before anything is computed, and those that hand them to functions, by name.</summary>
    public Dictionary<string, TensorFlowNode> Computed { get; } = new(StringComparer.Ordinal);

    /// <summary>The functions that are called here, and how often.</summary>
    public Dictionary<string, long> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of what a function is given, in their order.</summary>
    public List<string> Arguments { get; } = [];

    public void Add(TensorFlowNode node, bool isUser)
    {
        _nodes.TryAdd(node.Name, node);
        if (isUser)
            _users.Add(node);
    }
}
