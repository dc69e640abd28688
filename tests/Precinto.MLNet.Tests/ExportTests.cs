using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Xunit;

namespace Precinto.MLNet.Tests;

public sealed class ExportTests
{
    public static TheoryData<string, TrainingAlgorithm> Cases { get; } = new()
    {
        { "text", TrainingAlgorithm.Forest },
        { "text", TrainingAlgorithm.Linear },
        { "integer", TrainingAlgorithm.Forest },
        { "integer", TrainingAlgorithm.Linear },
        { "two", TrainingAlgorithm.Forest },
        { "two", TrainingAlgorithm.Linear },
    };

    [Theory, MemberData(nameof(Cases))]
    public void The_exported_model_predicts_what_MLNet_predicts_for_every_row(string table, TrainingAlgorithm algorithm)
    {
        var data = Table(table);
        var options = Samples.Options(algorithm);
        var expected = ModelTrainer.TryLearn(data.Rows, options, TestContext.Current.CancellationToken)!.Predict(data.Rows);

        var (labels, actual) = Run(ModelTrainer.Train(data, options, TestContext.Current.CancellationToken), data.Rows);

        var largest = 0.0;
        for (var row = 0; row < data.RowCount; row++)
        {
            for (var index = 0; index < data.Classes.Count; index++)
                largest = Math.Max(largest, Math.Abs(actual[row][index] - expected[row][index]));
            Assert.Equal(data.Classes[Array.IndexOf(expected[row], expected[row].Max())].ToString(), labels[row]);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{table} {algorithm}: largest difference {largest:E1}");
        Assert.InRange(largest, 0, 1e-5);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Probabilities_add_up_to_one_and_the_label_is_the_likeliest_class(string table, TrainingAlgorithm algorithm)
    {
        var data = Table(table);
        var model = ModelTrainer.Train(data, Samples.Options(algorithm), TestContext.Current.CancellationToken);

        var (labels, probabilities) = Run(model, Spread(data.FeatureNames.Count));

        for (var row = 0; row < labels.Length; row++)
        {
            Assert.InRange(probabilities[row].Sum(probability => (double)probability), 1 - 1e-6, 1 + 1e-6);
            Assert.All(probabilities[row], probability => Assert.InRange(probability, 0, 1));
            Assert.Equal(model.Classes[Array.IndexOf(probabilities[row], probabilities[row].Max())].ToString(), labels[row]);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_session_sees_one_input_of_any_number_of_rows_and_two_outputs(string table, TrainingAlgorithm algorithm)
    {
        var data = Table(table);
        var model = ModelTrainer.Train(data, Samples.Options(algorithm), TestContext.Current.CancellationToken);

        using InferenceSession session = new(model.Onnx);

        var input = Assert.Single(session.InputMetadata);
        Assert.Equal("input", input.Key);
        Assert.Equal(typeof(float), input.Value.ElementType);
        Assert.Equal([-1, data.FeatureNames.Count], input.Value.Dimensions);
        Assert.Equal(["N", ""], input.Value.SymbolicDimensions);
        Assert.Equal(["label", "probabilities"], session.OutputMetadata.Keys);
        Assert.Equal(table == "integer" ? typeof(long) : typeof(string), session.OutputMetadata["label"].ElementType);
        Assert.Equal([-1], session.OutputMetadata["label"].Dimensions);
        Assert.Equal(typeof(float), session.OutputMetadata["probabilities"].ElementType);
        Assert.Equal([-1, data.Classes.Count], session.OutputMetadata["probabilities"].Dimensions);
    }

    [Fact]
    public void The_file_states_who_made_it_when_from_what_and_how()
    {
        var model = ModelTrainer.Train(Samples.IrisWithIntegers(), Samples.Options(TrainingAlgorithm.Forest, 7), TestContext.Current.CancellationToken);

        using InferenceSession session = new(model.Onnx);
        var stated = session.ModelMetadata;

        Assert.Equal("Precinto", stated.ProducerName);
        Assert.Equal("classifier", stated.GraphName);
        Assert.Equal("FastForestClassifier", stated.CustomMetadataMap["model_type"]);
        Assert.Equal("FastForest", stated.CustomMetadataMap["algorithm"]);
        Assert.Equal("""["sepal_length","sepal_width","petal_length","petal_width"]""", stated.CustomMetadataMap["feature_names"]);
        Assert.Equal("[-7,40,5000000000]", stated.CustomMetadataMap["classes"]);
        Assert.Equal("7", stated.CustomMetadataMap["seed"]);
        Assert.Equal("150", stated.CustomMetadataMap["training_rows"]);
        Assert.Equal(model.DataDigest, stated.CustomMetadataMap["training_data_sha256"]);
        Assert.Equal("2026-03-01T12:30:45Z", stated.CustomMetadataMap["created_at"]);
        Assert.Equal("ML.NET", stated.CustomMetadataMap["framework"]);
        Assert.Equal(model.FrameworkVersion, stated.CustomMetadataMap["framework_version"]);
        Assert.StartsWith("5.", model.FrameworkVersion, StringComparison.Ordinal);
    }

    private static TrainingData Table(string name) => name switch
    {
        "text" => Samples.Iris(),
        "integer" => Samples.IrisWithIntegers(),
        "two" => Samples.TwoClasses(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    // Rows far from what was learned, where a forest may deny every class.
    private static LabelledRows Spread(int width)
    {
        float[] values = [-1000, -1, 0, 0.5f, 2, 3.7f, 5.1f, 24.5f, 60, 1e6f];
        var count = (int)Math.Pow(values.Length, Math.Min(width, 3));
        var features = new float[count * width];
        for (var row = 0; row < count; row++)
            for (var feature = 0; feature < width; feature++)
                features[(row * width) + feature] = values[row / (int)Math.Pow(values.Length, feature % 3) % values.Length];
        return new(features, new int[count], width, 1);
    }

    private static (string[] Labels, float[][] Probabilities) Run(TrainedModel model, LabelledRows rows)
    {
        float[] input = [.. Enumerable.Range(0, rows.Count).SelectMany(row => rows.FeaturesOf(row).ToArray())];
        using InferenceSession session = new(model.Onnx);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(input, [rows.Count, rows.FeatureCount]))]);

        var label = results.Single(result => result.Name == "label");
        string[] labels = label.ElementType == TensorElementType.String
            ? [.. label.AsEnumerable<string>()]
            : [.. label.AsEnumerable<long>().Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        return (labels, [.. results.Single(result => result.Name == "probabilities").AsEnumerable<float>().Chunk(model.Classes.Count)]);
    }
}
