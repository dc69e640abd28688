namespace Precinto.Formats;

/// <summary>The arithmetic of values that are known before a model runs: how large a result is, and which numbers a shape is computed from.</summary>
internal static class KnownShapes
{
    public static double[] Reals(IReadOnlyList<long> numbers) => [.. numbers.Take(KnownValue.MostNumbers).Select(number => (double)number)];

    public static double[] Shape(double[] numbers) => [.. numbers.Select(length => Math.Max(length, 0))];

    // What cannot be scaled, since it is not known, has at least one element.
    public static double[] Scale(double[]? shape, double[] factors) =>
        [.. factors.Select((factor, axis) => Math.Max(factor, 0) * (shape is not null && axis < shape.Length ? shape[axis] : 1))];

    public static KnownValue? Range(double[]? start, double[]? limit, double[]? step) =>
        start is [var from, ..] && limit is [var to, ..] && step is [var by, ..] ? new([Math.Max(Math.Ceiling((to - from) / by), 0)]) : null;

    public static KnownValue? Pad(double[]? shape, double[] pads)
    {
        var rank = pads.Length / 2;
        if (rank == 0)
            return null;
        return new([.. Enumerable.Range(0, rank).Select(axis => Math.Max((shape is not null && axis < shape.Length ? shape[axis] : 1) + pads[axis] + pads[rank + axis], 0))]);
    }

    public static double[] Reshape(KnownValue value, double[] shape)
    {
        double[] lengths = [.. shape.Select((length, axis) => length == 0 && axis < value.Shape.Length ? value.Shape[axis] : length)];
        var open = Array.IndexOf(lengths, -1);
        if (open >= 0)
        {
            lengths[open] = 1;
            var others = KnownValue.CountOf(lengths);
            lengths[open] = others > 0 ? value.Count / others : 0;
        }

        // A shape that does not hold the elements is refused by every runtime.
        return KnownValue.CountOf(lengths) == value.Count ? lengths : value.Shape;
    }

    public static double[] Unsqueeze(double[] shape, double[] axes)
    {
        var rank = shape.Length + axes.Length;
        if (rank > KnownValue.MostNumbers)
            return shape;
        HashSet<double> added = [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
        var next = 0;
        return [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) || next == shape.Length ? 1 : shape[next++])];
    }

    public static double[] Squeeze(double[] shape, double[] axes) =>
        [.. shape.Where((length, axis) => length != 1 || (axes.Length > 0 && !axes.Contains(axis) && !axes.Contains(axis - shape.Length)))];

    public static double[] Flatten(double[] shape, long axis)
    {
        var rows = (int)Math.Clamp(axis < 0 ? axis + shape.Length : axis, 0, shape.Length);
        return [KnownValue.CountOf(shape.Take(rows)), KnownValue.CountOf(shape.Skip(rows))];
    }

    public static double[] Transpose(double[] shape, IReadOnlyList<long> order) =>
        order.Count == shape.Length && order.All(axis => axis >= 0 && axis < shape.Length) ? [.. order.Select(axis => shape[(int)axis])] : [.. shape.Reverse()];

    public static KnownValue Concat(KnownValue[] parts, long axis)
    {
        var shape = (double[])parts[0].Shape.Clone();
        var along = axis < 0 ? axis + shape.Length : axis;
        if (along < 0 || along >= shape.Length)
            return new([parts.Sum(part => part.Count)]);

        shape[along] = parts.Sum(part => along < part.Shape.Length ? part.Shape[along] : 1);
        var isShort = shape.Length == 1 && shape[0] <= KnownValue.MostNumbers && parts.All(part => part.Numbers is not null);
        return new(shape, isShort ? [.. parts.SelectMany(part => part.Numbers!)] : null);
    }

    public static KnownValue? Gather(KnownValue data, KnownValue? indices, long axis)
    {
        if (indices is null)
            return null;
        var along = axis < 0 ? axis + data.Shape.Length : axis;
        if (along < 0 || along >= data.Shape.Length || data.Shape.Length + indices.Shape.Length > KnownValue.MostNumbers)
            return new([Math.Max(data.Count, indices.Count)]);

        var picked = data is { Numbers: { } numbers, Shape.Length: 1 } && indices.Numbers is { } places && places.All(place => Math.Abs(place) < numbers.Length)
            ? places.Select(place => numbers[(int)(place < 0 ? place + numbers.Length : place)]).ToArray() : null;
        return new([.. data.Shape.Take((int)along), .. indices.Shape, .. data.Shape.Skip((int)along + 1)], picked);
    }

    public static double[] Product(double[] left, double[] right)
    {
        var rows = left.Length > 1 ? left[^2] : 1;
        var columns = right.Length > 1 ? right[^1] : 1;
        return [.. Broadcast([[.. left.SkipLast(2)], [.. right.SkipLast(2)]]), rows, columns];
    }

    public static KnownValue Combine(string operation, KnownValue[] parts)
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
            "Shift" => (a, b) => a * Math.Pow(2, b),
            "Max" => Math.Max,
            "Min" => Math.Min,
            _ => null,
        };
        return compute is null ? new(shape) : new(shape, [.. Enumerable.Range(0, Math.Max(left.Length, right.Length))
            .Select(index => compute(left[left.Length == 1 ? 0 : index], right[right.Length == 1 ? 0 : index]))]);
    }

    // The shapes are aligned at their ends; of two lengths the one that is not 1 holds (ONNX, Broadcasting.md).
    public static double[] Broadcast(double[][] shapes)
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
}
