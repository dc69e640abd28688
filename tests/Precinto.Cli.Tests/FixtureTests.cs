using System.Text.Json;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>Real deployments and real estimators through the command.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string> Estimators =>
    [
        "cancer-gradient-boosting.joblib.gz", "diabetes-forest-regressor.joblib.lzma", "diabetes-linear.pkl", "digits-decision-tree.joblib",
        "digits-random-forest-zlib.joblib.z", "iris-decision-tree.pkl", "iris-gaussian-nb.pkl", "iris-logistic.pkl", "iris-mlp.pkl",
        "iris-random-forest.joblib", "iris-string-labels.joblib", "wine-pipeline-scaler-logistic.joblib",
    ];

    [Fact]
    public async Task The_deployment_as_it_was_made_is_intact_and_predicts()
    {
        var model = Fixtures.PathOf("seed", "intact", "model.pkl");
        using TemporaryFolder folder = new();
        var verified = await RunAsync(folder, "verify", model, "--integrity-only", "--json");
        Assert.Equal((0, ""), (verified.Code, verified.Error));
        using var report = JsonDocument.Parse(verified.Output);
        Assert.Equal("intact", report.RootElement.GetProperty("verdict").GetString());
        Assert.Equal("passed", Outcome(report, "integrity"));
        Assert.Equal("passed", Outcome(report, "metadata"));
        Assert.Equal("skipped", Outcome(report, "signature"));

        var predicted = await RunAsync(folder, "predict", model, "--input", "5.1,3.5,1.4,0.2", "--integrity-only");
        Assert.Equal((0, "0\n"), (predicted.Code, predicted.Output));
    }

    [Fact]
    public async Task The_deployment_that_was_tampered_with_is_rejected_by_integrity_and_metadata()
    {
        var model = Fixtures.PathOf("seed", "tampered", "model.pkl");
        using TemporaryFolder folder = new();
        var verified = await RunAsync(folder, "verify", model, "--integrity-only", "--json");
        Assert.Equal(1, verified.Code);
        using var report = JsonDocument.Parse(verified.Output);
        Assert.Equal("rejected", report.RootElement.GetProperty("verdict").GetString());
        Assert.Equal("failed", Outcome(report, "integrity"));
        Assert.Equal("failed", Outcome(report, "metadata"));
        Assert.Contains("model_hash.txt states", Detail(report, "integrity"), StringComparison.Ordinal);
        var metadata = Detail(report, "metadata");
        Assert.Contains("file_size_bytes is 182849", metadata, StringComparison.Ordinal);
        Assert.Contains("model_type is RandomForestClassifier in the record, DecisionTreeClassifier in the content", metadata, StringComparison.Ordinal);
        Assert.Contains("input_shape ends in 4 in the record, the content takes 64 features", metadata, StringComparison.Ordinal);

        var predicted = await RunAsync(folder, "predict", model, "--input", "5.1,3.5,1.4,0.2", "--integrity-only");
        Assert.Equal((1, ""), (predicted.Code, predicted.Output));
    }

    [Fact]
    public async Task A_model_that_cannot_be_computed_is_refused_even_if_that_shows_only_while_it_predicts()
    {
        var model = Fixtures.PathOf("inspect", "benign", "formats", "onnx", "ok.onnx");
        using TemporaryFolder folder = new();
        var copy = folder.Write("ok.onnx", await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken));
        File.WriteAllText(folder["model_hash.txt"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(copy))));
        var predicted = await RunAsync(folder, "predict", copy, "--input", "1,2,3,4", "--integrity-only");
        Assert.Equal((1, ""), (predicted.Code, predicted.Output));
        Assert.StartsWith("precinto: no prediction: ", predicted.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intact")]
    [InlineData("tampered")]
    public async Task Without_trust_a_deployment_is_not_even_looked_at(string name)
    {
        var model = Fixtures.PathOf("seed", name, "model.pkl");
        using TemporaryFolder folder = new();
        var answer = await RunAsync(folder, "verify", model);
        Assert.Equal((2, ""), (answer.Code, answer.Output));
    }

    [Theory]
    [MemberData(nameof(Estimators))]
    public async Task An_estimator_is_described_as_scikit_learn_describes_it(string name)
    {
        var path = Fixtures.PathOf("sklearn", name);
        using var expected = Expected(name);
        using TemporaryFolder folder = new();
        var answer = await RunAsync(folder, "inspect", path, "--json");
        Assert.True(answer.Code == 0, answer.Output + answer.Error);
        using var inspection = JsonDocument.Parse(answer.Output);
        Assert.Equal("clean", inspection.RootElement.GetProperty("verdict").GetString());
        var facts = inspection.RootElement.GetProperty("files")[0].GetProperty("facts");
        Assert.Equal(expected.RootElement.GetProperty("type").GetString(), facts.GetProperty("type").GetString());
        Assert.Equal(expected.RootElement.GetProperty("module").GetString(), facts.GetProperty("module").GetString());
        Assert.Equal(expected.RootElement.GetProperty("n_features_in").GetInt32(), facts.GetProperty("featureCount").GetInt32());
        Assert.True(JsonElement.DeepEquals(expected.RootElement.GetProperty("classes"), facts.GetProperty("classes")), facts.GetProperty("classes").ToString());
    }

    [Theory]
    [MemberData(nameof(Estimators))]
    public async Task An_estimator_predicts_what_scikit_learn_predicts_once_something_states_what_it_should_be(string name)
    {
        using var expected = Expected(name);
        using TemporaryFolder folder = new();
        var model = folder.Write("m/" + name, Fixtures.Read("sklearn", name));
        var input = folder.Write("rows.json", expected.RootElement.GetProperty("inputs").GetRawText());

        var refused = await RunAsync(folder, "predict", model, "--input", input, "--integrity-only", "--json");
        Assert.Equal(1, refused.Code);
        Assert.Contains("INT008", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("predictions", refused.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(folder, "keygen", "-o", folder["k"])).Code);
        var signed = await RunAsync(folder, "sign", model, "--key", folder["k.key"]);
        Assert.True(signed.Code == 0, signed.Error);
        foreach (var trust in new[] { $"--key={folder["k.pub"]}", "--integrity-only" })
        {
            var answer = await RunAsync(folder, "predict", model, "--input", input, "--json", trust);
            Assert.True(answer.Code == 0, answer.Output + answer.Error);
            using var prediction = JsonDocument.Parse(answer.Output);
            AssertClose(expected.RootElement.GetProperty("predict"), prediction.RootElement.GetProperty("predictions"));
            AssertClose(expected.RootElement.GetProperty("predict_proba"), prediction.RootElement.GetProperty("probabilities"));
        }
    }

    private static JsonDocument Expected(string name) => JsonDocument.Parse(Fixtures.Read("sklearn", name[..name.IndexOf('.', StringComparison.Ordinal)] + ".json"));

    private static void AssertClose(JsonElement expected, JsonElement actual)
    {
        Assert.Equal(expected.ValueKind, actual.ValueKind);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                for (var index = 0; index < expected.GetArrayLength(); index++)
                    AssertClose(expected[index], actual[index]);
                break;
            case JsonValueKind.Number:
                Assert.Equal(expected.GetDouble(), actual.GetDouble(), 1e-9 * Math.Max(1, Math.Abs(expected.GetDouble())));
                break;
            default:
                Assert.True(JsonElement.DeepEquals(expected, actual));
                break;
        }
    }

    private static JsonElement Check(JsonDocument report, string name) =>
        report.RootElement.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == name);

    private static string Outcome(JsonDocument report, string check) => Check(report, check).GetProperty("outcome").GetString()!;

    private static string Detail(JsonDocument report, string check) => Check(report, check).GetProperty("detail").GetString()!;

    private static Task<Answer> RunAsync(TemporaryFolder folder, params string[] arguments) =>
        new Scene(folder).RunAsync(arguments, TestContext.Current.CancellationToken);
}
