using Precinto.Formats.Keras;
using Precinto.Formats.SavedModel;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Formats.SavedModel.TensorFlowForge;

namespace Precinto.Tests.Formats.SavedModel;

/// <summary>Loaders skip what they do not know, so that nothing may keep a model from being told.</summary>
public sealed class TensorFlowDetectionTests
{
    public static TheoryData<string> Disguises => new(Bytes.Keys);

    [Theory]
    [MemberData(nameof(Disguises))]
    public void No_field_that_loaders_skip_hides_a_graph(string disguise)
    {
        foreach (var name in (ReadOnlySpan<string>)["saved_model.pb", "model.bin"])
        {
            var found = Inspect(Bytes[disguise], name);
            Assert.Equal(("savedmodel", InspectionVerdict.Dangerous), (found.Format, found.Verdict));
            AssertFinding(found, TensorFlowRules.RunsPython);
        }
    }

    [Theory]
    [InlineData("frozen.pb", "graphdef")]
    [InlineData("model.meta", "metagraph")]
    public void Graphs_by_themselves_are_told_likewise(string name, string format)
    {
        byte[] bytes = [.. Unknown, .. Pack(format, [Node("x", "NoOp"), Node("p", "PyFunc")])];
        var found = Inspect(bytes, name);
        Assert.Equal((format, InspectionVerdict.Dangerous), (found.Format, found.Verdict));
    }

    [Fact]
    public void A_graph_of_MediaPipe_is_none_of_TensorFlow()
    {
        static byte[] Graph(string stream) => new ProtobufWriter().Message(1, node => node.Text(1, "hand").Text(2, "HandLandmarkGpu").Text(3, "IMAGE:input").Text(4, stream)).ToArray();

        Assert.Equal("unknown", Inspect(Graph("LANDMARKS:hand"), "hands.binarypb").Format);
        Assert.Equal("graphdef", Inspect(Graph("/device:GPU:0"), "hands.binarypb").Format);
    }

    [Fact]
    public void Metadata_of_Keras_is_told_by_any_of_its_objects()
    {
        static Action<ProtobufWriter> Layer(string json) => node => node.Integer(2, 0).Text(3, "root").Text(4, "_tf_keras_layer").Text(5, json);

        AssertFinding(Inspect([.. Unknown, .. new ProtobufWriter().Message(1, Layer(Lambda)).ToArray()], "keras_metadata.pb"), KerasRules.Code);
        AssertFinding(Inspect(new ProtobufWriter().Message(1, node => node.Integer(2, 9).Text(4, "x")).Message(1, Layer(Lambda)).ToArray(), "keras_metadata.pb"), KerasRules.Code);
        var broken = Inspect(new ProtobufWriter().Message(1, Layer("{")).Message(1, Layer(Lambda)).ToArray(), "keras_metadata.pb");
        AssertFinding(broken, KerasRules.Code);
        AssertFinding(broken, InspectionRules.Malformed);
    }

    [Theory]
    [InlineData("saved_model.pb")]
    [InlineData("folder/saved_model.pb")]
    [InlineData("keras_metadata.pb")]
    [InlineData("__model__")]
    public void What_is_unknown_under_a_name_that_loaders_open_is_not_unknown_to_all(string name) =>
        AssertFinding(Inspect([0xFF, 0xFF, 0xFF, 0xFF], name), InspectionRules.NameDisagrees);

    [Theory]
    [InlineData("saved_model.pbtxt", "savedmodeltext")]
    [InlineData("a/saved_model.cpb", "savedmodelchunks")]
    public void A_form_that_is_not_read_is_never_clean(string name, string format)
    {
        var found = Inspect("saved_model_schema_version: 1"u8.ToArray(), name);
        Assert.Equal((format, InspectionVerdict.Suspicious), (found.Format, found.Verdict));
        AssertFinding(found, TensorFlowRules.UnreadForm);
    }

    [Fact]
    public void Layers_that_Keras_wrote_into_the_objects_are_read_for_code()
    {
        static byte[] Model(string identifier, string json) => new ProtobufWriter().Integer(1, 1).Message(2, meta => meta.Message(2, Graph([Node("x", "NoOp")], []))
            .Message(7, objects => objects.Message(1, node => node.Integer(9, 1)).Message(1, node => node.Message(4, user => user.Text(3, json).Text(1, identifier))))).ToArray();

        AssertFinding(Inspect(Model("_tf_keras_layer", Lambda), "saved_model.pb"), KerasRules.Code);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Model("trackable", "no JSON"), "saved_model.pb").Verdict);
    }

    [Fact]
    public void Assets_in_a_collection_are_assets()
    {
        static byte[] Model(string key, string asset) => new ProtobufWriter().Integer(1, 1).Message(2, meta => meta.Message(2, Graph([Node("x", "NoOp")], [])).Message(4, entry => entry
            .Message(2, collection => collection.Message(5, any => any.Message(1, value => value.Text(1, "type.googleapis.com/tensorflow.AssetFileDef").Message(2, file => file.Text(2, asset))))).Text(1, key))).ToArray();

        AssertFinding(Inspect(Model("saved_model_assets", "../../../../etc/passwd"), "saved_model.pb"), TensorFlowRules.AssetOutside);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Model("saved_model_assets", "vocab.txt"), "saved_model.pb").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Model("other", "../x"), "saved_model.pb").Verdict);
    }

    [Fact]
    public void Bytes_that_are_a_model_of_two_formats_are_judged_as_both()
    {
        // A version, and a graph of ONNX in a field that a SavedModel does not have.
        byte[] bytes = [.. Saved([Node("x", "NoOp"), Node("p", "PyFunc")]), .. new ProtobufWriter().Message(7, graph => graph.Message(1, node => node.Text(4, "Add"))).ToArray()];
        AssertFinding(Inspect(bytes, "model.bin"), TensorFlowRules.RunsPython);
    }

    private static readonly byte[] Unknown = new ProtobufWriter().Bytes(15, []).Number(14 << 3 | 3).Integer(3, 5).Number(14 << 3 | 4).ToArray();

    private static readonly Dictionary<string, byte[]> Bytes = new()
    {
        ["an unknown field and a group before all"] = [.. Unknown, .. Saved(Evil())],
        ["an empty graph first"] = new ProtobufWriter().Integer(1, 1).Message(2, _ => { }).Raw(Saved(Evil())).ToArray(),
        ["an unknown field in the first node"] = Saved([node => node.Text(1, "x").Integer(9, 1).Text(2, "NoOp"), .. Evil()]),
        ["a first node without a name"] = Saved([node => node.Text(2, "NoOp"), .. Evil()]),
        ["the operator before the name"] = Saved([node => node.Text(2, "PyFunc").Text(1, "p")]),
        ["functions only"] = Saved([], [Function("f", Evil())]),
        ["a number of too many bits"] = [0x78, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, .. Saved(Evil())],
    };

    private static Action<ProtobufWriter>[] Evil() => [Node("x", "NoOp"), Node("p", "PyFunc")];

    private const string Lambda = """{"class_name": "Lambda", "config": {"name": "l", "function": {"class_name": "__tuple__", "items": ["4wEAAAAAAAAA", null, null]}, "function_type": "lambda"}}""";
}
