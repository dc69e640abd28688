using System.Buffers.Binary;
using Precinto.Formats.TensorFlowLite;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.TensorFlowLite;

public sealed class TensorSizesTests
{
    [Theory]
    [InlineData(1 << 20, 1 << 16)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(-1, 1 << 20, 1 << 16)]
    public void A_tensor_that_no_memory_holds_is_noticed(params int[] shape)
    {
        AssertFinding(Inspect(Model(shape), "m.tflite"), TensorFlowLiteRules.Expansion);
        AssertFinding(Inspect(Model([1, 4], signature: shape), "m.tflite"), TensorFlowLiteRules.Expansion);
    }

    [Theory]
    [InlineData(-5, 4)]
    [InlineData(4, int.MinValue)]
    public void A_negative_length_is_malformed(params int[] shape)
    {
        AssertFinding(Inspect(Model(shape), "m.tflite"), TensorFlowLiteRules.Reference);
        AssertFinding(Inspect(Model([1, 4], signature: shape), "m.tflite"), TensorFlowLiteRules.Reference);
    }

    [Fact]
    public void Inputs_and_outputs_are_counted_together() =>
        AssertFinding(Inspect(Model([1_900_000_000], inputs: 8), "m.tflite"), TensorFlowLiteRules.Expansion);

    [Fact]
    public void An_honest_shape_is_clean()
    {
        Assert.Equal(InspectionVerdict.Clean, Inspect(Model([1, 1024, 1024, 64], signature: [-1, -1, -1, 64]), "m.tflite").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Model([0, 1 << 20, 1 << 20]), "m.tflite").Verdict);
    }

    [Theory]
    [InlineData(94, 0, new[] { 1 << 20, 1 << 16 }, true)]
    [InlineData(94, 0, new[] { 1 << 10, 1 << 10 }, false)]
    [InlineData(94, 0, new[] { -1, -1 }, false)]
    [InlineData(130, 1, new[] { 1 << 20, 1 << 16 }, true)]
    [InlineData(69, 1, new[] { 1 << 30 }, true)]
    [InlineData(69, 1, new[] { 2 }, false)]
    [InlineData(34, 1, new[] { 0, int.MaxValue, 1, 1 }, true)]
    [InlineData(34, 1, new[] { 1, 1, 1, 1 }, false)]
    [InlineData(148, 0, new[] { 1 << 20, 1 << 16 }, true)]
    [InlineData(96, 1, new[] { int.MaxValue }, true)]
    [InlineData(96, 1, new[] { 100 }, false)]
    [InlineData(0, 1, new[] { 1 << 20, 1 << 16 }, false)]
    public void An_operator_makes_what_its_constant_says(int operation, int input, int[] numbers, bool isNoticed)
    {
        var found = Inspect(Making(operation, input, numbers), "m.tflite");
        Assert.Equal(isNoticed ? ["TFL105"] : [], found.Findings.Select(finding => finding.Code));
    }

    private static byte[] Model(int[] shape, int[]? signature = null, int inputs = 1)
    {
        Dictionary<int, object> Tensor(string name)
        {
            Dictionary<int, object> tensor = new() { [0] = shape, [2] = 0, [3] = name };
            if (signature is not null)
                tensor[7] = signature;
            return tensor;
        }

        return FlatForge.Make("TFL3", new()
        {
            [0] = 3,
            [1] = new Dictionary<int, object>[] { new() { [0] = (sbyte)101, [3] = 101 } },
            [2] = new Dictionary<int, object>[]
            {
                new()
                {
                    [0] = Enumerable.Range(0, inputs + 1).Select(index => Tensor($"t{index}")).ToArray(),
                    [1] = Enumerable.Range(0, inputs).ToArray(),
                    [2] = new[] { inputs },
                    [3] = new Dictionary<int, object>[] { new() { [0] = 0, [1] = new[] { 0 }, [2] = new[] { inputs } } },
                },
            },
            [4] = new Dictionary<int, object>[] { new() },
        });
    }

    // Tensors: 0 of four values, 1 the constant, 2 the numbers 0 and 1, 3 the result.
    private static byte[] Making(int operation, int input, int[] numbers)
    {
        int[] inputs = operation == 96 ? [2, 1, 4] : input == 0 ? [1, 0] : input == 1 ? [0, 1] : [0, 0, 1];
        return FlatForge.Make("TFL3", new()
        {
            [0] = 3,
            [1] = new Dictionary<int, object>[] { new() { [0] = (sbyte)Math.Min(operation, 127), [3] = operation } },
            [2] = new Dictionary<int, object>[]
            {
                new()
                {
                    [0] = new Dictionary<int, object>[]
                    {
                        new() { [0] = new[] { 2, 2 }, [2] = 0, [3] = "x" },
                        new() { [0] = new[] { numbers.Length }, [1] = (sbyte)2, [2] = 1, [3] = "c" },
                        new() { [0] = new[] { 1 }, [1] = (sbyte)2, [2] = 2, [3] = "zero" },
                        new() { [0] = new[] { 1 }, [2] = 0, [3] = "y" },
                        new() { [0] = new[] { 1 }, [1] = (sbyte)2, [2] = 3, [3] = "one" },
                    },
                    [1] = new[] { 0 },
                    [2] = new[] { 3 },
                    [3] = new Dictionary<int, object>[] { new() { [0] = 0, [1] = inputs, [2] = new[] { 3 } } },
                },
            },
            [4] = new Dictionary<int, object>[] { new(), new() { [0] = Bytes(numbers) }, new() { [0] = Bytes(0) }, new() { [0] = Bytes(1) } },
        });
    }

    private static byte[] Bytes(params int[] numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        for (var index = 0; index < numbers.Length; index++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * index), numbers[index]);
        return bytes;
    }
}
