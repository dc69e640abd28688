using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Inference.ScikitLearn;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Inference.Tests.ScikitLearn;

/// <summary>A decision tree of three nodes, written by hand and then changed as only an attacker would.</summary>
public sealed class HostileModelTests
{
    [Fact]
    public void A_tree_written_by_hand_predicts()
    {
        var prediction = Load(Model()).Predict(ScikitLearnPredictorTests.Table([[0.5, 0], [0.75, 0]]));
        Assert.Equal([ScalarValue.From(7), ScalarValue.From(9)], prediction.Values);
        Assert.Equal([0.75, 0.25], prediction.Probabilities![0]);
        Assert.Equal([0, 1], prediction.Probabilities[1]);
    }

    [Fact]
    public void A_threshold_is_compared_with_the_value_as_a_32_bit_float()
    {
        // 0.1 as a 32-bit float is larger than 0.1.
        var prediction = Load(Model(threshold: 0.1)).Predict(ScikitLearnPredictorTests.Table([[0.1, 0]]));
        Assert.Equal(ScalarValue.From(9), prediction.Values[0]);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(long.MaxValue, 2)]
    [InlineData(-1, 2)]
    [InlineData(-2, -2)]
    [InlineData(1, long.MinValue)]
    public void Children_that_are_none_are_refused(long left, long right) => AssertRefused(Model(left: left, right: right), "children");

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_feature_that_is_none_is_refused(long feature) => AssertRefused(Model(feature: feature), "feature");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_threshold_that_is_not_finite_is_refused(double threshold) => AssertRefused(Model(threshold: threshold), "finite");

    [Fact]
    public void A_number_of_nodes_that_disagrees_is_refused() => AssertRefused(Model(count: 2), "nodes");

    [Fact]
    public void A_value_that_is_not_finite_is_refused() => AssertRefused(Model(share: double.NaN), "finite");

    [Fact]
    public void Another_number_of_classes_is_refused() => AssertRefused(Model(classes: [7, 8, 9]), "length");

    [Fact]
    public void A_class_that_occurs_twice_is_refused() => AssertRefused(Model(classes: [7, 7]), "classes");

    [Fact]
    public void A_subclass_is_refused() => AssertRefused(Model(module: "my.tree"), "not computed");

    [Fact]
    public void Another_estimator_is_refused_and_the_computed_ones_are_named() => AssertRefused(Model(module: "sklearn.svm._classes", type: "SVC"), "RandomForest");

    [Fact]
    public void An_attribute_that_hides_a_method_is_refused() =>
        AssertRefused(Model(extra: Of(Text("predict"), Import("builtins", "len"))), "method");

    [Fact]
    public void A_dangerous_file_predicts_nothing() =>
        AssertRefused(Model(extra: Of(Text("helper"), Import("os", "system"))), "PKL101");

    [Fact]
    public void A_forest_of_one_tree_a_million_times_is_refused()
    {
        var tree = Model()[2..^1];
        var refs = Of([.. Enumerable.Repeat<object>(Of("h", 200), 100_000)]);
        var forest = Of(
            Proto(4), Import("sklearn.ensemble._forest", "RandomForestClassifier"), ")", 0x81, "}(",
            Text("n_features_in_"), "K", 2,
            Text("classes_"), Array("i8", [2], Longs(7, 9)),
            Text("estimators_"), "](", tree, "q", 200, refs, "e",
            "ub.");
        Assert.Throws<MalformedModelException>(() => Load(forest));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var whole = Model();
        for (var length = 0; length < whole.Length; length++)
            Assert.True(IsRefused(whole[..length]), $"{length} bytes");
    }

    [Fact]
    public void Every_changed_byte_is_refused_or_predicts()
    {
        var whole = Model();
        Random random = new(17);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= (byte)random.Next(1, 256);
            try
            {
                Load(changed).Predict(ScikitLearnPredictorTests.Table([[0.5, 0]]));
            }
            catch (Exception refusal) when (refusal is PredictionException or MalformedModelException)
            {
            }
        }
    }

    private static void AssertRefused(byte[] model, string reason) =>
        Assert.Contains(reason, Assert.Throws<PredictionException>(() => Load(model)).Message, StringComparison.Ordinal);

    private static bool IsRefused(byte[] model)
    {
        try
        {
            Load(model);
            return false;
        }
        catch (Exception refusal) when (refusal is PredictionException or MalformedModelException)
        {
            return true;
        }
    }

    private static ScikitLearnPredictor Load(byte[] model) => ScikitLearnPredictor.Load(ModelContent.FromBytes(model), TestContext.Current.CancellationToken);

    private static byte[] Model(
        long left = 1,
        long right = 2,
        long feature = 0,
        double threshold = 0.5,
        int count = 3,
        double share = 3,
        long[]? classes = null,
        string module = "sklearn.tree._classes",
        string type = "DecisionTreeClassifier",
        byte[]? extra = null)
    {
        byte[] nodes =
        [
            .. Longs(left, right, feature), .. Reals(threshold),
            .. Longs(-1, -1, -2), .. Reals(-2),
            .. Longs(-1, -1, -2), .. Reals(-2),
        ];
        var labels = classes ?? [7, 9];
        return Of(
            Proto(4), Import(module, type), ")", 0x81, "}(",
            Text("n_features_in_"), "K", 2,
            Text("classes_"), Array("i8", [labels.Length], Longs(labels)),
            extra ?? [],
            Text("tree_"),
            Import("sklearn.tree._tree", "Tree"), "K", 2, Array("i8", [1], Longs(2)), "K", 1, 0x87, "R}(",
            Text("max_depth"), "K", 1, Text("node_count"), "K", count,
            Text("nodes"), Array(NodeType, [3], nodes),
            Text("values"), Array("f8", [3, 1, 2], Reals(4, 4, share, 1, 0, 4)),
            "ubub.");
    }

    private static byte[] Array(string type, int[] shape, byte[] data) => Array(Type(type), shape, data);

    private static byte[] Array(byte[] type, int[] shape, byte[] data) => Of(
        Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R(K", 1,
        "(", shape.SelectMany(length => Of("K", length)).ToArray(), "t", type, 0x89, Bytes(data), "tb");

    private static byte[] Type(string code) =>
        Of(Import("numpy", "dtype"), Text(code), 0x89, 0x88, 0x87, "R(K", 3, Text("<"), "NNNJ", Int32(-1), "J", Int32(-1), "K", 0, "tb");

    private static byte[] NodeType => Of(
        Import("numpy", "dtype"), Text("V32"), 0x89, 0x88, 0x87, "R(K", 3, Text("|"), "N",
        "(", Text("left_child"), Text("right_child"), Text("feature"), Text("threshold"), "t",
        "}(", Text("left_child"), Type("i8"), "K", 0, 0x86, Text("right_child"), Type("i8"), "K", 8, 0x86,
        Text("feature"), Type("i8"), "K", 16, 0x86, Text("threshold"), Type("f8"), "K", 24, 0x86, "u",
        "K", 32, "K", 1, "K", 16, "tb");

    private static byte[] Longs(params long[] values) => [.. values.SelectMany(Int64)];

    private static byte[] Reals(params double[] values) => [.. values.SelectMany(value =>
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return bytes;
    })];
}
