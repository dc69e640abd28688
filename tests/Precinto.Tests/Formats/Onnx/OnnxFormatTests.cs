using Precinto.Files;
using Precinto.Formats.Onnx;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Onnx;

public sealed class OnnxFormatTests
{
    [Fact]
    public void A_model_states_its_facts()
    {
        var found = Inspect(OnnxForge.Adder(), "m.onnx");
        Assert.Equal(("onnx", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("onnx", "Add", 4L, 4L), (found.Facts.Framework, found.Facts.Type, found.Facts.FeatureCount, found.Facts.ParameterCount));
        var input = Assert.Single(found.Facts.Inputs);
        Assert.Equal(("x", "FLOAT"), (input.Name, input.ElementType));
        Assert.Equal([null, 4], input.Shape);
        Assert.Equal("w", Assert.Single(found.Facts.Tensors).Name);
        Assert.Contains(KeyValuePair.Create("opset.ai.onnx.ml", ScalarValue.From(3)), found.Facts.Settings);
        Assert.Contains(KeyValuePair.Create("producer_version", ScalarValue.From("1.0")), found.Facts.Settings);
        Assert.Equal([KeyValuePair.Create("Add", 1L)], found.Facts.Parts);
    }

    [Fact]
    public void A_tree_ensemble_is_the_type_and_has_its_labels_as_classes()
    {
        var found = Inspect(OnnxForge.TreeClassifier(), "m.onnx").Facts;
        Assert.Equal("TreeEnsembleClassifier", found.Type);
        Assert.Equal([ScalarValue.From(10), ScalarValue.From(20)], found.Classes);
        Assert.Equal([KeyValuePair.Create("ai.onnx.ml.TreeEnsembleClassifier", 1L)], found.Parts);
        Assert.Equal([ScalarValue.From("ja"), ScalarValue.From("nein")], Inspect(OnnxForge.TreeClassifier("ja", "nein"), "m.onnx").Facts.Classes);
        // Three node values and two weights.
        Assert.Equal(5, found.ParameterCount);
    }

    [Fact]
    public void Metadata_names_the_type_and_the_classes()
    {
        var bytes = OnnxForge.Adder(more: model =>
        {
            OnnxForge.Metadata("model_type", "FastForestClassifier")(model);
            OnnxForge.Metadata("classes", "[\"a\", \"b\", 3]")(model);
        });
        var facts = Inspect(bytes, "m.onnx").Facts;
        Assert.Equal("FastForestClassifier", facts.Type);
        Assert.Equal([ScalarValue.From("a"), ScalarValue.From("b"), ScalarValue.From(3)], facts.Classes);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../w.bin")]
    [InlineData("a/../../w.bin")]
    [InlineData("a\\..\\..\\w.bin")]
    [InlineData("\\\\host\\share")]
    [InlineData("C:\\w.bin")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://example.com/w.bin")]
    [InlineData("*/_ORT_MEM_ADDR_/*")]
    public void A_location_outside_of_the_folder_is_dangerous(string location)
    {
        var found = Inspect(OnnxForge.Adder(OnnxForge.External("w", location)), "m.onnx");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        AssertFinding(found, OnnxRules.ExternalOutside);
        Assert.Empty(OnnxExternalData.Find(ModelContent.FromBytes(OnnxForge.Adder(OnnxForge.External("w", location)))));
    }

    [Theory]
    [InlineData("", "offset", "0")]
    [InlineData("a\\b", "offset", "0")]
    [InlineData("./w.bin", "offset", "0")]
    [InlineData("a//b", "offset", "0")]
    [InlineData("w\0.bin", "offset", "0")]
    [InlineData("w.bin", "offset", "-1")]
    [InlineData("w.bin", "offset", "x")]
    [InlineData("w.bin", "length", "-16")]
    [InlineData("w.bin", "length", "15")]
    [InlineData("w.bin", "length", "99999999999999999999999")]
    [InlineData("w.bin", "location", "v.bin")]
    public void A_broken_reference_is_malformed(string location, string key, string value)
    {
        var found = Inspect(OnnxForge.Adder(OnnxForge.External("w", location, (key, value))), "m.onnx");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        AssertFinding(found, OnnxRules.ExternalStrange);
    }

    [Fact]
    public void A_plain_location_is_found_and_is_clean()
    {
        var bytes = OnnxForge.Adder(OnnxForge.External("w", "weights/w.bin", ("offset", "16"), ("length", "16")));
        var found = Inspect(bytes, "m.onnx");
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
        AssertFinding(found, OnnxRules.ExternalFile);
        Assert.Equal(["weights/w.bin"], OnnxExternalData.Find(ModelContent.FromBytes(bytes)));
        var reference = Assert.Single(OnnxExternalData.FindAll(ModelContent.FromBytes(bytes)));
        Assert.Equal(("w", 16L, 16L, true), (reference.Tensor, reference.Offset, reference.Length, reference.IsMainInitializer));
    }

    public static TheoryData<string> HidingPlaces => new(Places.Keys);

    [Theory]
    [MemberData(nameof(HidingPlaces))]
    public void External_data_is_found_wherever_it_hides(string place)
    {
        var bytes = Places[place](OnnxForge.External("evil", "../../secret"));
        var found = Inspect(bytes, "m.onnx");
        Assert.Equal("onnx", found.Format);
        AssertFinding(found, OnnxRules.ExternalOutside);
        Assert.False(Assert.Single(OnnxExternalData.FindAll(ModelContent.FromBytes(bytes))).IsMainInitializer);
    }

    [Fact]
    public void An_operator_that_runs_Python_is_dangerous_in_any_domain()
    {
        var found = Inspect(WithNode(OnnxForge.Node("PyOp", ["x"], ["y"], "ai.onnx.contrib")), "m.onnx");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        AssertFinding(found, OnnxRules.PythonOperator);
    }

    [Fact]
    public void An_operator_of_an_unknown_domain_is_suspicious_unless_the_model_defines_it()
    {
        var node = OnnxForge.Node("Mine", ["x"], ["y"], "com.example");
        var found = Inspect(WithNode(node), "m.onnx");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        AssertFinding(found, OnnxRules.CustomOperator);

        var defined = WithNode(node, model => model.Message(25, function => function.Text(1, "Mine").Text(10, "com.example")
            .Message(7, OnnxForge.Node("Identity", ["a"], ["b"]))));
        Assert.Equal(InspectionVerdict.Clean, Inspect(defined, "m.onnx").Verdict);
    }

    [Fact]
    public void Data_that_is_not_what_type_and_dimensions_take_is_malformed()
    {
        AssertFinding(Inspect(OnnxForge.Adder(OnnxForge.Tensor("w", [5], 1, 2, 3, 4)), "m.onnx"), OnnxRules.SizeMismatch);
        AssertFinding(Inspect(OnnxForge.Adder(OnnxForge.Tensor("w", [-4], 1, 2, 3, 4)), "m.onnx"), OnnxRules.SizeMismatch);
        AssertFinding(Inspect(OnnxForge.Adder(OnnxForge.Tensor("w", [1L << 40, 1L << 40], 1)), "m.onnx"), OnnxRules.SizeMismatch);
        AssertFinding(Inspect(OnnxForge.Adder(OnnxForge.Tensor("w", [0, long.MaxValue, long.MaxValue])), "m.onnx"), OnnxRules.SizeMismatch);
        AssertFinding(Inspect(OnnxForge.Adder(tensor => tensor.Integers(1, 1).Integer(2, 99).Bytes(9, [0])), "m.onnx"), OnnxRules.UnknownType);
        AssertFinding(Inspect(OnnxForge.Adder(tensor => tensor.Integers(1, 2).Integer(2, 1).Floats(4, 1, 2).Bytes(9, new byte[8])), "m.onnx"), OnnxRules.SizeMismatch);
    }

    [Fact]
    public void Graphs_nested_a_hundred_deep_end_at_the_limit()
    {
        Action<ProtobufWriter> graph = inner => inner.Message(1, OnnxForge.Node("Identity", ["a"], ["b"]));
        for (var depth = 0; depth < 100; depth++)
        {
            var inner = graph;
            graph = outer => outer.Message(1, OnnxForge.Node("If", ["c"], ["d"], "", OnnxForge.Attribute("then_branch", 5, attribute => attribute.Message(6, inner))));
        }

        Assert.Equal(InspectionVerdict.Malformed, Inspect(OnnxForge.Model(graph), "m.onnx").Verdict);
    }

    [Fact]
    public void Types_nested_without_end_are_malformed()
    {
        Action<ProtobufWriter> type = inner => inner.Message(1, tensor => tensor.Integer(1, 1));
        for (var depth = 0; depth < 500; depth++)
        {
            var inner = type;
            type = outer => outer.Message(4, sequence => sequence.Message(1, inner));
        }

        var bytes = OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("Identity", ["x"], ["y"])).Message(11, value => value.Text(1, "x").Message(2, type)));
        Assert.Equal(InspectionVerdict.Malformed, Inspect(bytes, "m.onnx").Verdict);
    }

    [Fact]
    public void What_is_no_model_is_not_taken_for_one()
    {
        Assert.Equal("unknown", Inspect("\bplain text with a backspace"u8.ToArray(), "a").Format);
        Assert.Equal("unknown", Inspect(new ProtobufWriter().Integer(1, 1).Message(2, meta => meta.Text(1, "tag")).ToArray(), "saved_model.pb").Format);
        Assert.Equal("unknown", Inspect([0x08, 0x01], "a").Format);
    }

    [Fact]
    public void A_text_that_is_no_unicode_is_malformed() =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect(OnnxForge.Adder(more: model => model.Bytes(6, [1]).Bytes(2, [0xC3, 0x28])), "m.onnx").Verdict);

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = OnnxForge.TreeClassifier("a", "b");
        // A protobuf message may end after any field; the name then still claims the format.
        AssertTruncationsAreNoticed(bytes, "m.onnx", length => length > bytes.Length - 64);
        AssertFlipsAreSurvived(bytes, "m.onnx");
        AssertFlipsAreSurvived(OnnxForge.Adder(OnnxForge.External("w", "w.bin", ("length", "16"))), "m.onnx");
    }

    [Fact]
    public void Dimensions_that_nobody_can_hold_overflow_nothing()
    {
        Action<ProtobufWriter> tensor = written => written.Integers(1, 1L << 62).Integer(2, 1);
        AssertFinding(Inspect(WithAttribute(9, attribute => attribute.Message(10, tensor).Message(10, tensor)), "m.onnx"), OnnxRules.SizeMismatch);
    }

    [Fact]
    public void Graphs_of_no_bytes_cost_nothing_and_graphs_without_end_are_bounded()
    {
        ProtobufWriter empty = new();
        ProtobufWriter small = new();
        for (var index = 0; index < 1_100_000; index++)
        {
            empty.Raw([0x32, 0]);
            small.Raw([0x32, 2, 0x7A, 0]);
        }

        var (nothing, many) = (WithAttribute(5, attribute => attribute.Raw(empty.ToArray())), WithAttribute(5, attribute => attribute.Raw(small.ToArray())));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(InspectionVerdict.Clean, Inspect(nothing, "m.onnx").Verdict);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        AssertFinding(Inspect(many, "m.onnx"), InspectionRules.LimitReached);
    }

    [Fact]
    public void A_model_is_told_in_any_order_and_behind_fields_that_nobody_knows()
    {
        var model = WithNode(OnnxForge.Node("PyOp", ["x"], ["y"], "ai.onnx.contrib"));
        byte[][] disguises =
        [
            [.. new ProtobufWriter().Bytes(15, []).ToArray(), .. model],
            [.. new ProtobufWriter().Number(30 << 3 | 3).Number(30 << 3 | 4).ToArray(), .. model],
            [.. new ProtobufWriter().Bytes(1, []).ToArray(), .. model],
            new ProtobufWriter().Message(7, graph => graph.Bytes(9, []).Message(1, OnnxForge.Node("PyOp", [], [], "x"))).Message(8, opset => opset.Integer(2, 15)).Integer(1, 8).ToArray(),
        ];
        foreach (var disguise in disguises)
        {
            var found = Inspect(disguise, "model.bin");
            Assert.Equal("onnx", found.Format);
            Assert.True(found.Verdict is InspectionVerdict.Dangerous or InspectionVerdict.Malformed);
        }
    }

    [Theory]
    [InlineData("com.microsoft.nchwc")]
    [InlineData("com.ms.internal.nhwc")]
    [InlineData("org.pytorch.aten")]
    [InlineData("com.microsoft.experimental")]
    public void The_domains_of_ONNX_Runtime_are_known(string domain) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(WithNode(OnnxForge.Node("Conv", ["x"], ["y"], domain)), "m.onnx").Verdict);

    [Theory]
    [InlineData("../../x.bin", 0L, "ONX101")]
    [InlineData("../../x.bin", null, "ONX101")]
    [InlineData("x.bin", 0L, "ONX103")]
    [InlineData("../../x.bin", 1L, null)]
    public void An_engine_in_a_node_is_not_clean_and_its_file_is_judged(string context, long? mode, string? code)
    {
        List<Action<ProtobufWriter>> attributes = [OnnxForge.String("ep_cache_context", context)];
        if (mode is { } number)
            attributes.Add(OnnxForge.Integer("embed_mode", number));
        var found = Inspect(WithNode(OnnxForge.Node("EPContext", ["x"], ["y"], "com.microsoft", [.. attributes])), "m.onnx");
        Assert.Equal(code is null ? ["ONX108"] : ["ONX108", code], found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("ATen", "from_file", true)]
    [InlineData("ATen", "aten::save", true)]
    [InlineData("from_file", "", true)]
    [InlineData("ATen", "embedding_bag", false)]
    public void An_operator_of_PyTorch_that_reaches_files_is_noticed(string operation, string called, bool reaches)
    {
        var found = Inspect(WithNode(OnnxForge.Node(operation, ["x"], ["y"], "org.pytorch.aten", OnnxForge.String("operator", called), OnnxForge.String("operator", "add"))), "m.onnx");
        Assert.Equal(reaches ? ["ONX111"] : [], found.Findings.Select(finding => finding.Code));
        Assert.Equal(reaches ? InspectionVerdict.Suspicious : InspectionVerdict.Clean, found.Verdict);
    }

    [Fact]
    public void Labels_in_another_encoding_break_nothing()
    {
        var labels = OnnxForge.Attribute("classlabels_strings", 8, attribute => attribute.Bytes(9, [(byte)'c', 0xE9]).Text(9, "the"));
        var found = Inspect(WithNode(OnnxForge.Node("LinearClassifier", ["x"], ["y"], "ai.onnx.ml", labels)), "m.onnx");
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
        Assert.Equal(ScalarValue.From("the"), found.Facts.Classes?[1]);
    }

    [Fact]
    public void No_number_of_operators_hides_one_that_runs_Python()
    {
        var found = Inspect(OnnxForge.Model(graph =>
        {
            for (var index = 0; index < 20_001; index++)
                graph.Message(1, OnnxForge.Node($"X{index}", [], [], "q"));
            graph.Message(1, OnnxForge.Node("PyOp", ["x"], ["y"], "q"));
        }), "m.onnx");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    private static byte[] WithNode(Action<ProtobufWriter> node, Action<ProtobufWriter>? more = null) => OnnxForge.Model(graph =>
        graph.Message(1, node).Message(11, OnnxForge.Value("x", 1, 4)).Message(12, OnnxForge.Value("y", 1, 4)), more);

    private static byte[] WithAttribute(int type, Action<ProtobufWriter> value) =>
        WithNode(OnnxForge.Node("Constant", [], ["y"], "", OnnxForge.Attribute("value", type, value)));

    private static readonly Dictionary<string, Func<Action<ProtobufWriter>, byte[]>> Places = new()
    {
        ["tensor attribute"] = tensor => WithAttribute(4, attribute => attribute.Message(5, tensor)),
        ["tensors attribute"] = tensor => WithAttribute(9, attribute => attribute.Message(10, tensor)),
        ["sparse attribute"] = tensor => WithAttribute(11, attribute => attribute.Message(22, sparse => sparse.Message(1, tensor))),
        ["sparse attributes"] = tensor => WithAttribute(12, attribute => attribute.Message(23, sparse => sparse.Message(2, tensor))),
        ["graph attribute"] = tensor => WithAttribute(5, attribute => attribute.Message(6, graph => graph.Message(5, tensor))),
        ["graphs attribute"] = tensor => WithAttribute(10, attribute => attribute.Message(11, graph => graph.Message(5, tensor))),
        ["sparse initializer"] = tensor => OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("Identity", ["x"], ["y"])).Message(15, sparse => sparse.Message(1, tensor))),
        ["function"] = tensor => OnnxForge.Adder(more: model => model.Message(25, function => function.Text(1, "f")
            .Message(7, OnnxForge.Node("Constant", [], ["c"], "", OnnxForge.Attribute("value", 4, attribute => attribute.Message(5, tensor)))))),
        ["function attribute"] = tensor => OnnxForge.Adder(more: model => model.Message(25, function => function.Text(1, "f")
            .Message(11, OnnxForge.Attribute("value", 4, attribute => attribute.Message(5, tensor))))),
        ["training"] = tensor => OnnxForge.Adder(more: model => model.Message(20, training => training.Message(2, graph => graph.Message(5, tensor)))),
        ["nested graph"] = tensor => WithAttribute(5, attribute => attribute.Message(6, graph => graph.Message(1, OnnxForge.Node("Loop", [], ["o"], "",
            OnnxForge.Attribute("body", 5, body => body.Message(6, inner => inner.Message(5, tensor))))))),
    };
}
