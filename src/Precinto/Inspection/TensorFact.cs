namespace Precinto.Inspection;

/// <summary>An input, an output or a stored tensor as a model declares it.</summary>
public sealed class TensorFact
{
    internal TensorFact(string name, string elementType, IReadOnlyList<long?> shape)
    {
        Name = name;
        ElementType = elementType;
        Shape = shape;
    }

    /// <summary>The name in the model; may be empty.</summary>
    public string Name { get; }

    /// <summary>The element type in the format's own word, such as <c>FLOAT</c>, <c>BF16</c> or <c>float64</c>.</summary>
    public string ElementType { get; }

    /// <summary>The length of each dimension, outermost first; null where it is free.</summary>
    public IReadOnlyList<long?> Shape { get; }
}
