namespace Precinto.Formats.Onnx;

/// <summary>A value that is known before a model runs: how large it is, and its numbers where they are few enough to be a shape.</summary>
/// <param name="Shape">Its dimensions; as reals, for they may be beyond any integer.</param>
/// <param name="Numbers">Its elements, or null where there are too many of them or they are not known.</param>
internal sealed record OnnxConstant(double[] Shape, double[]? Numbers = null)
{
    /// <summary>The most elements that are kept: no shape has more.</summary>
    public const int MostNumbers = 64;

    public double Count => CountOf(Shape);

    public static double CountOf(IEnumerable<double> shape) => shape.Aggregate(1.0, (count, length) => count * length);

    public static OnnxConstant Vector(double[] numbers) => new([numbers.Length], numbers);
}

/// <summary>A node that a runtime may compute while it loads the model.</summary>
/// <param name="Operation">The operator, of the default domain.</param>
/// <param name="Inputs">The names of the inputs.</param>
/// <param name="Output">The name of the first output.</param>
/// <param name="Numbers">The whole numbers of the attribute that says how: axes, perm, axis, shape, pads.</param>
/// <param name="Value">The value of a Constant.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record OnnxFoldedNode(string Operation, string[] Inputs, string Output, IReadOnlyList<long> Numbers, OnnxConstant? Value, long Position);
