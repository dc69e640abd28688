namespace Precinto.Formats.SavedModel;

/// <summary>A node of a graph or of a function, with what a judgement needs of it.</summary>
internal sealed class TensorFlowNode
{
    public string Name { get; set; } = "";

    public string Operator { get; set; } = "";

    public long Position { get; init; }

    public List<string> Inputs { get; } = [];

    /// <summary>The texts of a constant.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>Functions that the node calls.</summary>
    public List<string> Functions { get; } = [];

    /// <summary>Where an operator prints to.</summary>
    public string? Stream { get; set; }

    public long Type { get; set; }

    public IReadOnlyList<long?>? Shape { get; set; }

    /// <summary>The number of elements of a constant of numbers.</summary>
    public long Elements { get; set; }
}
