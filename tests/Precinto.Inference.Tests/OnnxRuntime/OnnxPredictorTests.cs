using Precinto.Files;
using Precinto.Inference.OnnxRuntime;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Inference.Tests.OnnxRuntime;

public sealed class OnnxPredictorTests
{
    [Fact]
    public void A_tree_ensemble_gives_labels_and_probabilities()
    {
        using var predictor = Load(OnnxForge.TreeClassifier());
        var prediction = predictor.Predict(Rows([0.25, 9], [0.75, 9]));
        Assert.Equal([ScalarValue.From(10), ScalarValue.From(20)], prediction.Values);
        Assert.Equal([ScalarValue.From(10), ScalarValue.From(20)], prediction.Classes);
        Assert.Equal([[0.75, 0.25], [0.125, 0.875]], prediction.Probabilities);
        Assert.Equal("TreeEnsembleClassifier", predictor.Facts.Type);
        Assert.StartsWith("1.31.", OnnxPredictor.RuntimeVersion, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_labels_stay_texts()
    {
        using var predictor = Load(OnnxForge.TreeClassifier("no", "yes"));
        var prediction = predictor.Predict(Rows([0.25, 9], [0.75, 9]));
        Assert.Equal([ScalarValue.From("no"), ScalarValue.From("yes")], prediction.Values);
        Assert.Equal([ScalarValue.From("no"), ScalarValue.From("yes")], prediction.Classes);
    }

    [Fact]
    public void A_linear_model_with_ArgMax_gives_positions_as_labels()
    {
        using var predictor = Load(Linear(withLabel: true));
        var prediction = predictor.Predict(Rows([5, 0], [0, 5]));
        Assert.Equal([ScalarValue.From(0), ScalarValue.From(2)], prediction.Values);
        Assert.Equal([ScalarValue.From(0), ScalarValue.From(1), ScalarValue.From(2)], prediction.Classes);
        Assert.All(prediction.Probabilities!, row => Assert.Equal(1, row.Sum(), 6));
    }

    [Fact]
    public void Probabilities_alone_give_the_most_likely_stated_class()
    {
        using var predictor = Load(Linear(withLabel: false, OnnxForge.Metadata("classes", "[\"a\",\"b\",\"c\"]")));
        Assert.Equal([ScalarValue.From("a"), ScalarValue.From("c")], predictor.Predict(Rows([5, 0], [0, 5])).Values);

        using var nameless = Load(Linear(withLabel: false));
        var refusal = Assert.Throws<PredictionException>(() => nameless.Predict(Rows([5, 0], [0, 5])));
        Assert.Contains("'probabilities' is Float [2, 3]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_for_each_row_gives_probabilities()
    {
        var bytes = OnnxForge.Model(graph =>
        {
            graph.Message(1, OnnxForge.Node("ZipMap", ["input"], ["maps"], "ai.onnx.ml", OnnxForge.Strings("classlabels_strings", "x", "y")));
            graph.Text(2, "zipmap").Message(11, OnnxForge.Value("input", OnnxForge.Float, null, 2));
            graph.Message(12, value => value.Text(1, "maps").Message(2, type => type.Message(4, sequence => sequence.Message(1, element =>
                element.Message(5, map => map.Integer(1, OnnxForge.Text).Message(2, mapped => mapped.Message(1, tensor => tensor.Integer(1, OnnxForge.Float))))))));
        });
        using var predictor = Load(bytes);
        var prediction = predictor.Predict(Rows([0.25, 0.75], [1, 0]));
        Assert.Equal([ScalarValue.From("x"), ScalarValue.From("y")], prediction.Classes);
        Assert.Equal([[0.25, 0.75], [1, 0]], prediction.Probabilities);
        Assert.Equal([ScalarValue.From("y"), ScalarValue.From("x")], prediction.Values);
    }

    [Fact]
    public void One_number_a_row_is_a_regression()
    {
        using var predictor = Load(Regression());
        var prediction = predictor.Predict(Rows([1, 1, 1, 1], [1, 0, 0, 0.5]));
        Assert.Equal([ScalarValue.From(10.0), ScalarValue.From(3.0)], prediction.Values);
        Assert.Null(prediction.Probabilities);
        Assert.Null(prediction.Classes);
    }

    [Theory]
    [InlineData(OnnxForge.Float)]
    [InlineData(OnnxForge.Double)]
    [InlineData(OnnxForge.Int64)]
    public void Several_inputs_are_filled_by_name_or_by_order(int type)
    {
        using var predictor = Load(Difference(type));
        Assert.Equal([7.0], Numbers(predictor.Predict(Rows([10, 3]))));
        Assert.Equal([7.0, 1.0], Numbers(predictor.Predict(new(["b", "unused", "a"], [Row(3, 0, 10), Row(1, 0, 2)]))));
        Assert.Throws<PredictionException>(() => predictor.Predict(new(["b", "c"], [Row(3, 10)])));
        Assert.Throws<PredictionException>(() => predictor.Predict(Rows([1, 2, 3])));
    }

    [Fact]
    public void Texts_are_passed_as_texts()
    {
        var bytes = OnnxForge.Model(graph =>
        {
            graph.Message(1, OnnxForge.Node("LabelEncoder", ["input"], ["label"], "ai.onnx.ml", OnnxForge.Strings("keys_strings", "red", "grün"),
                OnnxForge.Integers("values_int64s", 1, 2), OnnxForge.Integer("default_int64", -1)));
            graph.Text(2, "encoder").Message(11, OnnxForge.Value("input", OnnxForge.Text, null, 1)).Message(12, OnnxForge.Value("label", OnnxForge.Int64, null, 1));
        });
        using var predictor = Load(bytes);
        InputTable table = new(null, [[ScalarValue.From("grün")], [ScalarValue.From("blue")], [ScalarValue.From("red")]]);
        Assert.Equal([ScalarValue.From(2), ScalarValue.From(-1), ScalarValue.From(1)], predictor.Predict(table).Values);
    }

    [Fact]
    public void A_vector_input_takes_the_rows_one_by_one()
    {
        using var predictor = Load(OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("ReduceSum", ["x"], ["y"]))
            .Text(2, "sum").Message(11, OnnxForge.Value("x", OnnxForge.Float, 3)).Message(12, OnnxForge.Value("y", OnnxForge.Float, 1))));
        Assert.Equal([6.0, 15.0], Numbers(predictor.Predict(Rows([1, 2, 3], [4, 5, 6]))));
    }

    [Fact]
    public void A_model_for_one_row_takes_many_one_by_one()
    {
        using var predictor = Load(OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("MatMul", ["x", "w"], ["y"]))
            .Message(5, OnnxForge.Tensor("w", [2], 1, 10)).Text(2, "one")
            .Message(11, OnnxForge.Value("x", OnnxForge.Float, 1, 2)).Message(12, OnnxForge.Value("y", OnnxForge.Float, 1))));
        Assert.Equal([21.0, 43.0, 65.0], Numbers(predictor.Predict(Rows([1, 2], [3, 4], [5, 6]))));
    }

    [Fact]
    public void Named_columns_are_put_into_the_order_of_the_features()
    {
        var bytes = Regression(more: OnnxForge.Metadata("feature_names", "[\"a\",\"b\",\"c\",\"d\"]"));
        using var predictor = Load(bytes);
        Assert.Equal([4.0], Numbers(predictor.Predict(new(["d", "a", "b", "c"], [Row(1, 0, 0, 0)]))));
        Assert.Equal([1.0], Numbers(predictor.Predict(new(["w", "x", "y", "z"], [Row(1, 0, 0, 0)]))));
    }

    [Fact]
    public void Input_that_does_not_fit_is_refused_in_a_sentence()
    {
        using var predictor = Load(Regression());
        var misfit = Assert.Throws<PredictionException>(() => predictor.Predict(Rows([1, 2, 3])));
        Assert.Equal((PredictionFault.Input, "The model takes 4 values in a row; 3 were given."), (misfit.Fault, misfit.Message));
        Assert.Contains("row 1", Assert.Throws<PredictionException>(() => predictor.Predict(Rows([1, 2, 3, 1e300]))).Message, StringComparison.Ordinal);
        InputTable text = new(null, [[ScalarValue.From("a"), ScalarValue.From(1), ScalarValue.From(1), ScalarValue.From(1)]]);
        Assert.Contains("no number", Assert.Throws<PredictionException>(() => predictor.Predict(text)).Message, StringComparison.Ordinal);

        using var whole = Load(Difference(OnnxForge.Int64));
        Assert.Contains("no whole number", Assert.Throws<PredictionException>(() => whole.Predict(Rows([1.5, 1]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_sound_model_is_refused()
    {
        Assert.Throws<PredictionException>(() => Load([1, 2, 3]));
        Assert.Throws<PredictionException>(() => Load("ORTM"u8.ToArray()));
        var valid = Regression();
        foreach (var length in Enumerable.Range(0, valid.Length).Where(length => length % 7 == 0))
        {
            try
            {
                Load(valid[..length]).Dispose();
            }
            catch (PredictionException)
            {
            }
        }

        var dangerous = OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("PyOp", ["x"], ["y"]))
            .Message(11, OnnxForge.Value("x", OnnxForge.Float, 1)).Message(12, OnnxForge.Value("y", OnnxForge.Float, 1)));
        Assert.Contains("runs Python code", Assert.Throws<PredictionException>(() => Load(dangerous)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_predictor_serves_many_threads()
    {
        using var predictor = Load(OnnxForge.TreeClassifier());
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, index =>
            Assert.Equal(ScalarValue.From(index % 2 == 0 ? 10 : 20), predictor.Predict(Rows([index % 2, 0])).Values[0]));
    }

    [Theory]
    [InlineData("ok.onnx")]
    [InlineData("ok_ml.onnx")]
    public void A_collected_model_loads_and_says_what_its_outputs_are(string file)
    {
        using var predictor = Load(Fixtures.Read("inspect", "benign", "formats", "onnx", file));
        var refusal = Assert.Throws<PredictionException>(() => predictor.Predict(Rows([1, 2, 3, 4])));
        Assert.Contains("'y' is Float [1, 4]", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(PredictionFault.Model, refusal.Fault);
    }

    internal static OnnxPredictor Load(byte[] bytes) => OnnxPredictor.Load(ModelContent.FromBytes(bytes), _ => null);

    internal static InputTable Rows(params double[][] rows) => new(null, [.. rows.Select(row => Row(row))]);

    /// <summary><c>y = x · w</c> for four values.</summary>
    internal static byte[] Regression(Action<ProtobufWriter>? weights = null, Action<ProtobufWriter>? more = null) => OnnxForge.Model(graph =>
        graph.Message(1, OnnxForge.Node("MatMul", ["x", "w"], ["y"])).Message(5, weights ?? OnnxForge.Tensor("w", [4], 1, 2, 3, 4)).Text(2, "regression")
            .Message(11, OnnxForge.Value("x", OnnxForge.Float, null, 4)).Message(12, OnnxForge.Value("y", OnnxForge.Float, [null])), more);

    internal static double[] Numbers(Prediction prediction) =>
        [.. prediction.Values.Select(value => value.Kind == ScalarKind.Real ? value.AsReal() : value.AsInteger())];

    private static ScalarValue[] Row(params double[] values) => Array.ConvertAll(values, ScalarValue.From);

    private static byte[] Linear(bool withLabel, Action<ProtobufWriter>? more = null) => OnnxForge.Model(graph =>
    {
        graph.Message(1, OnnxForge.Node("Gemm", ["x", "w", "b"], ["scores"]));
        graph.Message(1, OnnxForge.Node("Softmax", ["scores"], ["probabilities"], "", OnnxForge.Integer("axis", 1)));
        if (withLabel)
            graph.Message(1, OnnxForge.Node("ArgMax", ["scores"], ["label"], "", OnnxForge.Integer("axis", 1), OnnxForge.Integer("keepdims", 0)));
        graph.Message(5, OnnxForge.Tensor("w", [2, 3], 1, 0, 0, 0, 0, 1)).Message(5, OnnxForge.Tensor("b", [3], 0, 0.5f, 0)).Text(2, "linear");
        graph.Message(11, OnnxForge.Value("x", OnnxForge.Float, null, 2));
        if (withLabel)
            graph.Message(12, OnnxForge.Value("label", OnnxForge.Int64, [null]));
        graph.Message(12, OnnxForge.Value("probabilities", OnnxForge.Float, null, 3));
    }, more);

    private static byte[] Difference(int type) => OnnxForge.Model(graph => graph.Message(1, OnnxForge.Node("Sub", ["a", "b"], ["y"])).Text(2, "difference")
        .Message(11, OnnxForge.Value("a", type, null, 1)).Message(11, OnnxForge.Value("b", type, null, 1)).Message(12, OnnxForge.Value("y", type, null, 1)));
}
