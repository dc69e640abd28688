using static Precinto.Formats.KnownShapes;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Computes the sizes of what the nodes of one graph or function make of constants (tensorflow/core/ops). Nodes stand in any order, so that each waits for its
/// inputs, without recursion; one that waits for itself is a loop of TensorFlow 1 and is not known.
/// </summary>
internal sealed class TensorFlowFolding(TensorFlowScope scope, Action<double, TensorFlowNode> hold)
{
    private readonly Dictionary<string, KnownValue?> _values = new(StringComparer.Ordinal);

    public static bool IsFolded(string operation) => operation is
        "Fill" or "BroadcastTo" or "Tile" or "Range" or "LinSpace" or "OneHot" or "Pad" or "PadV2" or "MirrorPad" or "SparseToDense" or "ScatterNd" or "Bincount" or "DenseBincount"
        or "TensorListReserve" or "EmptyTensorList" or "Conv2DBackpropInput" or "Conv3DBackpropInputV2" or "Multinomial" or "UnsortedSegmentSum" or "UnsortedSegmentMax" or "Diag" or "MatrixDiag"
        or "Reshape" or "ExpandDims" or "Transpose" or "Shape" or "Size" or "Concat" or "ConcatV2" or "Pack" or "GatherV2" or "StridedSlice" or "Prod" or "MatMul" or "BatchMatMulV2"
        or "StringJoin" or "PlaceholderWithDefault"
        || IsShaped(operation) || IsResize(operation) || IsKept(operation) || IsElementwise(operation);

    /// <summary>Notes what the function is called with; of several calls the largest counts.</summary>
    public void Bind(IReadOnlyList<KnownValue?> arguments)
    {
        for (var index = 0; index < Math.Min(arguments.Count, scope.Arguments.Count); index++)
        {
            var name = scope.Arguments[index];
            if (arguments[index] is { } value && !(_values.GetValueOrDefault(name) is { } known && Weight(known) >= Weight(value)))
                _values[name] = value;
        }
    }

    /// <summary>Computes all nodes, and says what functions are called with.</summary>
    public void Run(Action<string, IReadOnlyList<KnownValue?>> call)
    {
        foreach (var node in scope.Computed.Values)
            Compute(node);
        foreach (var node in scope.Computed.Values.Where(node => !IsFolded(node.Operator) && node.Value is null))
        {
            KnownValue?[] arguments = [.. Inputs(node).Select(Find)];
            if (!Array.Exists(arguments, value => value is not null))
                continue;
            foreach (var called in node.Functions.Append(node.Operator))
                call(called, arguments);
        }
    }

    private static double Weight(KnownValue value) => value.Numbers is { } numbers ? numbers.Aggregate(1.0, (product, number) => product * Math.Max(Math.Abs(number), 1)) : value.Count;

    private void Compute(TensorFlowNode start)
    {
        Stack<(TensorFlowNode Node, bool IsLeft)> open = new([(start, false)]);
        while (open.TryPop(out var current))
        {
            var (node, isLeft) = current;
            if (isLeft)
            {
                var made = SizeOf(node);
                if (made is not null && node.Value is null)
                    hold(made.Count, node);
                _values[node.Name] = made;
            }
            else if (_values.TryAdd(node.Name, null))
            {
                open.Push((node, true));
                foreach (var input in Inputs(node))
                {
                    if (scope.Computed.TryGetValue(Source(input), out var source) && !_values.ContainsKey(source.Name))
                        open.Push((source, false));
                }
            }
        }
    }

    private static IEnumerable<string> Inputs(TensorFlowNode node) => node.Inputs.Where(input => !input.StartsWith('^'));

    private KnownValue? Find(string input) => _values.GetValueOrDefault(Source(input));

    private static string Source(string input) => input.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? input[..colon] : input;

    private static bool IsShaped(string operation) => operation is
        "RandomUniform" or "RandomUniformInt" or "RandomStandardNormal" or "TruncatedNormal" or "ParameterizedTruncatedNormal" or "RandomGamma" or "RandomPoissonV2" or "Empty"
        or "StatelessRandomUniform" or "StatelessRandomUniformV2" or "StatelessRandomNormal" or "StatelessRandomNormalV2" or "StatelessTruncatedNormal" or "StatelessTruncatedNormalV2"
        or "StatelessRandomUniformInt" or "StatelessRandomUniformIntV2" or "StatelessRandomUniformFullInt" or "StatelessRandomUniformFullIntV2";

    private static bool IsResize(string operation) => operation is "ResizeBilinear" or "ResizeNearestNeighbor" or "ResizeBicubic" or "ResizeArea" or "ScaleAndTranslate";

    private static bool IsElementwise(string operation) => operation is
        "Add" or "AddV2" or "Sub" or "Mul" or "Div" or "RealDiv" or "FloorDiv" or "TruncateDiv" or "Pow" or "Mod" or "FloorMod" or "Maximum" or "Minimum" or "AddN" or "Select" or "SelectV2"
        or "LogicalAnd" or "LogicalOr" or "Equal" or "NotEqual" or "Less" or "Greater" or "LessEqual" or "GreaterEqual" or "LeftShift" or "BitwiseOr" or "BitwiseXor" or "SquaredDifference";

    private static bool IsKept(string operation) => operation is
        "Identity" or "Cast" or "Bitcast" or "StopGradient" or "Snapshot" or "ZerosLike" or "OnesLike" or "Neg" or "Abs" or "Sign" or "Square" or "Sqrt" or "Rsqrt" or "Exp" or "Log" or "Relu"
        or "Sigmoid" or "Tanh" or "Softmax" or "Sin" or "Cos" or "Floor" or "Ceil" or "Round" or "Erf" or "Cumsum" or "LogicalNot" or "MatrixBandPart" or "Reverse" or "ReverseV2" or "Roll"
        or "Reciprocal" or "EnsureShape" or "Dequantize";

    private KnownValue? SizeOf(TensorFlowNode node)
    {
        if (node.Value is { } stored)
            return stored;

        string[] inputs = [.. Inputs(node).Take(MostInputs)];
        KnownValue? In(int index) => index < inputs.Length ? Find(inputs[index]) : null;
        KnownValue? OfShape(KnownValue? shape) => shape?.Numbers is { } lengths ? new(Shape(lengths)) : null;
        var first = In(0);
        var second = In(1)?.Numbers;
        if (IsShaped(node.Operator))
            return OfShape(first);
        if (IsResize(node.Operator))
            return second is null ? null : new([first?.Shape is [var batch, .., var channels] ? batch * channels : 1, .. Shape(second)]);
        switch (node.Operator)
        {
            // What makes much by a shape of its own does so whatever it is made of.
            case "Fill" or "Conv2DBackpropInput" or "Conv3DBackpropInputV2":
                return OfShape(first);
            case "SparseToDense" or "Bincount":
                return OfShape(In(1));
            case "DenseBincount" or "TensorListReserve" or "EmptyTensorList" or "Multinomial":
                return second is null ? null : new([second.DefaultIfEmpty(0).Max()]);
            case "ScatterNd":
                return OfShape(In(2));
            case "UnsortedSegmentSum" or "UnsortedSegmentMax":
                return OfShape(In(2));
            case "BroadcastTo":
                return second is null ? null : new(Broadcast([first?.Shape ?? [], Shape(second)]));
            case "Tile":
                return second is null ? null : new(Scale(first?.Shape, second));
            case "Range":
                return Range(first?.Numbers, second, In(2)?.Numbers);
            case "LinSpace":
                return OfShape(In(2));
            case "OneHot":
                return second is [var depth, ..] ? new([.. first?.Shape ?? [], Math.Max(depth, 0)]) : null;
            case "Pad" or "PadV2" or "MirrorPad":
                // Pairs of before and after; Pad of ONNX has all before first.
                return second is null ? null : Pad(first?.Shape, [.. second.Where((_, index) => index % 2 == 0), .. second.Where((_, index) => index % 2 == 1)]);
        }

        KnownValue?[] given = [.. inputs.Select(Find)];
        if (first is null || Array.Exists(given, value => value is null))
            return null;
        KnownValue[] parts = [.. given.OfType<KnownValue>()];
        return node.Operator switch
        {
            _ when IsKept(node.Operator) => node.Operator is "Identity" or "Cast" or "StopGradient" or "Snapshot" or "EnsureShape" ? first : new(first.Shape),
            "PlaceholderWithDefault" => first,
            "Reshape" => second is null ? null : first with { Shape = Reshape(first, second) },
            "ExpandDims" => second is null ? null : first with { Shape = Unsqueeze(first.Shape, second) },
            "Transpose" => second is null ? null : new(Transpose(first.Shape, [.. second.Select(axis => (long)Math.Clamp(axis, -1, KnownValue.MostNumbers))])),
            "Shape" => KnownValue.Vector(first.Shape),
            "Size" => new([], [first.Count]),
            "Concat" => parts.Length < 2 ? first : Concat(parts[1..], AxisOf(first)),
            "ConcatV2" => parts.Length < 2 ? first : Concat(parts[..^1], AxisOf(parts[^1])),
            "Pack" => Pack(parts),
            "GatherV2" => Gather(first, In(1), AxisOf(In(2))),
            "StridedSlice" => Slice(first, second),
            "Prod" => first.Numbers is { } factors ? new([], [factors.Aggregate(1.0, (product, factor) => product * factor)]) : new(first.Shape),
            "MatMul" or "BatchMatMulV2" when In(1) is { } right => new([
                KnownValue.CountOf(first.Shape.SkipLast(2)), first.Shape.TakeLast(2).DefaultIfEmpty(1).Max(), right.Shape.TakeLast(2).DefaultIfEmpty(1).Max()]),
            "Diag" => new([first.Count, first.Count]),
            "MatrixDiag" => new([.. first.Shape, first.Shape.LastOrDefault(1)]),
            // Of texts the letters are counted.
            "StringJoin" => new([parts.Sum(part => part.Count)]),
            _ => Combine(node.Operator switch { "AddV2" => "Add", "FloorDiv" or "RealDiv" or "TruncateDiv" => "Div", "Maximum" => "Max", "Minimum" => "Min", "LeftShift" => "Shift", var name => name }, parts),
        };
    }

    private static long AxisOf(KnownValue? axis) => axis?.Numbers is [var number, ..] && Math.Abs(number) < KnownValue.MostNumbers ? (long)number : 0;

    // Scalars become a vector, of which shapes are made.
    private static KnownValue Pack(KnownValue[] parts) => parts.Length <= KnownValue.MostNumbers && Array.TrueForAll(parts, part => part is { Shape: [], Numbers: [_] })
        ? KnownValue.Vector([.. parts.Select(part => part.Numbers![0])])
        : new([parts.Length, .. parts[0].Shape]);

    private static KnownValue? Slice(KnownValue value, double[]? begin) => value is { Shape.Length: 1, Numbers: { } numbers } && begin is [var at] && Math.Abs(at) < numbers.Length
        ? new([], [numbers[(int)(at < 0 ? at + numbers.Length : at)]])
        : null;

    private const int MostInputs = 1_000;
}
