using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>
/// What a runtime computes while it loads a model: nodes that depend on nothing but constants are folded into constants of their own, so that a few bytes
/// may become more than any memory holds. Sizes are computed as the operators' specifications say (onnx/onnx, Operators.md), values only of shapes.
/// </summary>
internal sealed class OnnxFolding(InspectionContext context, long fileLength)
{
    private double _folded;
    private bool _isTold;
    private long _kept;

    /// <summary>Notes a node for <see cref="Fold"/>, where its result may be known.</summary>
    public void Add(OnnxScope scope, OnnxFoldedNode node)
    {
        if (!IsFolded(node.Operation))
            return;
        if (_kept++ < MostNodes)
            scope.Nodes.Add(node);
        else if (_kept == MostNodes + 1)
            context.Add(InspectionRules.LimitReached, $"More than {MostNodes} nodes may be computed when the model is loaded; the sizes of the rest were not looked at.", node.Position);
    }

    /// <summary>Computes the sizes of what the nodes of a graph make, once all of it was read.</summary>
    public void Fold(OnnxScope scope)
    {
        foreach (var node in scope.Nodes)
        {
            if (SizeOf(node, scope) is not { } made)
                continue;
            Count(made.Count, $"'{node.Operation}'", node.Position, isFolded: Array.TrueForAll(node.Inputs, name => name.Length == 0 || scope.Find(name) is not null));
            if (node.Inputs.Length > MostInputs)
                context.Add(InspectionRules.LimitReached, $"'{node.Operation}' takes more than {MostInputs} inputs; what it makes of all of them was not computed.", node.Position);
            scope.Define(node.Output, made);
        }

        scope.Nodes.Clear();
    }

    /// <summary>Counts what is made of a few stored values, such as a sparse tensor that is stored as its few elements and used as all of them.</summary>
    /// <param name="count">The number of values.</param>
    /// <param name="what">What makes them.</param>
    /// <param name="position">Where it stands.</param>
    /// <param name="isFolded">Whether they are made when the model is loaded, so that all of them count together; what waits for an input is gone before the next.</param>
    public void Count(double count, string what, long position, bool isFolded = true)
    {
        // What is no number comes of nonsense, such as a range from infinity to infinity, which no runtime makes.
        if (isFolded && !double.IsNaN(count))
            _folded += count;
        var stored = fileLength * (double)ValuesOfByte;
        if (_isTold || (!(count > MostValues + stored) && _folded <= MostFolded + stored))
            return;
        context.Add(OnnxRules.Expansion, $"{what} makes {(count > MostValues ? "" : "all that loading computes ")}more than {(count > MostValues ? MostValues : MostFolded)} values.", position);
        _isTold = true;
    }

    private static bool IsFolded(string operation) => operation is "Constant" || IsElementwise(operation) || IsKept(operation) || operation is
        "Reshape" or "Unsqueeze" or "Squeeze" or "Flatten" or "Transpose" or "Shape" or "Size" or "ConstantOfShape" or "Expand" or "Tile" or "Pad" or "Range"
        or "OneHot" or "EyeLike" or "Concat" or "Gather" or "MatMul" or "Gemm" or "Resize" or "Upsample";

    private static bool IsElementwise(string operation) => operation is
        "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Mod" or "Max" or "Min" or "Sum" or "Mean" or "Where" or "And" or "Or" or "Xor" or "Equal" or "Less"
        or "Greater" or "LessOrEqual" or "GreaterOrEqual" or "BitwiseAnd" or "BitwiseOr" or "BitwiseXor" or "BitShift" or "PRelu";

    private static bool IsKept(string operation) => operation is
        "Identity" or "Cast" or "CastLike" or "Neg" or "Abs" or "Not" or "Sqrt" or "Exp" or "Log" or "Relu" or "Sigmoid" or "Tanh" or "Floor" or "Ceil" or "Round"
        or "Reciprocal" or "Erf" or "Sign" or "Sin" or "Cos" or "Clip" or "Softmax" or "CumSum" or "Trilu" or "Dropout";

    // Null where the result depends on what is not known.
    private static OnnxConstant? SizeOf(OnnxFoldedNode node, OnnxScope scope)
    {
        if (node.Operation == "Constant")
            return node.Value;

        // The value that OneHot sets, that Pad fills with, and the axes of Pad change no size.
        OnnxConstant? In(int index) => index < node.Inputs.Length && node.Inputs[index].Length > 0 ? scope.Find(node.Inputs[index]) : null;
        var first = In(0);
        var numbers = In(1)?.Numbers;
        switch (node.Operation)
        {
            // What makes much by a shape of its own does so whatever it is made of.
            case "ConstantOfShape":
                return first?.Numbers is { } filled ? new(Shape(filled)) : null;
            case "Expand":
                return numbers is null ? null : new(Broadcast([first?.Shape ?? [], Shape(numbers)]));
            case "OneHot":
                return numbers is [var depth, ..] ? new([.. first?.Shape ?? [], Math.Max(depth, 0)]) : null;
            case "Range":
                return Range(first?.Numbers, numbers, In(2)?.Numbers);
            case "Pad":
                return Pad(first?.Shape, numbers ?? Reals(node.Numbers));
            case "Tile":
                return numbers is null ? null : new(Scale(first?.Shape, numbers));
            case "Resize" or "Upsample":
                return In(3)?.Numbers is { } sizes ? new(Shape(sizes)) : (node.Operation == "Resize" ? In(2)?.Numbers : numbers) is { } scales ? new(Scale(first?.Shape, scales)) : null;
        }

        OnnxConstant?[] given = [.. node.Inputs.Where(name => name.Length > 0).Select(scope.Find)];
        if (first is null || Array.Exists(given, value => value is null))
            return null;
        OnnxConstant[] parts = [.. given.OfType<OnnxConstant>()];
        return node.Operation switch
        {
            "Reshape" => first with { Shape = Reshape(first, numbers ?? Reals(node.Numbers)) },
            "Unsqueeze" => first with { Shape = Unsqueeze(first.Shape, numbers ?? Reals(node.Numbers)) },
            "Squeeze" => first with { Shape = Squeeze(first.Shape, numbers ?? Reals(node.Numbers)) },
            "Flatten" => first with { Shape = Flatten(first.Shape, node.Numbers is [var axis, ..] ? axis : 1) },
            "Transpose" => new(Transpose(first.Shape, node.Numbers)),
            "Shape" => OnnxConstant.Vector(first.Shape),
            "Size" => new([], [first.Count]),
            "Concat" => Concat(parts, node.Numbers is [var axis, ..] ? axis : 0),
            "Gather" => Gather(first, In(1), node.Numbers is [var axis, ..] ? axis : 0),
            "MatMul" => In(1) is { } right ? new(Product(first.Shape, right.Shape)) : null,
            // Either matrix may be transposed first; that the longer sides meet is the most that can come of it.
            "Gemm" => In(1) is { } right ? new([first.Shape.DefaultIfEmpty(1).Max(), right.Shape.DefaultIfEmpty(1).Max()]) : null,
            _ when IsKept(node.Operation) => node.Operation is "Identity" or "Cast" or "CastLike" ? first : new(first.Shape),
            _ => Combine(node.Operation, parts),
        };
    }

    private static double[] Reals(IReadOnlyList<long> numbers) => [.. numbers.Take(OnnxConstant.MostNumbers).Select(number => (double)number)];

    private static double[] Shape(double[] numbers) => [.. numbers.Select(length => Math.Max(length, 0))];

    // What cannot be scaled, since it is not known, has at least one element.
    private static double[] Scale(double[]? shape, double[] factors) =>
        [.. factors.Select((factor, axis) => Math.Max(factor, 0) * (shape is not null && axis < shape.Length ? shape[axis] : 1))];

    private static OnnxConstant? Range(double[]? start, double[]? limit, double[]? step) =>
        start is [var from, ..] && limit is [var to, ..] && step is [var by, ..] ? new([Math.Max(Math.Ceiling((to - from) / by), 0)]) : null;

    private static OnnxConstant? Pad(double[]? shape, double[] pads)
    {
        var rank = pads.Length / 2;
        if (rank == 0)
            return null;
        return new([.. Enumerable.Range(0, rank).Select(axis => Math.Max((shape is not null && axis < shape.Length ? shape[axis] : 1) + pads[axis] + pads[rank + axis], 0))]);
    }

    private static double[] Reshape(OnnxConstant value, double[] shape)
    {
        double[] lengths = [.. shape.Select((length, axis) => length == 0 && axis < value.Shape.Length ? value.Shape[axis] : length)];
        var open = Array.IndexOf(lengths, -1);
        if (open >= 0)
        {
            lengths[open] = 1;
            var others = OnnxConstant.CountOf(lengths);
            lengths[open] = others > 0 ? value.Count / others : 0;
        }

        // A shape that does not hold the elements is refused by every runtime.
        return OnnxConstant.CountOf(lengths) == value.Count ? lengths : value.Shape;
    }

    private static double[] Unsqueeze(double[] shape, double[] axes)
    {
        var rank = shape.Length + axes.Length;
        if (rank > OnnxConstant.MostNumbers)
            return shape;
        HashSet<double> added = [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
        var next = 0;
        return [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) || next == shape.Length ? 1 : shape[next++])];
    }

    private static double[] Squeeze(double[] shape, double[] axes) =>
        [.. shape.Where((length, axis) => length != 1 || (axes.Length > 0 && !axes.Contains(axis) && !axes.Contains(axis - shape.Length)))];

    private static double[] Flatten(double[] shape, long axis)
    {
        var rows = (int)Math.Clamp(axis < 0 ? axis + shape.Length : axis, 0, shape.Length);
        return [OnnxConstant.CountOf(shape.Take(rows)), OnnxConstant.CountOf(shape.Skip(rows))];
    }

    private static double[] Transpose(double[] shape, IReadOnlyList<long> order) =>
        order.Count == shape.Length && order.All(axis => axis >= 0 && axis < shape.Length) ? [.. order.Select(axis => shape[(int)axis])] : [.. shape.Reverse()];

    private static OnnxConstant Concat(OnnxConstant[] parts, long axis)
    {
        var shape = (double[])parts[0].Shape.Clone();
        var along = axis < 0 ? axis + shape.Length : axis;
        if (along < 0 || along >= shape.Length)
            return new([parts.Sum(part => part.Count)]);

        shape[along] = parts.Sum(part => along < part.Shape.Length ? part.Shape[along] : 1);
        var isShort = shape.Length == 1 && shape[0] <= OnnxConstant.MostNumbers && parts.All(part => part.Numbers is not null);
        return new(shape, isShort ? [.. parts.SelectMany(part => part.Numbers!)] : null);
    }

    private static OnnxConstant? Gather(OnnxConstant data, OnnxConstant? indices, long axis)
    {
        if (indices is null)
            return null;
        var along = axis < 0 ? axis + data.Shape.Length : axis;
        if (along < 0 || along >= data.Shape.Length || data.Shape.Length + indices.Shape.Length > OnnxConstant.MostNumbers)
            return new([Math.Max(data.Count, indices.Count)]);

        var picked = data is { Numbers: { } numbers, Shape.Length: 1 } && indices.Numbers is { } places && places.All(place => Math.Abs(place) < numbers.Length)
            ? places.Select(place => numbers[(int)(place < 0 ? place + numbers.Length : place)]).ToArray() : null;
        return new([.. data.Shape.Take((int)along), .. indices.Shape, .. data.Shape.Skip((int)along + 1)], picked);
    }

    private static double[] Product(double[] left, double[] right)
    {
        var rows = left.Length > 1 ? left[^2] : 1;
        var columns = right.Length > 1 ? right[^1] : 1;
        return [.. Broadcast([[.. left.SkipLast(2)], [.. right.SkipLast(2)]]), rows, columns];
    }

    private static OnnxConstant Combine(string operation, OnnxConstant[] parts)
    {
        var shape = Broadcast([.. parts.Select(part => part.Shape)]);
        if (parts is not [{ Numbers: { } left }, { Numbers: { } right }] || (left.Length != right.Length && left.Length != 1 && right.Length != 1))
            return new(shape);

        // Shapes are computed by few operators, and whatever else there is makes values that no shape is taken from.
        Func<double, double, double>? compute = operation switch
        {
            "Add" => (a, b) => a + b,
            "Sub" => (a, b) => a - b,
            "Mul" => (a, b) => a * b,
            "Div" => (a, b) => b == 0 ? 0 : Math.Truncate(a / b),
            "Pow" => Math.Pow,
            "Max" => Math.Max,
            "Min" => Math.Min,
            _ => null,
        };
        return compute is null ? new(shape) : new(shape, [.. Enumerable.Range(0, Math.Max(left.Length, right.Length))
            .Select(index => compute(left[left.Length == 1 ? 0 : index], right[right.Length == 1 ? 0 : index]))]);
    }

    // The shapes are aligned at their ends; of two lengths the one that is not 1 holds (ONNX, Broadcasting.md).
    private static double[] Broadcast(double[][] shapes)
    {
        var rank = shapes.Max(shape => shape.Length);
        var common = new double[rank];
        Array.Fill(common, 1);
        foreach (var shape in shapes)
        {
            for (var index = 0; index < shape.Length; index++)
            {
                ref var length = ref common[rank - shape.Length + index];
                length = length == 1 ? shape[index] : Math.Max(length, shape[index] == 1 ? length : shape[index]);
            }
        }

        return common;
    }

    /// <summary>Inputs of a node; only Concat, Sum and their like take as many as there are.</summary>
    public const int MostInputs = 1_000;

    private const int MostNodes = 300_000;

    // Honest models fold masks and tables of positions, some for every layer.
    private const long MostValues = 2_000_000_000;
    private const long MostFolded = 8_000_000_000;
    private const int ValuesOfByte = 16;
}
