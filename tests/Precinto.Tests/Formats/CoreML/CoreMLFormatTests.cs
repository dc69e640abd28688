using Precinto.Formats.CoreML;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.CoreML;

public sealed class CoreMLFormatTests
{
    [Fact]
    public void A_model_tells_its_kind_and_version()
    {
        var found = Inspect(Model(model => model.Message(500, network => network.Message(1, layer => layer.Text(1, "dense")))), "model.mlmodel");

        Assert.Equal(("coreml", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("neuralNetwork", "specification 5"), (found.Facts.Type, found.Facts.FrameworkVersion));
        AssertFlipsAreSurvived(Model(model => model.Message(500, network => network.Message(1, layer => layer.Text(1, "dense")))), "model.mlmodel");
    }

    [Fact]
    public void A_layer_of_the_application_is_noticed_in_whatever_depth()
    {
        void Custom(ProtobufWriter model) => model.Message(500, network => network.Message(1, layer => layer.Text(1, "own").Message(500, custom => custom.Text(10, "MyLayer"))));
        AssertFinding(Inspect(Model(Custom), "model.mlmodel"), CoreMLRules.Custom);
        AssertFinding(Inspect(Model(model => model.Message(202, pipeline => pipeline.Message(1, Custom))), "model.mlmodel"), CoreMLRules.Custom);
        AssertFinding(Inspect(Model(model => model.Message(200, classifier => classifier.Message(1, pipeline => pipeline.Message(1, Custom)))), "model.mlmodel"), CoreMLRules.Custom);
    }

    [Theory]
    [InlineData(605, 1)]
    [InlineData(605, 2)]
    [InlineData(615, 3)]
    [InlineData(615, 4)]
    public void A_layer_of_the_application_is_noticed_in_branches_and_loops(int flow, int part)
    {
        void Custom(ProtobufWriter network) => network.Message(1, layer => layer.Text(1, "own").Message(500, custom => custom.Text(10, "MyLayer")));
        void Flow(ProtobufWriter network) => network.Message(1, layer => layer.Text(1, "flow").Message(flow, control => control.Message(part, Custom)));
        AssertFinding(Inspect(Model(model => model.Message(500, Flow)), "model.mlmodel"), CoreMLRules.Custom);
        AssertFinding(Inspect(Model(model => model.Message(500, network => network.Message(1, layer => layer.Message(615, loop => loop.Message(4, Flow))))), "model.mlmodel"), CoreMLRules.Custom);
    }

    [Fact]
    public void A_model_of_the_application_and_one_elsewhere_are_noticed()
    {
        AssertFinding(Inspect(Model(model => model.Message(555, custom => custom.Text(10, "MyModel"))), "model.mlmodel"), CoreMLRules.Custom);
        AssertFinding(Inspect(Model(model => model.Message(556, linked => linked.Text(1, "../other.mlmodel"))), "model.mlmodel"), CoreMLRules.Linked);
    }

    public static TheoryData<string> Places => new(ValuesIn.Keys);

    [Theory]
    [MemberData(nameof(Places))]
    public void Weights_of_a_program_are_found_wherever_a_value_stands(string place)
    {
        FileInspection Found(string path) => Inspect(Model(model => model.Message(502, ValuesIn[place](value => value.Message(5, blob => blob.Text(1, path).Integer(2, 64))))), "model.mlmodel");
        Assert.Equal(("coreml", InspectionVerdict.Clean), (Found("@model_path/weights/weight.bin").Format, Found("@model_path/weights/weight.bin").Verdict));
        foreach (var path in (string[])["/etc/passwd", "@model_path/../../secret", "@model_path//etc/passwd", "file:///etc/passwd", "..\\secret", "~/secret", "@other/secret", ""])
            AssertFinding(Found(path), CoreMLRules.Outside);
        AssertFinding(Found("weights/weight.bin"), CoreMLRules.Linked);
    }

    private static readonly Dictionary<string, Func<Action<ProtobufWriter>, Action<ProtobufWriter>>> ValuesIn = new()
    {
        ["an attribute of the program"] = value => program => program.Message(4, Entry(value)),
        ["an attribute of a function"] = value => program => program.Message(2, Entry(function => function.Message(4, Entry(value)))),
        ["an attribute of a block"] = value => Block(block => block.Message(4, Entry(value))),
        ["an attribute of an operation"] = value => Block(block => block.Message(3, operation => operation.Text(1, "const").Message(5, Entry(value)))),
        ["an input of an operation"] = value => Block(block => block.Message(3, operation => operation.Message(2, Entry(argument => argument.Message(1, binding => binding.Message(2, value)))))),
        ["an operation in an operation"] = value => Block(block => block.Message(3, outer => outer.Message(4, inner => inner.Message(3, operation => operation.Message(5, Entry(value)))))),
        ["a tuple"] = value => program => program.Message(4, Entry(outer => outer.Message(3, immediate => immediate.Message(2, tuple => tuple.Message(1, value))))),
        ["a list"] = value => program => program.Message(4, Entry(outer => outer.Message(3, immediate => immediate.Message(3, list => list.Message(1, value))))),
        ["a key of a dictionary"] = value => program => program.Message(4, Entry(outer => outer.Message(3, immediate => immediate.Message(4, map => map.Message(1, pair => pair.Message(1, value)))))),
        ["a value of a dictionary"] = value => program => program.Message(4, Entry(outer => outer.Message(3, immediate => immediate.Message(4, map => map.Message(1, pair => pair.Message(2, value)))))),
    };

    private static Action<ProtobufWriter> Entry(Action<ProtobufWriter> value) => entry => entry.Text(1, "key").Message(2, value);

    private static Action<ProtobufWriter> Block(Action<ProtobufWriter> block) => program => program.Message(2, Entry(function => function.Message(3, Entry(block))));

    private static byte[] Model(Action<ProtobufWriter> write)
    {
        ProtobufWriter model = new();
        model.Integer(1, 5).Message(2, description => description.Message(1, input => input.Text(1, "x")));
        write(model);
        return model.ToArray();
    }
}
