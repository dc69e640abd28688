using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.FlatBuffers;
using Precinto.Inspection;

namespace Precinto.Formats.TensorFlowLite;

/// <summary>
/// Holds what an interpreter allocates before it computes (AllocateTensors) against the file: every tensor takes what its shape says, whether or not the file
/// has values for it, and an operator whose shape is a constant has its output made by that one.
/// </summary>
internal sealed class TensorSizes(ModelContent content, List<FlatTable> buffers, InspectionContext context)
{
    private bool _isTold;

    /// <summary>Judges the shape that a tensor has, and the one that it may be given (shape_signature).</summary>
    public void JudgeTensor(FlatTable tensor, string name)
    {
        foreach (var field in (ReadOnlySpan<int>)[Shape, Signature])
        {
            var shape = tensor.Integers(field, MostDimensions);
            // -1 stands for a length that is open.
            if (shape.Exists(length => length < -1))
                context.Add(TensorFlowLiteRules.Reference, $"A dimension of '{Excerpt.Of(name)}' is negative.", tensor.Position);
            Hold($"The tensor '{Excerpt.Of(name)}'", Product(shape), tensor.Position);
        }
    }

    /// <summary>The inputs and outputs of a graph are there all at once.</summary>
    public void JudgeFace(IEnumerable<FlatTable> tensors, FlatTable graph) =>
        Hold("All that a graph is given and gives", tensors.Sum(tensor => Product(tensor.Integers(Shape, MostDimensions))) / FaceShare, graph.Position);

    /// <summary>Judges what an operator makes of constants.</summary>
    public void JudgeStep(long number, FlatTable step, IReadOnlyList<FlatTable> tensors)
    {
        if (!Makers.TryGetValue(number, out var maker))
            return;
        var inputs = step.Integers(1, MostInputs);
        if (Numbers(maker.Input) is not { Length: > 0 } numbers)
            return;

        var made = maker.Way switch
        {
            Way.Shape => numbers.Aggregate(1.0, (count, length) => count * Math.Max(length, 0)),
            Way.Times => numbers.Aggregate(CountOf(0), (count, times) => count * Math.Max(times, 0)),
            Way.Padded => Padded(numbers),
            _ => Numbers(0) is [var start, ..] && Numbers(2) is [var by, ..] ? Math.Ceiling((numbers[0] - start) / by) : 0,
        };
        Hold("The result of an operator", made, step.Position);

        FlatTable? Input(int index) => index < inputs.Count && inputs[index] is var place && place >= 0 && place < tensors.Count ? tensors[place] : null;

        double[] Numbers(int index) => Input(index) is { } tensor ? ReadNumbers(tensor) : [];

        double CountOf(int index) => Input(index) is { } tensor ? Product(tensor.Integers(Shape, MostDimensions)) : 1;

        double Padded(double[] pads)
        {
            var shape = Input(0)?.Integers(Shape, MostDimensions) ?? [];
            return Enumerable.Range(0, pads.Length / 2).Aggregate(1.0, (count, axis) => count * Math.Max((axis < shape.Count ? Math.Abs((double)shape[axis]) : 1) + pads[2 * axis] + pads[(2 * axis) + 1], 0));
        }
    }

    private void Hold(string what, double count, long position)
    {
        if (_isTold || !(count > KnownValue.MostValues + KnownValue.StoredAtMost(content.Length)))
            return;
        context.Add(TensorFlowLiteRules.Expansion, $"{what} has more than {KnownValue.MostValues} values.", position);
        _isTold = true;
    }

    private static double Product(List<int> shape) => shape.Aggregate(1.0, (count, length) => count * Math.Abs((double)length));

    private double[] ReadNumbers(FlatTable tensor)
    {
        var buffer = tensor.Integer(2, 4, 0);
        if (buffer <= 0 || buffer >= buffers.Count)
            return [];
        var type = tensor.Integer(1, 1, 0);
        var size = type switch { 0 or 2 => 4, 4 => 8, _ => 0 };
        var (start, length) = buffers[(int)buffer].List(0, 1);
        if (size == 0 || length == 0)
            return [];

        var bytes = new byte[Math.Min(length / size, MostDimensions) * size];
        content.Read(start, bytes);
        return [.. bytes.Chunk(size).Select(number => type switch
        {
            4 => BinaryPrimitives.ReadInt64LittleEndian(number),
            2 => BinaryPrimitives.ReadInt32LittleEndian(number),
            _ => (double)BinaryPrimitives.ReadSingleLittleEndian(number),
        })];
    }

    private enum Way
    {
        Shape,
        Times,
        Padded,
        Range,
    }

    // BuiltinOperator of schema.fbs, and which of the inputs says how much is made.
    private static readonly Dictionary<long, (int Input, Way Way)> Makers = new()
    {
        [22] = (1, Way.Shape), // RESHAPE
        [23] = (1, Way.Shape), // RESIZE_BILINEAR
        [34] = (1, Way.Padded), // PAD
        [60] = (1, Way.Padded), // PADV2
        [67] = (0, Way.Shape), // TRANSPOSE_CONV
        [68] = (1, Way.Shape), // SPARSE_TO_DENSE
        [69] = (1, Way.Times), // TILE
        [85] = (1, Way.Times), // ONE_HOT
        [94] = (0, Way.Shape), // FILL
        [96] = (1, Way.Range), // RANGE
        [97] = (1, Way.Shape), // RESIZE_NEAREST_NEIGHBOR
        [100] = (1, Way.Padded), // MIRROR_PAD
        [122] = (2, Way.Shape), // SCATTER_ND
        [130] = (1, Way.Shape), // BROADCAST_TO
        [141] = (0, Way.Shape), // CONV_3D_TRANSPOSE
        [146] = (0, Way.Shape), // RANDOM_STANDARD_NORMAL
        [148] = (0, Way.Shape), // RANDOM_UNIFORM
    };

    private const int Shape = 0;
    private const int Signature = 7;
    private const int MostDimensions = 64;
    private const int MostInputs = 1_000_000;
    private const int FaceShare = 4;
}
