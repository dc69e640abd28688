namespace Precinto.Formats.Onnx;

/// <summary>A node that a runtime may compute while it loads the model.</summary>
/// <param name="Operation">The operator, of the default domain.</param>
/// <param name="Inputs">The names of the inputs.</param>
/// <param name="Output">The name of the first output.</param>
/// <param name="Numbers">The whole numbers of the attribute that says how: axes, perm, axis, shape, pads.</param>
/// <param name="Value">The value of a Constant.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record OnnxFoldedNode(string Operation, string[] Inputs, string Output, IReadOnlyList<long> Numbers, KnownValue? Value, long Position);
