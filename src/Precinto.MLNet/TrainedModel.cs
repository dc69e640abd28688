using Precinto.Inspection;

namespace Precinto.MLNet;

/// <summary>A model that was just trained, as ONNX, with what its record needs.</summary>
public sealed class TrainedModel
{
    internal TrainedModel()
    {
    }

    /// <summary>
    /// The model in ONNX: input <c>input</c>, 32-bit floats of shape [N, <see cref="FeatureCount"/>]; outputs <c>label</c>, 64-bit integers
    /// or texts of shape [N], and <c>probabilities</c>, 32-bit floats of shape [N, classes] in the order of <see cref="Classes"/>.
    /// </summary>
    public required byte[] Onnx { get; init; }

    /// <summary>The share of rows whose class was predicted rightly, from 0 to 1; <see cref="AccuracyBasis"/> says of which rows.</summary>
    public required double Accuracy { get; init; }

    /// <summary>What <see cref="Accuracy"/> was measured on.</summary>
    public required AccuracyBasis AccuracyBasis { get; init; }

    /// <summary>The kind of model: <c>FastForestClassifier</c> or <c>MaximumEntropyClassifier</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>The trainer in ML.NET's own word: <c>FastForest</c> or <c>LbfgsMaximumEntropy</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The number of rows it was trained on.</summary>
    public required int RowCount { get; init; }

    /// <summary>The number of features in a row of input.</summary>
    public int FeatureCount => FeatureNames.Count;

    /// <summary>The names of the features, in the order of the input.</summary>
    public required IReadOnlyList<string> FeatureNames { get; init; }

    /// <summary>The classes, in the order of the probabilities.</summary>
    public required IReadOnlyList<ScalarValue> Classes { get; init; }

    /// <summary>The SHA-256 of the training data in lower-case hex.</summary>
    public required string DataDigest { get; init; }

    /// <summary>The version of ML.NET that trained it.</summary>
    public required string FrameworkVersion { get; init; }

    /// <summary>The creation time that the model records, to the second.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
