using System.Runtime.InteropServices;
using Precinto.Files;
using Precinto.Inference.OnnxRuntime;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Inference.Tests.OnnxRuntime;

// The current directory belongs to the whole process.
[CollectionDefinition(nameof(CurrentDirectory), DisableParallelization = true)]
public sealed class CurrentDirectory;

[Collection(nameof(CurrentDirectory))]
public sealed class ExternalWeightsTests
{
    [Fact]
    public void Weights_come_from_memory_and_never_from_the_current_directory()
    {
        using TemporaryFolder folder = new();
        folder.Write("w.bin", Bytes(100, 100, 100, 100));
        InFolder(folder.Path, () =>
        {
            using var predictor = OnnxPredictor.Load(Model("w.bin"), name => name == "w.bin" ? ModelContent.FromBytes(Bytes(1, 2, 3, 4)) : null);
            Assert.Equal([10.0], OnnxPredictorTests.Numbers(predictor.Predict(OnnxPredictorTests.Rows([1, 1, 1, 1]))));
        });
    }

    [Fact]
    public void Weights_that_were_not_verified_are_not_looked_for()
    {
        using TemporaryFolder folder = new();
        folder.Write("w.bin", Bytes(1, 2, 3, 4));
        InFolder(folder.Path, () =>
        {
            var refusal = Assert.Throws<PredictionException>(() => OnnxPredictor.Load(Model("w.bin"), _ => null));
            Assert.Equal("The weights in 'w.bin' are not part of the verified model.", refusal.Message);
        });
    }

    [Fact]
    public void Weights_in_a_folder_and_at_an_offset_are_found()
    {
        using var predictor = OnnxPredictor.Load(Model("weights/w.bin", ("offset", "8"), ("length", "16")),
            name => name == "weights/w.bin" ? ModelContent.FromBytes((byte[])[.. new byte[8], .. Bytes(1, 2, 3, 4), .. new byte[8]]) : null);
        Assert.Equal([10.0], OnnxPredictorTests.Numbers(predictor.Predict(OnnxPredictorTests.Rows([1, 1, 1, 1]))));
    }

    [Fact]
    public void The_callers_memory_can_change_after_loading()
    {
        var weights = Bytes(1, 2, 3, 4);
        using var predictor = OnnxPredictor.Load(Model("w.bin"), _ => ModelContent.FromBytes(weights));
        Array.Clear(weights);
        GC.Collect();
        Assert.Equal([10.0], OnnxPredictorTests.Numbers(predictor.Predict(OnnxPredictorTests.Rows([1, 1, 1, 1]))));
    }

    [Fact]
    public void Weights_beyond_the_end_of_their_file_are_refused()
    {
        foreach (var (offset, length) in (ReadOnlySpan<(string, string)>)[("0", "16"), ("12", "16"), ("9223372036854775807", "16"), ("17", "0")])
            Assert.Throws<PredictionException>(() => OnnxPredictor.Load(Model("w.bin", ("offset", offset), ("length", length)), _ => ModelContent.FromBytes(new byte[15])));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../w.bin")]
    [InlineData("")]
    [InlineData("*/_ORT_MEM_ADDR_/*")]
    public void A_location_elsewhere_is_refused_without_asking(string location) =>
        Assert.Throws<PredictionException>(() => OnnxPredictor.Load(Model(location), _ =>
        {
            Assert.Fail("asked");
            return null;
        }));

    [Fact]
    public void Weights_of_inner_graphs_and_attributes_are_refused()
    {
        using TemporaryFolder folder = new();
        folder.Write("w.bin", Bytes(1, 2, 3, 4));
        var external = OnnxForge.External("c", "w.bin", ("length", "16"));
        var inAttribute = OnnxForge.Model(graph => graph
            .Message(1, OnnxForge.Node("Constant", [], ["w"], "", OnnxForge.Attribute("value", 4, attribute => attribute.Message(5, external))))
            .Message(1, OnnxForge.Node("MatMul", ["x", "w"], ["y"])).Text(2, "g")
            .Message(11, OnnxForge.Value("x", OnnxForge.Float, null, 4)).Message(12, OnnxForge.Value("y", OnnxForge.Float, [null])));
        var branch = OnnxForge.Attribute("then_branch", 5, attribute => attribute.Message(6, graph => graph
            .Message(1, OnnxForge.Node("Identity", ["c"], ["o"])).Text(2, "b").Message(5, external).Message(12, OnnxForge.Value("o", OnnxForge.Float, 4))));
        var inBranch = OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("If", ["x"], ["y"], "", branch)).Text(2, "g")
            .Message(11, OnnxForge.Value("x", 9, 1)).Message(12, OnnxForge.Value("y", OnnxForge.Float, 4)));
        InFolder(folder.Path, () =>
        {
            foreach (var bytes in (ReadOnlySpan<byte[]>)[inAttribute, inBranch])
            {
                var refusal = Assert.Throws<PredictionException>(() => OnnxPredictor.Load(ModelContent.FromBytes(bytes), _ => ModelContent.FromBytes(Bytes(1, 2, 3, 4))));
                Assert.Contains("inner graph", refusal.Message, StringComparison.Ordinal);
            }
        });
    }

    private static ModelContent Model(string location, params (string, string)[] more) =>
        ModelContent.FromBytes(OnnxPredictorTests.Regression(OnnxForge.External("w", location, more)));

    private static byte[] Bytes(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static void InFolder(string folder, Action action)
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder;
        try
        {
            action();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }
}
