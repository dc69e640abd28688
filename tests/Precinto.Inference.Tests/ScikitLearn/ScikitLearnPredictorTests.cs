using System.Text.Json;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Inference.ScikitLearn;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Inference.Tests.ScikitLearn;

public sealed class ScikitLearnPredictorTests
{
    [Theory]
    [InlineData("cancer-gradient-boosting.joblib.gz")]
    [InlineData("diabetes-forest-regressor.joblib.lzma")]
    [InlineData("diabetes-linear.pkl")]
    [InlineData("digits-decision-tree.joblib")]
    [InlineData("digits-random-forest-zlib.joblib.z")]
    [InlineData("iris-decision-tree.pkl")]
    [InlineData("iris-gaussian-nb.pkl")]
    [InlineData("iris-logistic.pkl")]
    [InlineData("iris-mlp.pkl")]
    [InlineData("iris-random-forest.joblib")]
    [InlineData("iris-string-labels.joblib")]
    [InlineData("wine-pipeline-scaler-logistic.joblib")]
    public void A_prediction_is_the_one_that_scikit_learn_makes(string file)
    {
        using var expected = JsonDocument.Parse(Fixtures.Read("sklearn", file[..file.IndexOf('.', StringComparison.Ordinal)] + ".json"));
        AssertSame(expected.RootElement, ModelContent.FromBytes(Fixtures.Read("sklearn", file)));
    }

    [Theory]
    [InlineData("intact", 4, 3)]
    [InlineData("tampered", 64, 10)]
    public void The_deployed_models_predict(string folder, int width, int classes)
    {
        using var predictor = ScikitLearnPredictor.Load(ModelContent.FromBytes(Fixtures.Read("seed", folder, "model.pkl")), TestContext.Current.CancellationToken);
        var prediction = predictor.Predict(Table([Enumerable.Repeat(1.5, width)]));
        Assert.Equal(classes, prediction.Classes!.Count);
        Assert.Equal(1, prediction.Probabilities![0].Sum(), 9);
    }

    [Fact]
    public void A_row_of_another_width_is_refused()
    {
        using var predictor = ScikitLearnPredictor.Load(ModelContent.FromBytes(Fixtures.Read("seed", "intact", "model.pkl")), TestContext.Current.CancellationToken);
        Assert.Throws<PredictionException>(() => predictor.Predict(Table([Enumerable.Repeat(1.0, 64)])));
        Assert.Throws<PredictionException>(() => predictor.Predict(Table([[1, 2, 3, double.NaN]])));
        Assert.Throws<PredictionException>(() => predictor.Predict(Table([[1, 2, 3, 1e300]])));
    }

    [Theory]
    [InlineData("iris-random-forest.joblib")]
    [InlineData("iris-decision-tree.pkl")]
    [InlineData("iris-gaussian-nb.pkl")]
    [InlineData("wine-pipeline-scaler-logistic.joblib")]
    [InlineData("cancer-gradient-boosting.joblib.gz")]
    public void A_changed_file_is_refused_or_predicts_and_nothing_else(string file)
    {
        var whole = Fixtures.Read("sklearn", file);
        Random random = new(11);
        for (var turn = 0; turn < 400; turn++)
        {
            var changed = whole.ToArray();
            changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            Try(changed);
            Try(whole[..random.Next(whole.Length)]);
        }
    }

    [Fact]
    public void Every_truncation_of_a_model_is_refused()
    {
        var whole = Fixtures.Read("sklearn", "diabetes-linear.pkl");
        for (var length = 0; length < whole.Length; length++)
            Assert.False(Try(whole[..length]), $"{length} bytes");
    }

    internal static bool Try(byte[] bytes)
    {
        try
        {
            using var predictor = ScikitLearnPredictor.Load(ModelContent.FromBytes(bytes), TestContext.Current.CancellationToken);
            foreach (var width in new[] { 4, 13, 30 })
                predictor.Predict(Table([Enumerable.Repeat(0.5, width)]));
            return true;
        }
        catch (Exception refusal) when (refusal is PredictionException or MalformedModelException)
        {
            return refusal.Message.Contains("values in a row", StringComparison.Ordinal);
        }
    }

    internal static void AssertSame(JsonElement expected, ModelContent content)
    {
        using var predictor = ScikitLearnPredictor.Load(content, TestContext.Current.CancellationToken);
        var rows = expected.GetProperty("inputs").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetDouble()));
        var prediction = predictor.Predict(Table(rows));

        var index = 0;
        foreach (var value in expected.GetProperty("predict").EnumerateArray())
        {
            var actual = prediction.Values[index++];
            if (value.ValueKind == JsonValueKind.String)
                Assert.Equal(value.GetString(), actual.AsText());
            else if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                Assert.Equal(value.GetBoolean(), actual.AsBoolean());
            else if (actual.Kind == ScalarKind.Real)
                Assert.Equal(value.GetDouble(), actual.AsReal(), Math.Max(1e-9, Math.Abs(value.GetDouble()) * 1e-12));
            else
                Assert.Equal(value.GetInt64(), actual.AsInteger());
        }

        if (expected.GetProperty("predict_proba") is not { ValueKind: JsonValueKind.Array } probabilities)
        {
            Assert.Null(prediction.Probabilities);
            return;
        }

        index = 0;
        foreach (var row in probabilities.EnumerateArray())
        {
            var actual = prediction.Probabilities![index++];
            Assert.Equal(row.GetArrayLength(), actual.Count);
            var column = 0;
            foreach (var share in row.EnumerateArray())
                Assert.Equal(share.GetDouble(), actual[column++], 1e-9);
        }
    }

    internal static InputTable Table(IEnumerable<IEnumerable<double>> rows) =>
        new(null, [.. rows.Select(row => (IReadOnlyList<ScalarValue>)[.. row.Select(ScalarValue.From)])]);
}
