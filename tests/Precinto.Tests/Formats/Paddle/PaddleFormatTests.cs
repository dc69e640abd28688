using Precinto.Formats.Paddle;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Paddle;

public sealed class PaddleFormatTests
{
    [Fact]
    public void A_program_tells_its_operators_and_what_it_stores()
    {
        var found = Inspect(Program("matmul_v2"), "inference.pdmodel");

        Assert.Equal(("paddle", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal([new("feed", 1), new("matmul_v2", 1)], found.Facts.Parts);
        var tensor = Assert.Single(found.Facts.Tensors);
        Assert.Equal(("w_0", "float32"), (tensor.Name, tensor.ElementType));
        Assert.Equal([4L, 3L], tensor.Shape);
        AssertFlipsAreSurvived(Program("matmul_v2"), "inference.pdmodel");
        AssertTruncationsAreNoticed(Program("matmul_v2"), "inference.pdmodel");
    }

    [Fact]
    public void An_operator_that_calls_Python_is_dangerous()
    {
        var found = Inspect(Program("py_func"), "inference.pdmodel");
        AssertFinding(found, PaddleRules.Python);
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    [Theory]
    [InlineData("save")]
    [InlineData("load_combine")]
    [InlineData("recv")]
    [InlineData("c_gen_nccl_id")]
    public void An_operator_that_reaches_files_is_noticed(string name) => AssertFinding(Inspect(Program(name), "inference.pdmodel"), PaddleRules.Files);

    [Fact]
    public void An_operator_that_runs_a_compiled_engine_is_noticed() => AssertFinding(Inspect(Program("tensorrt_engine"), "inference.pdmodel"), PaddleRules.Engine);

    [Fact]
    public void A_program_is_told_in_any_order_and_behind_fields_that_nobody_knows()
    {
        byte[][] disguises =
        [
            [.. new ProtobufWriter().Bytes(9, []).ToArray(), .. Program("py_func")],
            new ProtobufWriter().Message(1, block => block.Integer(2, -1).Integer(1, 0).Message(4, node => node.Text(3, "py_func"))).ToArray(),
            new ProtobufWriter().Message(1, block => block.Message(4, node => node.Integer(9, 1).Text(3, "py_func")).Integer(2, 7).Integer(1, 3)).ToArray(),
        ];
        foreach (var disguise in disguises)
        {
            foreach (var name in (ReadOnlySpan<string>)["__model__", "model.bin"])
                Assert.Equal(("paddle", InspectionVerdict.Dangerous), (Inspect(disguise, name).Format, Inspect(disguise, name).Verdict));
        }
    }

    [Theory]
    [InlineData("1.py_func", "PDL101")]
    [InlineData("pd_op.py_layer", "PDL101")]
    [InlineData("1.load_combine", "PDL102")]
    [InlineData("1.save", "PDL102")]
    [InlineData("1.tensorrt_engine", "PDL103")]
    [InlineData("1.relu_", null)]
    [InlineData("0.a_str", null)]
    [InlineData("page.load", null)]
    public void The_operators_of_a_program_in_JSON_are_judged_as_those_of_the_older_form(string name, string? code)
    {
        var program = "{\"program\": {\"regions\": [{\"#\": \"region_0\", \"blocks\": [{\"#\": \"block_0\", \"args\": [], \"ops\": [{\"#\": \"" + name
            + "\", \"A\": [], \"I\": [], \"O\": []}]}]}]}, \"base_code\": {\"magic\": \"pir\", \"trainable\": false, \"version\": 1}}";
        var found = Inspect(System.Text.Encoding.UTF8.GetBytes(program), "inference.json");
        Assert.Equal("json", found.Format);
        Assert.Equal(code is null ? [] : [code], found.Findings.Select(finding => finding.Code));
    }

    private static byte[] Program(string operation) =>
        new ProtobufWriter().Message(1, block => block
            .Integer(1, 0)
            .Integer(2, -1)
            .Message(3, variable => variable.Text(1, "w_0").Message(2, type => type.Integer(1, 7).Message(3, list => list.Message(1, tensor => tensor.Integer(1, 5).Integer(2, 4).Integer(2, 3)))).Integer(3, 1))
            .Message(4, node => node.Text(3, "feed"))
            .Message(4, node => node.Message(1, input => input.Text(1, "X").Text(2, "x")).Text(3, operation))).ToArray();
}
