using System.Buffers.Binary;
using Precinto.Formats.ExecuTorch;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.ExecuTorch;

public sealed class ExecuTorchFormatTests
{
    [Fact]
    public void A_program_tells_its_method_operators_and_tensors()
    {
        var found = Inspect(Program(), "m.pte");
        Assert.Empty(found.Findings);
        Assert.Equal(("executorch", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("executorch", "schema 0", "forward", 6L), (found.Facts.Framework, found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.ParameterCount));
        Assert.Equal([1L, 3L], found.Facts.Inputs.Single().Shape);
        Assert.Equal("value 2 float32", $"{found.Facts.Outputs.Single().Name} {found.Facts.Outputs.Single().ElementType}");
        Assert.Equal("fc.weight", found.Facts.Tensors.Single().Name);
        Assert.Equal([new("aten::addmm.out", 1)], found.Facts.Parts);
        Assert.Equal("executorch", Inspect(Program(), "renamed.bin").Format);
    }

    [Fact]
    public void What_is_compiled_for_a_backend_is_not_clean()
    {
        var found = Inspect(Program(backend: "XnnpackBackend"), "m.pte");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        AssertFinding(found, ExecuTorchRules.Delegate);
        Assert.Equal([new("aten::addmm.out", 1), new("delegate:XnnpackBackend", 1)], found.Facts.Parts);
    }

    [Theory]
    [InlineData("mylib::op", InspectionVerdict.Suspicious)]
    [InlineData("relu", InspectionVerdict.Suspicious)]
    [InlineData("dim_order_ops::_to_dim_order_copy", InspectionVerdict.Clean)]
    public void An_operator_is_judged_by_who_computes_it(string name, InspectionVerdict verdict) => Assert.Equal(verdict, Inspect(Program(operation: name), "m.pte").Verdict);

    [Theory]
    [InlineData(7, 0, 1, 0)]
    [InlineData(0, 9, 1, 0)]
    [InlineData(0, -2, 1, 0)]
    [InlineData(0, 0, 9, 0)]
    [InlineData(0, 0, 1, 9)]
    public void A_reference_to_what_is_not_there_is_malformed(int call, int argument, int buffer, int input)
    {
        var found = Inspect(Program(call: call, argument: argument, buffer: buffer, input: input), "m.pte");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        AssertFinding(found, ExecuTorchRules.Reference);
    }

    [Fact]
    public void Segments_lie_in_the_file_and_nothing_follows_them()
    {
        var whole = WithSegment(24, 24);
        Assert.Equal(InspectionVerdict.Clean, Inspect(whole, "m.pte").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect([.. whole, .. new byte[100]], "m.pte").Verdict);
        AssertFinding(Inspect([.. whole, 1], "m.pte"), InspectionRules.TrailingBytes);
        AssertFinding(Inspect(WithSegment(25, 24), "m.pte"), ExecuTorchRules.Reference);
        AssertFinding(Inspect(WithSegment(-1, 24), "m.pte"), ExecuTorchRules.Reference);
        AssertTruncationsAreNoticed(whole, "m.pte");
        AssertFlipsAreSurvived(whole, "m.pte");
    }

    [Fact]
    public void Tensors_in_another_file_are_told()
    {
        var found = Inspect(Program(location: 1), "m.pte");
        AssertFinding(found, ExecuTorchRules.External);
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        AssertTruncationsAreNoticed(Program(), "m.pte");
        AssertFlipsAreSurvived(Program(), "m.pte");
        AssertFlipsAreSurvived(Program(backend: "X"), "m.pte");
    }

    // The extended header stands between the mark and the first table.
    private static byte[] WithSegment(long size, int length)
    {
        var program = Fields(1, 0, 1, 0, "aten::addmm", null, 0);
        program.Remove(2);
        program[4] = new Dictionary<int, object>[] { new() { [0] = 0L, [1] = size } };
        program[5] = new Dictionary<int, object> { [0] = 0, [1] = new long[] { 0, 0 } };
        var file = FlatForge.Make("ET12", program, new byte[24]);
        "eh00"u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(12), 24);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(16), file.Length);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(24), file.Length);
        return [.. file, .. Enumerable.Repeat((byte)7, length)];
    }

    private static byte[] Program(int call = 0, int argument = 0, int buffer = 1, int input = 0, string operation = "aten::addmm", string? backend = null, int location = 0) =>
        FlatForge.Make("ET12", Fields(buffer, call, argument, input, operation, backend, location));

    private static Dictionary<int, object> Fields(int buffer, int call, int argument, int input, string operation, string? backend, int location) => new()
    {
        [1] = new Dictionary<int, object>[]
        {
            new()
            {
                [0] = "forward",
                [2] = new Dictionary<int, object>[]
                {
                    Tensor([1, 3], 0, null, 0),
                    Tensor([2, 3], buffer, "fc.weight", location),
                    Tensor([1, 2], 0, null, 0),
                    new() { [0] = (sbyte)2, [1] = new Dictionary<int, object> { [0] = 1L } },
                },
                [3] = new[] { input },
                [4] = new[] { 2 },
                [5] = new Dictionary<int, object>[] { new() { [2] = Instructions(call, argument, backend) } },
                [6] = new Dictionary<int, object>[] { new() { [0] = operation, [1] = "out" } },
                [7] = backend is null ? [] : new Dictionary<int, object>[] { new() { [0] = backend, [1] = new Dictionary<int, object> { [0] = (sbyte)0, [1] = 0 } } },
            },
        },
        [2] = new Dictionary<int, object>[] { new(), new() { [0] = new byte[24] } },
        [3] = backend is null ? [] : new Dictionary<int, object>[] { new() { [0] = new byte[8] } },
    };

    private static Dictionary<int, object>[] Instructions(int call, int argument, string? backend)
    {
        Dictionary<int, object> kernel = new() { [0] = (sbyte)1, [1] = new Dictionary<int, object> { [0] = call, [1] = new[] { argument, 1, 2 } } };
        Dictionary<int, object> compiled = new() { [0] = (sbyte)2, [1] = new Dictionary<int, object> { [0] = 0, [1] = new[] { 0 } } };
        return backend is null ? [kernel] : [kernel, compiled];
    }

    private static Dictionary<int, object> Tensor(int[] sizes, int buffer, string? name, int location)
    {
        Dictionary<int, object> tensor = new() { [0] = (sbyte)6, [2] = sizes, [5] = buffer };
        if (name is not null)
            tensor[9] = new Dictionary<int, object> { [1] = name, [2] = (sbyte)location };
        return new() { [0] = (sbyte)5, [1] = tensor };
    }
}
