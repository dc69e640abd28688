using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.ML;
using Precinto.Inspection;
using Precinto.MLNet.Onnx;

namespace Precinto.MLNet;

/// <summary>Trains classifiers with ML.NET and writes them as ONNX.</summary>
public static class ModelTrainer
{
    /// <summary>Trains on all rows; where each class has five rows, first measures on every fifth of them how well that works.</summary>
    /// <remarks>A request to cancel is noticed while the trainer reads rows: once a class for a forest, else in each pass.</remarks>
    /// <exception cref="TrainingDataException">The rows are too few or too alike for the algorithm.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static TrainedModel Train(TrainingData data, TrainingOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        if (!Enum.IsDefined(options.Algorithm))
            throw new ArgumentException($"There is no algorithm {options.Algorithm}.", nameof(options));

        var createdAt = ToSeconds(options.CreatedAt ?? TimeProvider.System.GetUtcNow());
        var learned = TryLearn(data.Rows, options, cancellation) ?? throw new TrainingDataException(data.DisplayName,
            options.Algorithm == TrainingAlgorithm.Linear
                ? "no linear model was found: the numbers are too large for 32-bit arithmetic"
                : "no forest could be grown: the rows are too few or too alike for a tree to split them");
        var (accuracy, basis) = Measure(data, learned, options, cancellation);
        var graph = learned.ToGraph(data.FeatureNames.Count, data.Classes);

        return new()
        {
            Onnx = OnnxModel.Write(graph, ProducerVersion, Describe(data, learned, options, createdAt)),
            Accuracy = accuracy,
            AccuracyBasis = basis,
            ModelType = learned.ModelType,
            Algorithm = learned.Algorithm,
            RowCount = data.RowCount,
            FeatureNames = data.FeatureNames,
            Classes = data.Classes,
            DataDigest = data.DataDigest,
            FrameworkVersion = FrameworkVersion,
            CreatedAt = createdAt,
        };
    }

    /// <returns>Null where the rows yield no model.</returns>
    internal static LearnedClassifier? TryLearn(LabelledRows rows, TrainingOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        MLContext context = new(options.Seed);
        try
        {
            return options.Algorithm == TrainingAlgorithm.Linear
                ? LearnedLinear.TryLearn(context, rows, cancellation)
                : LearnedForest.TryLearn(context, rows, options.Seed, cancellation);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The rows stop coming when it is asked for, and ML.NET wraps that in exceptions of its own.
            throw new OperationCanceledException(cancellation);
        }
    }

    private static (double Accuracy, AccuracyBasis Basis) Measure(
        TrainingData data,
        LearnedClassifier learned,
        TrainingOptions options,
        CancellationToken cancellation)
    {
        var (kept, heldOut) = Split(data.Rows);
        if (heldOut is not null && TryLearn(data.Rows.Choose(kept), options, cancellation) is { } rehearsal)
            return (Score(rehearsal, data.Rows.Choose(heldOut)), AccuracyBasis.HeldOutRows);

        return (Score(learned, data.Rows), AccuracyBasis.TrainingRows);
    }

    // No draw is needed: every fifth row of each class is as good a sample, and the same one for every seed.
    private static (List<int> Kept, List<int>? HeldOut) Split(LabelledRows rows)
    {
        var seen = new int[rows.ClassCount];
        List<int> kept = [];
        List<int> heldOut = [];
        for (var row = 0; row < rows.Count; row++)
            (++seen[rows.ClassOf(row)] % HeldOutEvery == 0 ? heldOut : kept).Add(row);

        return (kept, seen.Min() < HeldOutEvery ? null : heldOut);
    }

    private static double Score(LearnedClassifier learned, LabelledRows rows)
    {
        var probabilities = learned.Predict(rows);
        return probabilities.Where((ofRow, row) => Array.IndexOf(ofRow, ofRow.Max()) == rows.ClassOf(row)).Count() / (double)rows.Count;
    }

    private static List<KeyValuePair<string, string>> Describe(
        TrainingData data,
        LearnedClassifier learned,
        TrainingOptions options,
        DateTimeOffset createdAt) =>
    [
        new("model_type", learned.ModelType),
        new("algorithm", learned.Algorithm),
        new("framework", "ML.NET"),
        new("framework_version", FrameworkVersion),
        new("feature_names", WriteJson(data.FeatureNames.Select(ScalarValue.From))),
        new("classes", WriteJson(data.Classes)),
        new("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
        new("training_rows", data.RowCount.ToString(CultureInfo.InvariantCulture)),
        new("training_data_sha256", data.DataDigest),
        new("created_at", createdAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
    ];

    private static string WriteJson(IEnumerable<ScalarValue> values)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartArray();
            foreach (var value in values)
                if (value.Kind == ScalarKind.Integer)
                    writer.WriteNumberValue(value.AsInteger());
                else
                    writer.WriteStringValue(value.AsText());
            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static DateTimeOffset ToSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    // The informational version of an assembly names the commit too; that would give each commit other bytes.
    private static readonly string ProducerVersion = typeof(ModelTrainer).Assembly.GetName().Version!.ToString(3);

    private static readonly string FrameworkVersion =
        typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private const int HeldOutEvery = 5;
}
