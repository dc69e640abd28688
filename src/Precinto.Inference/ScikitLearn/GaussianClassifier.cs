using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary><c>GaussianNB</c>: a normal distribution for each class and feature.</summary>
internal sealed class GaussianClassifier : Classifier
{
    private readonly double[] _means;
    private readonly double[] _variances;
    private readonly double[] _logPriors;

    private GaussianClassifier(int featureCount, IReadOnlyList<ScalarValue> classes, double[] means, double[] variances, double[] logPriors)
        : base(featureCount, classes)
    {
        _means = means;
        _variances = variances;
        _logPriors = logPriors;
    }

    public static GaussianClassifier Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        var classes = state.Classes();
        var variances = state.Matrix(state.Has("var_") ? "var_" : "sigma_", classes.Count, features);
        var priors = state.Vector("class_prior_", classes.Count);
        if (Array.Exists(variances, variance => variance <= 0) || Array.Exists(priors, prior => prior < 0))
            throw state.Refuse("has variances or priors that are none");

        return new(features, classes, state.Matrix("theta_", classes.Count, features), variances, Array.ConvertAll(priors, Math.Log));
    }

    public override (double[] Probabilities, int Predicted) Predict(double[] row)
    {
        var scores = new double[Classes.Count];
        for (var index = 0; index < scores.Length; index++)
        {
            var means = _means.AsSpan(index * row.Length, row.Length);
            var variances = _variances.AsSpan(index * row.Length, row.Length);
            double logs = 0;
            double distances = 0;
            for (var feature = 0; feature < row.Length; feature++)
            {
                logs += Math.Log(2 * Math.PI * variances[feature]);
                var distance = row[feature] - means[feature];
                distances += distance * distance / variances[feature];
            }

            scores[index] = _logPriors[index] - (0.5 * logs) - (0.5 * distances);
        }

        return (Softmax(scores), IndexOfLargest(scores));
    }
}
