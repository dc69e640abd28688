namespace Precinto.Formats.SavedModel;

/// <summary>A graph, or a function of its library, with its nodes.</summary>
internal sealed class TensorFlowScope(string name, long position)
{
    /// <summary>The function's name; empty for the graph itself.</summary>
    public string Name { get; set; } = name;

    public long Position => position;

    public List<TensorFlowNode> Nodes { get; } = [];
}
