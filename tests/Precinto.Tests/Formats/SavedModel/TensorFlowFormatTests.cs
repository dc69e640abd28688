using Precinto.Formats.Keras;
using Precinto.Formats.SavedModel;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Formats.SavedModel.TensorFlowForge;

namespace Precinto.Tests.Formats.SavedModel;

public sealed class TensorFlowFormatTests
{
    [Theory]
    [InlineData("savedmodel")]
    [InlineData("metagraph")]
    [InlineData("graphdef")]
    public void A_model_that_saves_restores_and_looks_up_is_clean(string format)
    {
        var found = Inspect(Pack(format, Normal()), format == "savedmodel" ? "saved_model.pb" : "model.pb");
        Assert.Equal(format, found.Format);
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
        Assert.Contains(found.Facts.Parts, part => part is { Key: "SaveV2", Value: 2 });
        if (format == "graphdef")
            return;
        Assert.Equal("2.15.0", found.Facts.FrameworkVersion);
        var input = Assert.Single(found.Facts.Inputs);
        Assert.Equal(("x", "float32"), (input.Name, input.ElementType));
        Assert.Equal([null, 4], input.Shape);
        Assert.Equal("y", Assert.Single(found.Facts.Outputs).Name);
    }

    [Theory]
    [InlineData("ReadFile", "TFM102")]
    [InlineData("WriteFile", "TFM102")]
    [InlineData("TextLineDataset", "TFM102")]
    [InlineData("PyFunc", "TFM101")]
    [InlineData("EagerPyFunc", "TFM101")]
    [InlineData("DebugIdentityV2", "TFM103")]
    public void An_operator_that_reaches_further_is_dangerous_in_the_graph_and_in_a_function(string name, string code)
    {
        foreach (var format in (ReadOnlySpan<string>)["savedmodel", "metagraph", "graphdef"])
        {
            Assert.Contains(code, AssertDangerous(Pack(format, [Node("a", "Placeholder"), Node("b", name, "a")])).Findings.Select(finding => finding.Code));
            Assert.Contains(code, AssertDangerous(Pack(format, [Node("a", "Placeholder")], Function("f", Node("b", name, "x")))).Findings.Select(finding => finding.Code));
        }
    }

    [Fact]
    public void Printing_into_a_file_is_dangerous_and_printing_to_the_console_is_not()
    {
        AssertFinding(AssertDangerous(Pack("savedmodel", [Node("a", "PrintV2", ["x"], Stream("file:///tmp/x"))])), TensorFlowRules.ReachesFiles);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Pack("savedmodel", [Node("a", "PrintV2", ["x"], Stream("stderr"))]), "saved_model.pb").Verdict);
    }

    [Fact]
    public void A_checkpoint_at_a_place_that_the_graph_fixes_is_dangerous_also_through_a_call()
    {
        AssertFinding(AssertDangerous(Pack("savedmodel", [Text("p", "/etc/cron.d/x"), Node("s", "SaveV2", "p")])), TensorFlowRules.CheckpointPath);
        AssertFinding(AssertDangerous(Pack("savedmodel", [Text("a", ".."), Text("b", "x"), Node("p", "StringJoin", "a", "b"), Node("s", "RestoreV2", "p:0")])), TensorFlowRules.CheckpointPath);
        AssertFinding(AssertDangerous(Pack("savedmodel", [Text("p", "/etc/x"), Call("c", "outer", "p")],
            Function("outer", Call("d", "inner", "prefix")), Function("inner", Node("s", "MergeV2Checkpoints", "prefix")))), TensorFlowRules.CheckpointPath);
    }

    [Fact]
    public void A_path_that_is_computed_is_not_clean()
    {
        var found = Inspect(Pack("savedmodel", [Text("a", "L2V0Yw"), Node("p", "DecodeBase64", "a"), Node("s", "SaveV2", "p")]), "saved_model.pb");
        AssertFinding(found, TensorFlowRules.ComputedPath);
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
    }

    [Fact]
    public void An_operator_of_a_library_is_not_clean() =>
        AssertFinding(Inspect(Pack("savedmodel", [Node("a", "Addons>Image", "x")]), "saved_model.pb"), TensorFlowRules.NativeCode);

    [Theory]
    [InlineData("../vocab.txt")]
    [InlineData("/etc/passwd")]
    public void An_asset_outside_of_the_folder_is_dangerous(string name)
    {
        AssertFinding(AssertDangerous(Saved([Node("a", "NoOp")], asset: name)), TensorFlowRules.AssetOutside);
        AssertFinding(AssertDangerous(Pack("graphdef", [Text("p", name), Node("t", "HashTableV2"), Node("i", "InitializeTableFromTextFileV2", "t", "p")])), TensorFlowRules.AssetOutside);
    }

    [Fact]
    public void The_metadata_of_Keras_is_read_for_code()
    {
        static byte[] Metadata(string json) => new ProtobufWriter().Message(1, node => node.Integer(2, 0).Text(3, "root").Text(4, "_tf_keras_sequential").Text(5, json)).ToArray();

        var clean = Inspect(Metadata("""{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {}}]}}"""), "keras_metadata.pb");
        Assert.Equal(("kerasmetadata", InspectionVerdict.Clean), (clean.Format, clean.Verdict));
        AssertFinding(AssertDangerous(Metadata("""{"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {"function": ["4wA=", null, null], "function_type": "lambda"}}]}}""")), KerasRules.Code);
        AssertFlipsAreSurvived(Metadata("""{"class_name": "Dense", "config": {}}"""), "keras_metadata.pb");
    }

    [Fact]
    public void A_frozen_graph_states_its_inputs_and_its_weights()
    {
        var weights = Node("w", "Const", [], ("value", value => value.Message(8, tensor => tensor.Integer(1, 1).Message(2, shape => shape.Message(2, d => d.Integer(1, 4)).Message(2, d => d.Integer(1, 2))))));
        var input = Node("x", "Placeholder", [], ("dtype", value => value.Integer(6, 1)), ("shape", value => value.Message(7, shape => shape.Message(2, d => d.Integer(1, -1)).Message(2, d => d.Integer(1, 4)))));
        var found = Inspect(Pack("graphdef", [input, weights, Node("y", "MatMul", "x", "w")]), "frozen.pb");
        Assert.Equal(("graphdef", InspectionVerdict.Clean, 8L), (found.Format, found.Verdict, found.Facts.ParameterCount));
        Assert.Equal([null, 4], Assert.Single(found.Facts.Inputs).Shape);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        AssertFlipsAreSurvived(Pack("savedmodel", [Text("p", "x"), Node("s", "SaveV2", "p")], Function("f", Node("b", "Add", "x"))), "saved_model.pb");
        AssertFlipsAreSurvived(Pack("graphdef", [Node("s", "MatMul", "p")]), "frozen.pb");
    }

    [Fact]
    public void What_is_cut_off_within_a_message_is_not_clean()
    {
        var bytes = Pack("savedmodel", [Node("a", "NoOp"), Node("b", "NoOp")]);
        for (var length = 3; length < bytes.Length; length++)
            Assert.NotEqual(InspectionVerdict.Clean, Inspect(bytes[..length], "saved_model.pb").Verdict);
    }

    [Fact]
    public void The_collected_files_are_what_they_are_known_to_be()
    {
        Assert.Equal(InspectionVerdict.Clean, Inspect(Fixtures.Read("inspect", "benign/modelaudit/samples/tensorflow/safe_savedmodel/saved_model.pb"), "saved_model.pb").Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Fixtures.Read("inspect", "malicious/modelaudit/samples/tensorflow/malicious_pyfunc/saved_model.pb"), "saved_model.pb").Verdict);
    }

    private static FileInspection AssertDangerous(byte[] bytes)
    {
        var found = Inspect(bytes, "saved_model.pb");
        Assert.True(found.Verdict == InspectionVerdict.Dangerous, found.Format + string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
        return found;
    }
}
