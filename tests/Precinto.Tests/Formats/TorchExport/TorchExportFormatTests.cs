using System.Text;
using Precinto.Formats.Torch;
using Precinto.Formats.TorchExport;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.TorchExport;

public sealed class TorchExportFormatTests
{
    [Fact]
    public void An_archive_tells_its_graph_and_its_weights()
    {
        var found = Inspect(Archive(), "model.pt2");
        Assert.Empty(found.Findings);
        Assert.Equal(("torchexport", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("pytorch", "2.8.0", "ExportedProgram", 6L), (found.Facts.Framework, found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.ParameterCount));
        Assert.Equal("x float32", $"{found.Facts.Inputs.Single().Name} {found.Facts.Inputs.Single().ElementType}");
        Assert.Equal([null, 3L], found.Facts.Inputs.Single().Shape);
        Assert.Equal("linear", found.Facts.Outputs.Single().Name);
        Assert.Equal(("fc.weight", "float32"), (found.Facts.Tensors.Single().Name, found.Facts.Tensors.Single().ElementType));
        Assert.Equal([2L, 3L], found.Facts.Tensors.Single().Shape);
        Assert.Equal([new("_operator.mul", 1), new("torch.ops.aten.linear.default", 1)], found.Facts.Parts);
        Assert.Equal(["schema 8.8", "opset.aten 10"], found.Facts.Settings.Select(setting => $"{setting.Key} {setting.Value}"));
        Assert.Equal("torchexport", Inspect(Archive(), "renamed").Format);
    }

    [Fact]
    public void The_older_layout_tells_the_same()
    {
        var found = Inspect(OldArchive([0x80, 2, .. "}."u8]), "model.pt2");
        Assert.Equal("", string.Join(' ', found.Findings.Select(finding => $"{finding.Code} {finding.Member} {finding.Message}")));
        Assert.Equal(("torchexport", InspectionVerdict.Clean, 6L), (found.Format, found.Verdict, found.Facts.ParameterCount));
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(OldArchive("cos\nsystem\n(S'id'\ntR."u8.ToArray()), "model.pt2").Verdict);
    }

    [Theory]
    [InlineData("torch.ops.mylib.op.default", "PTX101", InspectionVerdict.Suspicious)]
    [InlineData("something", "PTX101", InspectionVerdict.Suspicious)]
    [InlineData("#extension:op", "PTX101", InspectionVerdict.Suspicious)]
    [InlineData("torch.os.system", "PTX102", InspectionVerdict.Dangerous)]
    [InlineData("torch.hub.load", "PTX102", InspectionVerdict.Dangerous)]
    [InlineData("_operator.methodcaller", "PTX102", InspectionVerdict.Dangerous)]
    [InlineData("math.os.system", "PTX102", InspectionVerdict.Dangerous)]
    [InlineData("torch.ops.aten.from_file.default", "PTX103", InspectionVerdict.Dangerous)]
    [InlineData("torch.ops.aten.relu.default", null, InspectionVerdict.Clean)]
    [InlineData("torch.ops.higher_order.aoti_call_delegate", "PTX101", InspectionVerdict.Suspicious)]
    [InlineData("torch.ops.symm_mem.get", "PTX101", InspectionVerdict.Suspicious)]
    [InlineData("torch.ops.higher_order.cond", null, InspectionVerdict.Clean)]
    [InlineData("torch.sym_max", null, InspectionVerdict.Clean)]
    [InlineData("math.ceil", null, InspectionVerdict.Clean)]
    public void An_operator_is_judged_by_who_computes_it(string target, string? code, InspectionVerdict verdict) =>
        AssertJudged(Archive(target: target), code, verdict);

    [Theory]
    [InlineData("s0 + 1", null, InspectionVerdict.Clean)]
    [InlineData("2*s77 - 1.5e-3", null, InspectionVerdict.Clean)]
    [InlineData("Mul(Integer(2), Symbol('s77', positive=True, integer=True))", null, InspectionVerdict.Clean)]
    [InlineData("Max(1, FloorDiv(s0, 2)) % 8", null, InspectionVerdict.Clean)]
    [InlineData("__import__('os').system('id')", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("eval('1')", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("s0.__class__", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("1.0.__class__", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("f'{s0}'", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("(lambda: 0)()", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("ｅval('1')", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("\U0001D428pen(1)", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("(test)()", "PTX105", InspectionVerdict.Suspicious)]
    [InlineData("x[0] ()", "PTX105", InspectionVerdict.Suspicious)]
    [InlineData("Symbol('s0').subs(1)", "PTX105", InspectionVerdict.Suspicious)]
    [InlineData("Unheard(s0)", "PTX105", InspectionVerdict.Suspicious)]
    [InlineData("[s0 for s0 in x]", "PTX105", InspectionVerdict.Suspicious)]
    [InlineData("Symbol('a b')", "PTX105", InspectionVerdict.Suspicious)]
    [InlineData("Symbol('a", "PTX105", InspectionVerdict.Suspicious)]
    public void An_expression_that_is_no_arithmetic_is_noticed(string expression, string? code, InspectionVerdict verdict) =>
        AssertJudged(Archive(expression: expression), code, verdict);

    [Theory]
    [InlineData("10**10**10")]
    [InlineData("2**2**2**2**9")]
    [InlineData("Pow(10,Pow(10,10))")]
    [InlineData("Pow(Integer(10), Mul(Integer(100000), Integer(100000)))")]
    [InlineData("PowByNatural(10, 10*10*10*10*10*10*10*10*10*10)")]
    [InlineData("((((10**99)**99)**99)**99)")]
    [InlineData("2**-9999999999")]
    [InlineData("2**(s0 + 9999999999)")]
    [InlineData("1e999999999")]
    [InlineData("Float('1', precision=53) + 1e-999999999")]
    [InlineData("Float('1e999999999')")]
    [InlineData("Float('1', precision=999999999)")]
    [InlineData("Float(1, 999999999)")]
    [InlineData("(s0+s1+s2+s3+1)**2000")]
    [InlineData("(s0+1)**3000*(s1+2)**3000")]
    [InlineData("((s0+s1+s2+s3)**9)**9")]
    [InlineData("1<<10000000000")]
    [InlineData("LShift(1,10000000000)")]
    [InlineData("Mod(10**1000000,7)")]
    [InlineData("floor(exp(10000000000))")]
    public void An_expression_that_never_ends_is_noticed(string expression)
    {
        AssertFinding(Inspect(Archive(expression: expression), "model.pt2"), TorchExportRules.Endless);
        AssertFinding(Inspect(Archive(guard: expression + " >= 2"), "model.pt2"), TorchExportRules.Endless);
    }

    [Theory]
    [InlineData("s0**2*s1**2 + 4*s0*(s0 - 1)**3")]
    [InlineData("Pow(Symbol('s0', integer=True, positive=True), Integer(2))")]
    [InlineData("Mul(Integer(-1), Pow(Symbol('s77', integer=True), Integer(-1)), Add(Symbol('s0'), Integer(9223372036854775807)))")]
    [InlineData("Float('1', precision=53) + 1.0e-12")]
    [InlineData("PowByNatural(2, s0)")]
    [InlineData("2**s0 - 1.5e300")]
    [InlineData("FloorDiv(PythonMod(s0*s1*s2*s3, 64), 1 << 5) - -(s0//(4*(s1 % 7)))")]
    public void The_arithmetic_of_sizes_ends(string expression) =>
        AssertJudged(Archive(expression: expression), null, InspectionVerdict.Clean);

    [Fact]
    public void A_long_expression_is_measured_in_the_time_that_reading_it_takes()
    {
        foreach (var expression in (string[])[new string('(', 200_000), string.Concat(Enumerable.Repeat("Add(", 200_000)), string.Concat(Enumerable.Repeat("1,", 200_000)), string.Concat(Enumerable.Repeat("2**", 200_000)), new string(')', 200_000)])
            Assert.Equal("torchexport", Inspect(Archive(expression: expression), "model.pt2").Format);
    }

    [Theory]
    [InlineData("L['x'].size()[0] >= 2", null, InspectionVerdict.Clean)]
    [InlineData("not (x.stride()[1] == 1) and 3 <= len(x.shape)", null, InspectionVerdict.Clean)]
    [InlineData("open(x)", "PTX104", InspectionVerdict.Dangerous)]
    [InlineData("x.apply_(1)", "PTX105", InspectionVerdict.Suspicious)]
    public void A_guard_that_is_no_comparison_is_noticed(string guard, string? code, InspectionVerdict verdict) =>
        AssertJudged(Archive(guard: guard), code, verdict);

    [Fact]
    public void Numbers_that_no_tensor_has_are_survived()
    {
        const string Largest = "9223372036854775807";
        var payloads = $"{{\"config\": {{\"w\": {{\"path_name\": \"weight_0\", \"use_pickle\": false, \"tensor_meta\": {{\"dtype\": 7, \"sizes\": [{{\"as_int\": {Largest}}}], \"strides\": [{{\"as_int\": {Largest}}}], \"storage_offset\": {{\"as_int\": {Largest}}}}}}}}}}}";
        AssertFinding(Inspect(Archive(more: [new ForgedMember("m/data/weights/other_weights_config.json", Encoding.UTF8.GetBytes(payloads))]), "model.pt2"), TorchRules.Storage);
        var program = "{\"graph_module\": {\"graph\": {\"tensor_values\": {\"w\": {\"dtype\": 7, \"sizes\": [{\"as_int\": 4611686018427387904}, {\"as_int\": 1}]}}}, "
            + "\"signature\": {\"input_specs\": [{\"parameter\": {\"arg\": {\"name\": \"w\"}, \"parameter_name\": \"w\"}}]}}}";
        Assert.Equal(long.MaxValue, Inspect(Archive(more: [.. Enumerable.Range(1, 3).Select(number => new ForgedMember($"m/models/more{number}.json", Encoding.UTF8.GetBytes(program)))]), "model.pt2").Facts.ParameterCount);
    }

    [Fact]
    public void A_call_in_a_graph_within_a_graph_is_found() =>
        AssertJudged(Archive(extra: ", \"as_graph\": {\"graph\": {\"nodes\": [{\"target\": \"torch.os.system\", \"inputs\": []}]}}"), "PTX102", InspectionVerdict.Dangerous);

    [Fact]
    public void A_class_of_a_library_is_noticed() =>
        AssertJudged(Archive(extra: ", \"custom_obj_values\": {\"o\": {\"name\": \"o\", \"class_fqn\": \"__torch__.torch.classes.x.Y\"}}"), "PTX101", InspectionVerdict.Suspicious);

    [Theory]
    [InlineData("m/data/aotinductor/model/x.so")]
    [InlineData("m/data/aotinductor/model/x.cpp")]
    [InlineData("data/aotinductor/model/x.cubin")]
    public void Compiled_code_is_noticed(string name) =>
        AssertJudged(Archive(more: new ForgedMember(name, "int main"u8.ToArray())), "PTX106", InspectionVerdict.Suspicious);

    [Fact]
    public void A_library_is_a_program_as_well()
    {
        var found = Inspect(Archive(more: new ForgedMember("m/data/aotinductor/model/x.so", [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[57]])), "model.pt2");
        Assert.Equal("EXE101 PTX106", string.Join(' ', found.Findings.Select(finding => finding.Code).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("m/data/weights/weight_9")]
    [InlineData("m/data/constants/custom_obj_0")]
    [InlineData("m/data/sample_inputs/model.pt")]
    [InlineData("m/extra/notes.txt")]
    public void A_pickle_is_found_wherever_it_lies(string name) =>
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Archive(more: new ForgedMember(name, "cos\nsystem\n(S'id'\ntR."u8.ToArray())), "model.pt2").Verdict);

    [Fact]
    public void Weights_that_are_missing_or_too_short_are_noticed()
    {
        AssertFinding(Inspect(Archive(weight: new byte[20]), "model.pt2"), TorchRules.Storage);
        AssertFinding(Inspect(Archive(path: "weight_7"), "model.pt2"), TorchRules.Storage);
    }

    [Fact]
    public void What_is_no_JSON_is_malformed()
    {
        foreach (var program in new[] { "", "{", "7", "[]", "{\"target\": \"\\ud800\"}", "{\"a\": 1, \"a\": 2}" })
        {
            var found = Inspect(ZipForge.Make(new ForgedMember("m/archive_format", "pt2"u8.ToArray()), new ForgedMember("m/models/model.json", Encoding.UTF8.GetBytes(program))), "model.pt2");
            Assert.Equal("torchexport", found.Format);
        }

        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("m/archive_format", "pt2"u8.ToArray()), new ForgedMember("m/models/model.json", "{"u8.ToArray())), "model.pt2"), InspectionRules.Malformed);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        AssertTruncationsAreNoticed(Archive(), "model.pt2");
        AssertFlipsAreSurvived(ZipForge.Make(new("m/archive_format", "pt2"u8.ToArray()), new("m/data/weights/model_weights_config.json", Weights("weight_0"))), "model.pt2");
    }

    [Fact]
    public void A_program_is_read_whatever_a_byte_of_it_becomes()
    {
        var program = Program("torch.ops.aten.linear.default", "s0", "x", "");
        for (var index = 0; index < program.Length; index++)
        {
            foreach (var value in (ReadOnlySpan<byte>)[(byte)'"', (byte)'}', (byte)'[', 0, 0xFF])
            {
                var changed = (byte[])program.Clone();
                changed[index] = value;
                Inspect(ZipForge.Make(new ForgedMember("m/archive_format", "pt2"u8.ToArray()), new ForgedMember("m/models/model.json", changed)), "model.pt2");
            }
        }
    }

    [Theory]
    [InlineData("""[{"__enum__": true, "fqn": "ctypes:cdll", "name": "./weights.bin"}]""", "PTX108", InspectionVerdict.Dangerous)]
    [InlineData("""[{"__enum__": true, "fqn": "os:environ", "name": "HOME"}]""", "PTX108", InspectionVerdict.Dangerous)]
    [InlineData("""[{"\u005f_enum__": true, "f\u0071n": "anywhere:Colour", "name": "Red"}]""", "PTX109", InspectionVerdict.Suspicious)]
    [InlineData("""{"default_factory_module": "os", "default_factory_name": "system", "dict_context": []}""", "PTX108", InspectionVerdict.Dangerous)]
    [InlineData("""{"default_factory_module": "builtins", "default_factory_name": "list", "dict_context": []}""", null, InspectionVerdict.Clean)]
    [InlineData("""["x", "{y", "\"z\""]""", null, InspectionVerdict.Clean)]
    public void What_a_tree_of_inputs_imports_is_judged(string context, string? code, InspectionVerdict verdict)
    {
        var inner = System.Text.Json.JsonEncodedText.Encode(context);
        var tree = $$"""[1, {"type": "builtins.dict", "context": "{{inner}}", "children_spec": []}]""";
        AssertJudged(Archive(extra: $", \"in_spec\": \"{System.Text.Json.JsonEncodedText.Encode(tree)}\""), code, verdict);
    }

    private static void AssertJudged(byte[] archive, string? code, InspectionVerdict verdict)
    {
        var found = Inspect(archive, "model.pt2");
        Assert.Equal(code is null ? [] : [code], found.Findings.Select(finding => finding.Code));
        Assert.Equal(verdict, found.Verdict);
    }

    private static byte[] Archive(
        string target = "torch.ops.aten.linear.default", string expression = "s0", string guard = "L['x'].size()[0] >= 2", string extra = "",
        byte[]? weight = null, string path = "weight_0", params ForgedMember[] more) =>
        ZipForge.Make(
        [
            new("m/archive_format", "pt2"u8.ToArray()),
            new("m/archive_version", "0"u8.ToArray()),
            new("m/models/model.json", Program(target, expression, guard, extra)),
            new("m/data/weights/model_weights_config.json", Weights(path)),
            new("m/data/weights/weight_0", weight ?? new byte[24]),
            .. more,
        ]);

    private static byte[] OldArchive(byte[] state) => ZipForge.Make(
        new("serialized_exported_program.json", Program("torch.ops.aten.linear.default", "s0", "x", "")),
        new("serialized_state_dict.pt", ZipForge.Make(new ForgedMember("archive/data.pkl", state))),
        new("serialized_example_inputs.pt", []),
        new("version", "8.8"u8.ToArray()));

    private static byte[] Weights(string path) => Encoding.UTF8.GetBytes(
        """
        {"config": {"fc.weight": {"path_name": "PATH", "is_param": true, "use_pickle": false, "tensor_meta": {"dtype": 7, "sizes": [{"as_int": 2}, {"as_int": 3}],
        "strides": [{"as_int": 3}, {"as_int": 1}], "storage_offset": {"as_int": 0}}}}}
        """.Replace("PATH", path, StringComparison.Ordinal));

    private static byte[] Program(string target, string expression, string guard, string extra) => Encoding.UTF8.GetBytes(
        """
        {"graph_module": {"graph": {"inputs": [{"as_tensor": {"name": "w"}}, {"as_tensor": {"name": "x"}}], "outputs": [{"as_tensor": {"name": "linear"}}],
        "nodes": [{"target": "TARGET", "inputs": [], "outputs": [], "metadata": {}}, {"target": "_operator.mul", "inputs": []}],
        "tensor_values": {"w": {"dtype": 7, "sizes": [{"as_int": 2}, {"as_int": 3}]}, "x": {"dtype": 7, "sizes": [{"as_expr": {"expr_str": "EXPRESSION", "hint": {"as_int": 4}}}, {"as_int": 3}]},
        "linear": {"dtype": 7, "sizes": [{"as_int": 4}, {"as_int": 2}]}}EXTRA},
        "signature": {"input_specs": [{"parameter": {"arg": {"name": "w"}, "parameter_name": "fc.weight"}}, {"user_input": {"arg": {"as_tensor": {"name": "x"}}}}],
        "output_specs": [{"user_output": {"arg": {"as_tensor": {"name": "linear"}}}}]}},
        "opset_version": {"aten": 10}, "range_constraints": {"s0": {"min_val": 2, "max_val": Infinity}}, "schema_version": {"major": 8, "minor": 8},
        "torch_version": "2.8.0", "guards_code": ["GUARD"]}
        """.Replace("TARGET", target, StringComparison.Ordinal).Replace("EXPRESSION", expression, StringComparison.Ordinal).Replace("EXTRA", extra, StringComparison.Ordinal)
        .Replace("GUARD", guard, StringComparison.Ordinal));
}
