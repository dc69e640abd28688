using Precinto.Inspection;
using static Precinto.Formats.KnownShapes;

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
        var stored = KnownValue.StoredAtMost(fileLength);
        if (_isTold || (!(count > KnownValue.MostValues + stored) && _folded <= MostFolded + stored))
            return;
        context.Add(OnnxRules.Expansion, $"{what} makes {(count > KnownValue.MostValues ? "" : "all that loading computes ")}more than {(count > KnownValue.MostValues ? KnownValue.MostValues : MostFolded)} values.", position);
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
    private static KnownValue? SizeOf(OnnxFoldedNode node, OnnxScope scope)
    {
        if (node.Operation == "Constant")
            return node.Value;

        // The value that OneHot sets, that Pad fills with, and the axes of Pad change no size.
        KnownValue? In(int index) => index < node.Inputs.Length && node.Inputs[index].Length > 0 ? scope.Find(node.Inputs[index]) : null;
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

        KnownValue?[] given = [.. node.Inputs.Where(name => name.Length > 0).Select(scope.Find)];
        if (first is null || Array.Exists(given, value => value is null))
            return null;
        KnownValue[] parts = [.. given.OfType<KnownValue>()];
        return node.Operation switch
        {
            "Reshape" => first with { Shape = Reshape(first, numbers ?? Reals(node.Numbers)) },
            "Unsqueeze" => first with { Shape = Unsqueeze(first.Shape, numbers ?? Reals(node.Numbers)) },
            "Squeeze" => first with { Shape = Squeeze(first.Shape, numbers ?? Reals(node.Numbers)) },
            "Flatten" => first with { Shape = Flatten(first.Shape, node.Numbers is [var axis, ..] ? axis : 1) },
            "Transpose" => new(Transpose(first.Shape, node.Numbers)),
            "Shape" => KnownValue.Vector(first.Shape),
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

    /// <summary>Inputs of a node; only Concat, Sum and their like take as many as there are.</summary>
    public const int MostInputs = 1_000;

    private const int MostNodes = 300_000;

    // Honest models fold masks and tables of positions, some for every layer.
    private const long MostFolded = 8_000_000_000;
}
