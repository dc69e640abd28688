using System.Text.Json;
using Precinto.Files;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Formats.Pickle;

public sealed class EstimatorFactsTests
{
    [Theory]
    [InlineData("cancer-gradient-boosting.joblib.gz", "joblib")]
    [InlineData("diabetes-forest-regressor.joblib.lzma", "joblib")]
    [InlineData("diabetes-linear.pkl", "pickle")]
    [InlineData("digits-decision-tree.joblib", "pickle")]
    [InlineData("digits-random-forest-zlib.joblib.z", "joblib")]
    [InlineData("iris-decision-tree.pkl", "pickle")]
    [InlineData("iris-gaussian-nb.pkl", "pickle")]
    [InlineData("iris-logistic.pkl", "pickle")]
    [InlineData("iris-mlp.pkl", "pickle")]
    [InlineData("iris-random-forest.joblib", "pickle")]
    [InlineData("iris-string-labels.joblib", "pickle")]
    [InlineData("wine-pipeline-scaler-logistic.joblib", "pickle")]
    public void An_estimator_says_what_scikit_learn_says_of_it(string file, string format)
    {
        using var expected = JsonDocument.Parse(Fixtures.Read("sklearn", file[..file.IndexOf('.', StringComparison.Ordinal)] + ".json"));
        var result = Inspect("sklearn", file);

        Assert.Equal(format, result.Format);
        Assert.Equal(InspectionVerdict.Clean, result.Verdict);
        Assert.Equal("scikit-learn", result.Facts.Framework);
        Assert.Equal("1.2.1", result.Facts.FrameworkVersion);
        Assert.Equal(expected.RootElement.GetProperty("type").GetString(), result.Facts.Type);
        Assert.Equal(expected.RootElement.GetProperty("module").GetString(), result.Facts.Module);
        Assert.Equal(expected.RootElement.GetProperty("n_features_in").GetInt64(), result.Facts.FeatureCount);
        Assert.Equal(Classes(expected.RootElement.GetProperty("classes")), result.Facts.Classes);
    }

    [Theory]
    [InlineData("intact", "RandomForestClassifier", "sklearn.ensemble._forest", 4, 3)]
    [InlineData("tampered", "DecisionTreeClassifier", "sklearn.tree._classes", 64, 10)]
    public void The_deployed_models_say_what_they_are(string folder, string type, string module, long features, int classes)
    {
        var result = Inspect("seed", folder, "model.pkl");

        Assert.Equal("pickle", result.Format);
        Assert.Equal(InspectionVerdict.Clean, result.Verdict);
        Assert.Equal(type, result.Facts.Type);
        Assert.Equal(module, result.Facts.Module);
        Assert.Equal(features, result.Facts.FeatureCount);
        Assert.Equal(Enumerable.Range(0, classes).Select(label => ScalarValue.From((long)label)), result.Facts.Classes);
        Assert.NotEmpty(result.Facts.Settings);
        Assert.NotEmpty(result.Facts.Parts);
    }

    private static FileInspection Inspect(params string[] path) =>
        Inspector.Inspect(ModelContent.FromBytes(Fixtures.Read(path)), path[^1], TestContext.Current.CancellationToken);

    private static ScalarValue[]? Classes(JsonElement classes) => classes.ValueKind == JsonValueKind.Null
        ? null
        : [.. classes.EnumerateArray().Select(label => label.ValueKind switch
        {
            JsonValueKind.String => ScalarValue.From(label.GetString()!),
            JsonValueKind.True or JsonValueKind.False => ScalarValue.From(label.GetBoolean()),
            _ when label.TryGetInt64(out var whole) => ScalarValue.From(whole),
            _ => ScalarValue.From(label.GetDouble()),
        })];
}
