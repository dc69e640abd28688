using System.Runtime.InteropServices;
using Precinto.Formats.Onnx;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Onnx;

public sealed class OnnxExpansionTests
{
    private const long Large = 1L << 33;

    public static TheoryData<string> Bombs => new(Expanding.Keys);

    [Theory]
    [MemberData(nameof(Bombs))]
    public void What_loading_computes_is_held_against_the_file(string what)
    {
        var found = Inspect(Expanding[what], "m.onnx");
        Assert.Equal(("onnx", InspectionVerdict.Suspicious), (found.Format, found.Verdict));
        AssertFinding(found, OnnxRules.Expansion);
    }

    public static TheoryData<string> HonestOnes => new(Honest.Keys);

    [Theory]
    [MemberData(nameof(HonestOnes))]
    public void What_honest_models_compute_when_they_are_loaded_is_clean(string what)
    {
        var found = Inspect(Honest[what], "m.onnx");
        Assert.Equal(("onnx", InspectionVerdict.Clean), (found.Format, found.Verdict));
    }

    [Fact]
    public void Functions_that_call_each_other_twice_are_counted_and_not_followed()
    {
        AssertFinding(Inspect(Doubling(200), "m.onnx"), OnnxRules.Expansion);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Doubling(10), "m.onnx").Verdict);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5_000)]
    public void A_function_that_calls_itself_is_found(int members)
    {
        var model = Calling(Enumerable.Range(0, members).Select(index => Function($"f{index}", $"f{(index + 1) % members}")));
        AssertFinding(Inspect(model, "m.onnx"), OnnxRules.Expansion);
    }

    [Fact]
    public void A_function_is_one_of_its_domain_and_overload()
    {
        var model = Calling([Function("f0", "f0", domain: "other"), Function("f0", "f0", overload: "other")]);
        Assert.Equal(InspectionVerdict.Clean, Inspect(model, "m.onnx").Verdict);
    }

    [Fact]
    public void What_a_graph_within_a_function_calls_counts_for_the_function()
    {
        var model = Calling([function => function.Text(1, "f0").Text(10, "local").Message(7, OnnxForge.Node("If", ["a"], ["b"], "",
            OnnxForge.Attribute("then_branch", 5, attribute => attribute.Message(6, graph => graph.Message(1, OnnxForge.Node("f0", ["a"], ["b"], "local"))))))]);
        AssertFinding(Inspect(model, "m.onnx"), OnnxRules.Expansion);
    }

    [Fact]
    public void More_inputs_than_are_kept_are_not_called_clean()
    {
        var model = Folding([OnnxForge.Node("Concat", [.. Enumerable.Repeat("w", 1_001)], ["y"], "", OnnxForge.Integer("axis", 0))]);
        AssertFinding(Inspect(model, "m.onnx"), InspectionRules.LimitReached);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Numbers_beyond_those_of_a_shape_are_not_kept(int field)
    {
        var model = Folding([OnnxForge.Node("Constant", [], ["y"], "", OnnxForge.Attribute("value_floats", 6, attribute => attribute.Bytes(field, new byte[32 << 20])))]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("onnx", Inspect(model, "m.onnx").Format);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void Nodes_without_names_or_shapes_break_nothing()
    {
        string[] operations = ["Constant", "Add", "Where", "Reshape", "Unsqueeze", "Squeeze", "Flatten", "Transpose", "Shape", "Size", "ConstantOfShape", "Expand",
            "Tile", "Pad", "Range", "OneHot", "EyeLike", "Concat", "Gather", "MatMul", "Gemm", "Resize", "Upsample", "Identity"];
        string[][] inputs = [[], [""], ["", ""], ["n", "n", "n"], ["e", "e", "e"], ["w", "n"], ["n", "w"], ["s", "n", "x"]];
        long[] numbers = [long.MinValue, -1, 0, long.MaxValue];
        foreach (var operation in operations)
        {
            var nodes = inputs.SelectMany(names => numbers.SelectMany(number => new[]
            {
                OnnxForge.Node(operation, names, ["n"], "", OnnxForge.Integer("axis", number)),
                OnnxForge.Node(operation, names, ["n"], "", OnnxForge.Integers("axes", number, number)),
                OnnxForge.Node(operation, names, ["n"], "", OnnxForge.Integers("perm", number)),
            }));
            var model = Folding([.. nodes], Int64("n", long.MinValue, -1, 0, long.MaxValue), Int64("e"), Int64("", 4), Scalar("s", -1));
            Assert.Equal("onnx", Inspect(model, "m.onnx").Format);
        }
    }

    private static readonly Dictionary<string, byte[]> Expanding = new()
    {
        ["constant of shape"] = Folding([OnnxForge.Node("ConstantOfShape", ["s"], ["y"])], Int64("s", Large)),
        ["constant of a shape with zeros of its own"] = Folding([OnnxForge.Node("ConstantOfShape", ["s"], ["y"])], Int64("s", 1 << 17, 1 << 17)),
        ["expand"] = Folding([OnnxForge.Node("Expand", ["w", "s"], ["y"])], Int64("s", Large)),
        ["expand of an input"] = Folding([OnnxForge.Node("Expand", ["x", "s"], ["y"])], Int64("s", Large)),
        ["tile"] = Folding([OnnxForge.Node("Tile", ["w", "s"], ["y"])], Int64("s", Large)),
        ["pad"] = Folding([OnnxForge.Node("Pad", ["w", "s"], ["y"])], Int64("s", 0, Large)),
        ["pad by an attribute"] = Folding([OnnxForge.Node("Pad", ["w"], ["y"], "", OnnxForge.Integers("pads", 0, Large))]),
        ["range"] = Folding([OnnxForge.Node("Range", ["a", "b", "c"], ["y"])], Scalar("a", 0), Scalar("b", Large), Scalar("c", 1)),
        ["one hot"] = Folding([OnnxForge.Node("OneHot", ["a", "b", "w"], ["y"])], Scalar("a", 0), Scalar("b", Large)),
        ["resize"] = Folding([OnnxForge.Node("Resize", ["w", "", "", "s"], ["y"])], Int64("s", Large)),
        ["resize by a scale"] = Folding([OnnxForge.Node("Resize", ["w", "", "f"], ["y"])], OnnxForge.Tensor("f", [1], 1e10f)),
        ["doubled by concat"] = Folding([.. Enumerable.Range(0, 34).Select(index => OnnxForge.Node("Concat", [Step(index), Step(index)], [Step(index + 1)], "", OnnxForge.Integer("axis", 0)))]),
        ["rows by columns"] = Folding(
        [
            OnnxForge.Node("ConstantOfShape", ["s"], ["r"]), OnnxForge.Node("Unsqueeze", ["r", "one"], ["c"]), OnnxForge.Node("Add", ["r", "c"], ["y"]),
        ], Int64("s", 100_000), Int64("one", 1)),
        ["a product"] = Folding(
        [
            OnnxForge.Node("ConstantOfShape", ["s"], ["r"]), OnnxForge.Node("Transpose", ["r"], ["c"], "", OnnxForge.Integers("perm", 1, 0)), OnnxForge.Node("MatMul", ["c", "r"], ["y"]),
        ], Int64("s", 1, 100_000)),
        ["a shape that is computed"] = Folding(
        [
            OnnxForge.Node("Constant", [], ["a"], "", OnnxForge.Integers("value_ints", 1 << 20)), OnnxForge.Node("Mul", ["a", "a"], ["s"]), OnnxForge.Node("ConstantOfShape", ["s"], ["y"]),
        ]),
        ["a shape out of parts"] = Folding(
        [
            OnnxForge.Node("Constant", [], ["a"], "", OnnxForge.Integer("value_int", 1 << 20)), OnnxForge.Node("Unsqueeze", ["a"], ["b"], "", OnnxForge.Integers("axes", 0)),
            OnnxForge.Node("Concat", ["b", "b"], ["s"], "", OnnxForge.Integer("axis", 0)), OnnxForge.Node("Expand", ["w", "s"], ["y"]),
        ]),
        ["gathered again and again"] = Folding(
        [
            OnnxForge.Node("ConstantOfShape", ["s"], ["i"]), OnnxForge.Node("Gather", ["i", "i"], ["a"]), OnnxForge.Node("Unsqueeze", ["a"], ["b"], "", OnnxForge.Integers("axes", 1)),
            OnnxForge.Node("Gather", ["b", "i"], ["c"], "", OnnxForge.Integer("axis", 1)),
        ], Int64("s", 100_000)),
        ["all layers together"] = Folding([.. Enumerable.Range(0, 40).Select(index => OnnxForge.Node("ConstantOfShape", ["s"], [Step(index)]))], Int64("s", 1_000_000_000)),
        ["a graph within"] = Folding([OnnxForge.Node("If", ["x"], ["y"], "", OnnxForge.Attribute("then_branch", 5, attribute => attribute.Message(6, graph =>
            graph.Message(1, OnnxForge.Node("ConstantOfShape", ["s"], ["y"])))))], Int64("s", Large)),
        ["a sparse initializer"] = OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("Add", ["x", "w"], ["y"])).Message(15, Sparse(Large))),
        ["a sparse constant"] = Folding([OnnxForge.Node("Constant", [], ["y"], "", OnnxForge.Attribute("sparse_value", 11, attribute => attribute.Message(22, Sparse(Large))))]),
    };

    private static readonly Dictionary<string, byte[]> Honest = new()
    {
        ["a mask"] = Folding([OnnxForge.Node("ConstantOfShape", ["s"], ["m"]), OnnxForge.Node("Trilu", ["m"], ["y"])], Int64("s", 1, 1, 8192, 8192)),
        ["a mask for every layer"] = Folding([.. Enumerable.Range(0, 80).Select(index => OnnxForge.Node("Expand", ["x", "s"], [Step(index)]))], Int64("s", 1, 64, 4096, 4096)),
        ["positions"] = Folding([OnnxForge.Node("Range", ["a", "b", "c"], ["y"])], Scalar("a", 0), Scalar("b", 131072), Scalar("c", 1)),
        ["a range backwards"] = Folding([OnnxForge.Node("Range", ["b", "a", "c"], ["y"])], Scalar("a", 0), Scalar("b", 10), Scalar("c", -1)),
        ["a shape that depends on the input"] = Folding(
        [
            OnnxForge.Node("Shape", ["x"], ["s"]), OnnxForge.Node("Mul", ["s", "n"], ["t"]), OnnxForge.Node("ConstantOfShape", ["t"], ["y"]),
        ], Int64("n", Large)),
        ["reshape with a free length"] = Folding([OnnxForge.Node("Reshape", ["w", "s"], ["a"]), OnnxForge.Node("Add", ["a", "w"], ["y"])], Int64("s", -1, 1)),
        ["a sparse matrix"] = OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("Add", ["x", "w"], ["y"])).Message(15, Sparse(10_000))),
        ["an operator of another domain"] = Folding([OnnxForge.Node("ConstantOfShape", ["s"], ["y"], "com.microsoft")], Int64("s", Large)),
    };

    private static string Step(int index) => index == 0 ? "w" : $"w{index}";

    private static byte[] Folding(Action<ProtobufWriter>[] nodes, params Action<ProtobufWriter>[] constants) => OnnxForge.Model(graph =>
    {
        foreach (var node in nodes)
            graph.Message(1, node);
        graph.Message(5, OnnxForge.Tensor("w", [1], 1));
        foreach (var constant in constants)
            graph.Message(5, constant);
        graph.Message(11, OnnxForge.Value("x", 1, 1)).Message(12, OnnxForge.Value("y", 1, [null]));
    });

    private static byte[] Doubling(int steps) => Calling(Enumerable.Range(0, steps).Select(index => Function($"f{index}", $"f{index + 1}", $"f{index + 1}")));

    private static byte[] Calling(IEnumerable<Action<ProtobufWriter>> functions) => OnnxForge.Model(
        graph => graph.Message(1, OnnxForge.Node("f0", ["x"], ["y"], "local")).Message(11, OnnxForge.Value("x", 1, 1)).Message(12, OnnxForge.Value("y", 1, 1)), model =>
        {
            foreach (var function in functions.Append(Function("f200")).Append(Function("f10")).Append(Function("f0")))
                model.Message(25, function);
        });

    private static Action<ProtobufWriter> Function(string name, string? called = null, string? again = null, string domain = "local", string overload = "") => function =>
    {
        function.Text(1, name).Message(7, OnnxForge.Node("Neg", ["a"], ["b"]));
        if (called is not null)
            function.Message(7, OnnxForge.Node(called, ["a"], ["b"], "local"));
        if (again is not null)
            function.Message(7, OnnxForge.Node(again, ["a"], ["b"], "local"));
        function.Text(10, domain);
        if (overload.Length > 0)
            function.Text(13, overload);
    };

    private static Action<ProtobufWriter> Int64(string name, params long[] values) => tensor =>
        tensor.Integers(1, values.Length).Integer(2, OnnxForge.Int64).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()));

    // In the list of its type instead of raw data, as other writers have it.
    private static Action<ProtobufWriter> Scalar(string name, long value) => tensor => tensor.Integer(2, OnnxForge.Int64).Integers(7, value).Text(8, name);

    private static Action<ProtobufWriter> Sparse(long length) => sparse =>
        sparse.Message(1, OnnxForge.Tensor("w", [1], 1)).Message(2, Int64("", 0)).Integers(3, length);
}
