using System.Text;
using Xunit;

namespace Precinto.MLNet.Tests;

public sealed class ModelTrainerTests
{
    [Theory]
    [InlineData(TrainingAlgorithm.Forest)]
    [InlineData(TrainingAlgorithm.Linear)]
    public void Training_twice_gives_the_same_bytes(TrainingAlgorithm algorithm)
    {
        var first = ModelTrainer.Train(Samples.Iris(), Samples.Options(algorithm), TestContext.Current.CancellationToken);
        var second = ModelTrainer.Train(Samples.Iris(), Samples.Options(algorithm), TestContext.Current.CancellationToken);

        Assert.Equal(first.Onnx, second.Onnx);
        Assert.Equal(first.Accuracy, second.Accuracy);
    }

    [Fact]
    public void Another_seed_grows_another_forest()
    {
        var data = Samples.Iris();

        Assert.NotEqual(Predict(data, 1), Predict(data, 2));
        Assert.Equal(Predict(data, 1), Predict(data, 1));
    }

    [Fact]
    public void Another_creation_time_changes_nothing_but_itself()
    {
        var data = Samples.Iris();

        var first = ModelTrainer.Train(data, new() { Algorithm = TrainingAlgorithm.Linear, CreatedAt = Samples.CreatedAt }, TestContext.Current.CancellationToken);
        var second = ModelTrainer.Train(data, new() { Algorithm = TrainingAlgorithm.Linear, CreatedAt = Samples.CreatedAt.AddSeconds(4) }, TestContext.Current.CancellationToken);

        Assert.Equal(1, first.Onnx.Zip(second.Onnx).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void The_creation_time_is_kept_to_the_second_in_UTC()
    {
        TrainingOptions options = new() { Algorithm = TrainingAlgorithm.Linear, CreatedAt = new DateTimeOffset(2026, 3, 1, 14, 30, 45, 678, TimeSpan.FromHours(2)) };

        var model = ModelTrainer.Train(Samples.TwoClasses(), options, TestContext.Current.CancellationToken);

        Assert.Equal(Samples.CreatedAt, model.CreatedAt);
        Assert.Equal(TimeSpan.Zero, model.CreatedAt.Offset);
    }

    [Theory]
    [InlineData(TrainingAlgorithm.Forest, "FastForestClassifier", "FastForest")]
    [InlineData(TrainingAlgorithm.Linear, "MaximumEntropyClassifier", "LbfgsMaximumEntropy")]
    public void Iris_is_told_apart_on_rows_that_were_held_out(TrainingAlgorithm algorithm, string modelType, string name)
    {
        var model = ModelTrainer.Train(Samples.Iris(), Samples.Options(algorithm), TestContext.Current.CancellationToken);

        Assert.Equal(AccuracyBasis.HeldOutRows, model.AccuracyBasis);
        Assert.InRange(model.Accuracy, 0.9, 1);
        Assert.Equal(modelType, model.ModelType);
        Assert.Equal(name, model.Algorithm);
        Assert.Equal(150, model.RowCount);
        Assert.Equal(4, model.FeatureCount);
        Assert.Equal(["setosa", "versicolor", "virginica"], model.Classes.Select(value => value.AsText()));
        TestContext.Current.TestOutputHelper!.WriteLine($"{algorithm}: accuracy {model.Accuracy:F3}, {model.Onnx.Length} bytes");
    }

    [Fact]
    public void Where_a_class_has_fewer_than_five_rows_the_accuracy_is_of_the_training_rows()
    {
        var model = ModelTrainer.Train(Samples.Read("x,y\n1,a\n2,a\n3,a\n4,a\n8,b\n9,b\n10,b\n11,b\n"), Samples.Options(TrainingAlgorithm.Linear), TestContext.Current.CancellationToken);

        Assert.Equal(AccuracyBasis.TrainingRows, model.AccuracyBasis);
        Assert.Equal(1, model.Accuracy);
    }

    [Fact]
    public void Rows_that_are_all_alike_grow_no_forest()
    {
        StringBuilder text = new("x,y\n");
        for (var row = 0; row < 40; row++)
            text.Append(row % 2 == 0 ? "1,a\n" : "1,b\n");

        var refused = Assert.Throws<TrainingDataException>(() =>
            ModelTrainer.Train(Samples.Read(text.ToString()), Samples.Options(TrainingAlgorithm.Forest), TestContext.Current.CancellationToken));

        Assert.Equal("t.csv: no forest could be grown: the rows are too few or too alike for a tree to split them", refused.Message);
    }

    [Fact]
    public void Numbers_at_the_ends_of_the_range_are_refused_by_the_linear_model()
    {
        var data = Samples.Read("x,y\n3e38,a\n-3e38,b\n3e38,a\n-3e38,b\n-3e38,b\n-3e38,b\n");

        Assert.Throws<TrainingDataException>(() => ModelTrainer.Train(data, Samples.Options(TrainingAlgorithm.Linear), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(TrainingAlgorithm.Forest)]
    [InlineData(TrainingAlgorithm.Linear)]
    public void A_cancelled_training_yields_no_model(TrainingAlgorithm algorithm)
    {
        using CancellationTokenSource cancellation = new();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => ModelTrainer.Train(Samples.Iris(), Samples.Options(algorithm), cancellation.Token));
    }

    [Theory]
    [InlineData(TrainingAlgorithm.Forest)]
    [InlineData(TrainingAlgorithm.Linear)]
    public void A_training_is_given_up_while_it_runs(TrainingAlgorithm algorithm)
    {
        StringBuilder text = new("x,z,y\n");
        for (var row = 0; row < 100_000; row++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{row * 7919 % 1000},{row * 104729L % 977},{row % 20}\n");
        var data = Samples.Read(text.ToString());
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(100));

        Assert.Throws<OperationCanceledException>(() => ModelTrainer.Train(data, Samples.Options(algorithm), cancellation.Token));
    }

    [Fact]
    public void An_algorithm_that_does_not_exist_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => ModelTrainer.Train(Samples.Iris(), new() { Algorithm = (TrainingAlgorithm)9 }, TestContext.Current.CancellationToken));

    private static float[][] Predict(TrainingData data, int seed) =>
        ModelTrainer.TryLearn(data.Rows, Samples.Options(TrainingAlgorithm.Forest, seed), TestContext.Current.CancellationToken)!.Predict(data.Rows);
}
