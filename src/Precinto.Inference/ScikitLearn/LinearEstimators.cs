using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary>Logistic regression: one linear score a class, or one for two classes, and softmax or the logistic function of it.</summary>
internal sealed class LogisticClassifier : Classifier
{
    private readonly double[] _coefficients;
    private readonly double[] _intercepts;
    private readonly bool _isMultinomial;

    private LogisticClassifier(int featureCount, IReadOnlyList<ScalarValue> classes, double[] coefficients, double[] intercepts, bool isMultinomial)
        : base(featureCount, classes)
    {
        _coefficients = coefficients;
        _intercepts = intercepts;
        _isMultinomial = isMultinomial;
    }

    public static LogisticClassifier Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        var classes = state.Classes();
        if (classes.Count < 2)
            throw state.Refuse("has a single class");

        var rows = classes.Count == 2 ? 1 : classes.Count;
        var isBinary = classes.Count == 2 || state.Text("solver") == "liblinear";
        var isMultinomial = (state.Has("multi_class") ? state.Text("multi_class") : "auto") switch
        {
            "ovr" or "warn" => false,
            "multinomial" => true,
            "auto" or "deprecated" => !isBinary,
            _ => throw state.Refuse("has an unknown value in multi_class"),
        };
        return new(features, classes, state.Matrix("coef_", rows, features), state.Vector("intercept_", rows), isMultinomial);
    }

    public override (double[] Probabilities, int Predicted) Predict(double[] row)
    {
        var scores = new double[_intercepts.Length];
        for (var index = 0; index < scores.Length; index++)
            scores[index] = LinearRegressor.Score(row, _coefficients.AsSpan(index * row.Length, row.Length), _intercepts[index]);

        var predicted = scores.Length == 1 ? (scores[0] > 0 ? 1 : 0) : IndexOfLargest(scores);
        if (_isMultinomial)
            return (Softmax(scores.Length == 1 ? [-scores[0], scores[0]] : scores), predicted);
        if (scores.Length == 1)
            return ([1 - Logistic(scores[0]), Logistic(scores[0])], predicted);

        var shares = Array.ConvertAll(scores, Logistic);
        var sum = shares.Sum();
        return (Array.ConvertAll(shares, share => share / sum), predicted);
    }
}

/// <summary>Linear regression with one target.</summary>
internal sealed class LinearRegressor : Regressor
{
    private readonly double[] _coefficients;
    private readonly double _intercept;

    private LinearRegressor(int featureCount, double[] coefficients, double intercept)
        : base(featureCount)
    {
        _coefficients = coefficients;
        _intercept = intercept;
    }

    public static LinearRegressor Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        return new(features, state.Vector("coef_", features), state.Number("intercept_"));
    }

    public override double Predict(double[] row) => Score(row, _coefficients, _intercept);

    public static double Score(ReadOnlySpan<double> row, ReadOnlySpan<double> coefficients, double intercept)
    {
        double sum = 0;
        for (var index = 0; index < row.Length; index++)
            sum += row[index] * coefficients[index];
        return sum + intercept;
    }
}
