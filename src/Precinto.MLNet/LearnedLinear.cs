using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Precinto.Inspection;
using Precinto.MLNet.Onnx;

namespace Precinto.MLNet;

/// <summary>
/// Multinomial logistic regression over standardised features: (x - mean) * scale, then weights and biases, then softmax.
/// The standardisation stays a step of its own, in the same 32-bit arithmetic as in training; folded into the weights it would lose digits
/// where a feature's mean is large against its spread.
/// </summary>
internal sealed class LearnedLinear : LearnedClassifier
{
    private readonly MLContext _context;
    private readonly Standardization _standardization;
    private readonly MulticlassPredictionTransformer<MaximumEntropyModelParameters> _model;

    private LearnedLinear(
        MLContext context,
        Standardization standardization,
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> model)
    {
        _context = context;
        _standardization = standardization;
        _model = model;
    }

    public override string ModelType => "MaximumEntropyClassifier";

    public override string Algorithm => "LbfgsMaximumEntropy";

    /// <returns>Null where 32-bit arithmetic ran out of range.</returns>
    public static LearnedLinear? TryLearn(MLContext context, LabelledRows rows, CancellationToken cancellation)
    {
        var standardization = Standardization.Of(rows);
        LbfgsMaximumEntropyMulticlassTrainer.Options options = new()
        {
            LabelColumnName = nameof(ExampleRow.Class),
            FeatureColumnName = nameof(ExampleRow.Features),
            L1Regularization = 0,
            L2Regularization = 0.1f,
            MaximumNumberOfIterations = 1000,
            NumberOfThreads = 1,
        };

        // ML.NET passes over rows that hold infinities without a word.
        var standardized = standardization.Apply(rows);
        if (!standardized.AreFinite)
            return null;

        var view = ToView(context, standardized, _ => 0, cancellation);
        var model = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options).Fit(view);
        LearnedLinear learned = new(context, standardization, model);
        return learned.Weights().Concat(learned.Biases()).All(float.IsFinite) ? learned : null;
    }

    public override float[][] Predict(LabelledRows rows)
    {
        var view = ToView(_context, _standardization.Apply(rows), _ => 0, CancellationToken.None);
        return [.. _model.Transform(view).GetColumn<float[]>("Score")];
    }

    private protected override void WriteProbabilities(OnnxGraph graph, IReadOnlyList<ScalarValue> classes)
    {
        // Not the Scaler operator: the reference checker does not know what type comes out of it.
        graph.AddInitializer("means", [_standardization.Means.Length], _standardization.Means);
        graph.AddInitializer("scales", [_standardization.Scales.Length], _standardization.Scales);
        graph.AddNode("Sub", [Input, "means"], "centered");
        graph.AddNode("Mul", ["centered", "scales"], "standardized");

        graph.AddInitializer("weights", [classes.Count, _standardization.Means.Length], Weights());
        graph.AddInitializer("biases", [classes.Count], Biases());
        graph.AddNode("Gemm", ["standardized", "weights", "biases"], "logits", OnnxAttribute.Of("transB", 1));
        graph.AddNode("Softmax", ["logits"], Probabilities, OnnxAttribute.Of("axis", 1));
    }

    /// <summary>The weights of the first class, then those of the next.</summary>
    private float[] Weights()
    {
        VBuffer<float>[] ofClasses = [];
        _model.Model.GetWeights(ref ofClasses, out var count);
        return [.. ofClasses.Take(count).SelectMany(weights => weights.DenseValues())];
    }

    private float[] Biases() => [.. _model.Model.GetBiases()];
}
