using Precinto.Formats.SavedModel;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Formats.SavedModel.TensorFlowForge;

namespace Precinto.Tests.Formats.SavedModel;

public sealed class TensorFlowExpansionTests
{
    private const long Large = 1L << 36;

    public static TheoryData<string> Bombs => new(Expanding.Keys);

    [Theory]
    [MemberData(nameof(Bombs))]
    public void What_a_graph_makes_of_constants_is_held_against_the_file(string what)
    {
        var nodes = Expanding[what];
        AssertFinding(Find(nodes), TensorFlowRules.Expansion);
        AssertFinding(Find([.. nodes.Reverse()]), TensorFlowRules.Expansion);
        AssertFinding(Find([], Function("f", nodes)), TensorFlowRules.Expansion);
    }

    public static TheoryData<string> HonestOnes => new(Honest.Keys);

    [Theory]
    [MemberData(nameof(HonestOnes))]
    public void What_honest_graphs_make_is_clean(string what) => Assert.Empty(Find(Honest[what]).Findings);

    [Fact]
    public void Functions_that_call_each_other_twice_are_counted_and_not_followed()
    {
        AssertFinding(Find([Call("c", "f40", "x")], Doubling(40)), TensorFlowRules.Expansion);
        AssertFinding(Find([Call("c", "f3000", "x")], Doubling(3000)), TensorFlowRules.Expansion);
        Assert.Empty(Find([Call("c", "f10", "x")], Doubling(10)).Findings);

        static Action<ProtobufWriter>[] Doubling(int steps) => [Function("f0", Node("a", "Neg", "x")), .. Enumerable.Range(1, steps).Select(index =>
            Function($"f{index}", Call("a", $"f{index - 1}", "x"), Node("b", $"f{index - 1}", "a")))];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5_000)]
    public void A_function_that_calls_itself_is_found(int members) =>
        AssertFinding(Find([], [.. Enumerable.Range(0, members).Select(index => Function($"f{index}", Call("a", $"f{(index + 1) % members}", "x")))]), TensorFlowRules.Expansion);

    [Fact]
    public void A_function_sees_the_constants_that_it_is_called_with()
    {
        Action<ProtobufWriter>[] functions = [Function("outer", Call("c", "inner", "prefix")), Function("inner", Node("f", "Fill", "prefix", "x"))];
        AssertFinding(Find([Whole("s", Large), Call("c", "outer", "s")], functions), TensorFlowRules.Expansion);
        Assert.Empty(Find([Whole("s", 1000), Call("c", "outer", "s")], functions).Findings);
    }

    [Fact]
    public void An_operator_that_ends_the_process_is_noticed() => AssertFinding(Find([Node("a", "Abort")]), TensorFlowRules.EndsProcess);

    [Fact]
    public void Loops_of_TensorFlow_1_are_survived() =>
        Assert.Empty(Find([Node("m", "Merge", "x", "n"), Node("a", "Add", "a", "b"), Node("b", "Add", "b", "a"), Node("n", "NextIteration", "a")]).Findings);

    [Fact]
    public void Nodes_without_inputs_or_with_odd_ones_break_nothing()
    {
        string[] operations = ["Fill", "BroadcastTo", "Tile", "Range", "LinSpace", "OneHot", "Pad", "ScatterNd", "Bincount", "Multinomial", "Reshape", "ExpandDims", "Transpose", "Shape", "Size",
            "Concat", "ConcatV2", "Pack", "GatherV2", "StridedSlice", "Prod", "MatMul", "Diag", "MatrixDiag", "StringJoin", "ResizeBilinear", "Add", "LeftShift", "Identity", "RandomUniform", "UnsortedSegmentSum"];
        string[][] inputs = [[], ["n"], ["n", "n"], ["n", "n", "n"], ["r", "n", "s"], ["s", "r", "n"], ["e", "e", "e"], ["t", "n", "n"], ["n", "t"], ["^n", "n"]];
        Action<ProtobufWriter>[] constants = [Whole("n", long.MinValue, -1, 0, long.MaxValue), Real("r", 2, 3), Scalar("s", -1), Constant("e", 9, [0], _ => { }), Text("t", "x"), Constant("h", 9, [long.MaxValue, 0], _ => { })];
        foreach (var operation in operations)
            Assert.Equal("savedmodel", Find([.. constants, .. inputs.Select((names, index) => Node($"y{index}", operation, names))]).Format);
    }

    private static readonly Dictionary<string, Action<ProtobufWriter>[]> Expanding = new()
    {
        ["a constant of one value"] = [Real("c", Large)],
        ["a constant of many dimensions"] = [Real("c", 1 << 20, 1 << 16)],
        ["fill"] = [Whole("s", Large), Node("y", "Fill", "s", "x")],
        ["fill of a shape of bytes"] = [Constant("s", 3, [2], tensor => tensor.Bytes(4, [0, 0, 16, 0, 0, 0, 1, 0])), Node("y", "Fill", "s", "x")],
        ["fill of a shape that repeats"] = [Constant("s", 3, [4], tensor => tensor.Integers(7, 1 << 10)), Node("y", "Fill", "s", "x")],
        ["broadcast"] = [Whole("s", Large), Node("y", "BroadcastTo", "x", "s")],
        ["tile"] = [Real("c", 1024), Whole("s", 1 << 26), Node("y", "Tile", "c", "s")],
        ["range"] = [Scalar("a", 0), Scalar("b", Large), Scalar("c", 1), Node("y", "Range", "a", "b", "c")],
        ["range of reals"] = [Constant("a", 1, [], _ => { }), Constant("b", 1, [], tensor => tensor.Floats(5, 1)), Constant("c", 1, [], tensor => tensor.Floats(5, 1e-12f)), Node("y", "Range", "a", "b", "c")],
        ["pad, then zeros like"] = [Whole("s", 1 << 10, 1 << 10), Node("f", "Fill", "s", "x"), Constant("p", 9, [2, 2], tensor => tensor.Integers(10, 0, 1 << 25, 0, 0)), Node("q", "Pad", "f", "p"), Node("y", "ZerosLike", "q")],
        ["random"] = [Whole("s", Large), Node("y", "RandomStandardNormal", "s")],
        ["one hot"] = [Scalar("d", Large), Node("y", "OneHot", "x", "d", "x", "x")],
        ["doubled by concat"] = [Real("v0", 1), Scalar("a", 0), .. Enumerable.Range(0, 40).Select(index => Node($"v{index + 1}", "ConcatV2", $"v{index}", $"v{index}", "a"))],
        ["doubled texts"] = [Text("t0", "letters"), .. Enumerable.Range(0, 40).Select(index => Node($"t{index + 1}", "StringJoin", $"t{index}", $"t{index}"))],
        ["rows by columns"] = [Whole("s", 100_000, 1), Whole("z", 1, 100_000), Node("r", "Fill", "s", "x"), Node("c", "Fill", "z", "x"), Node("y", "AddV2", "r", "c")],
        ["a product"] = [Whole("s", 100_000, 1), Whole("z", 1, 100_000), Node("r", "Fill", "s", "x"), Node("c", "Fill", "z", "x"), Node("y", "MatMul", "r", "c")],
        ["a shape that is computed"] = [Scalar("a", 1 << 20), Node("b", "Mul", "a", "a"), Node("s", "Pack", "b", "a"), Node("y", "Fill", "s", "x")],
        ["a shape that is shifted"] = [Whole("a", 1), Whole("n", 40), Node("s", "LeftShift", "a", "n"), Node("y", "Fill", "s", "x")],
        ["a list of tensors"] = [Whole("e", 1), Scalar("n", Large), Node("y", "TensorListReserve", "e", "n")],
        ["resize"] = [Whole("s", 1 << 20, 1 << 16), Node("y", "ResizeBilinear", "x", "s")],
    };

    private static readonly Dictionary<string, Action<ProtobufWriter>[]> Honest = new()
    {
        ["a mask of one value"] = [Real("c", 1, 1, 4096, 4096)],
        ["a table of positions"] = [Scalar("a", 0), Scalar("b", 4096), Scalar("c", 1), Node("r", "Range", "a", "b", "c"), Whole("s", 4096, 512), Node("y", "RandomUniform", "s")],
        ["a shape with what is open"] = [Whole("s", -1, 1 << 20), Node("y", "Reshape", "x", "s"), Node("z", "Fill", "s", "x")],
        ["an initial embedding"] = [Whole("s", 250_000, 1024), Node("y", "TruncatedNormal", "s"), Node("v", "VarHandleOp"), Node("a", "AssignVariableOp", "v", "y")],
        ["an empty constant"] = [Real("c", 0, 1 << 30, 1 << 30)],
    };

    private static FileInspection Find(Action<ProtobufWriter>[] nodes, params Action<ProtobufWriter>[] functions) => Inspect(Saved([Node("x", "Placeholder"), .. nodes], functions), "saved_model.pb");
}
