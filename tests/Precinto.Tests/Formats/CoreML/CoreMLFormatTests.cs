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

    private static byte[] Model(Action<ProtobufWriter> write)
    {
        ProtobufWriter model = new();
        model.Integer(1, 5).Message(2, description => description.Message(1, input => input.Text(1, "x")));
        write(model);
        return model.ToArray();
    }
}
