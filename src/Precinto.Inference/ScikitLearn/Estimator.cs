using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary>What an estimator computes, from numbers alone. Immutable: several threads may use one.</summary>
internal abstract class Estimator
{
    private protected Estimator(int featureCount) => FeatureCount = featureCount;

    /// <summary>The number of values in a row, or 0 where the estimator takes any.</summary>
    public int FeatureCount { get; }
}

/// <summary>Changes rows before they are predicted from.</summary>
internal abstract class Transformer(int featureCount) : Estimator(featureCount)
{
    public abstract double[] Transform(double[] row);
}

/// <summary>Predicts one number a row.</summary>
internal abstract class Regressor(int featureCount) : Estimator(featureCount)
{
    public abstract double Predict(double[] row);
}

/// <summary>Predicts one of its classes a row.</summary>
internal abstract class Classifier(int featureCount, IReadOnlyList<ScalarValue> classes) : Estimator(featureCount)
{
    public IReadOnlyList<ScalarValue> Classes => classes;

    /// <summary>The probability of each class, and the index of the class that scikit-learn's <c>predict</c> answers.</summary>
    public abstract (double[] Probabilities, int Predicted) Predict(double[] row);

    /// <summary>The index of the largest value; of several, the first, as numpy's argmax answers.</summary>
    protected static int IndexOfLargest(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var index = 1; index < values.Length; index++)
        {
            if (values[index] > values[best])
                best = index;
        }

        return best;
    }

    protected static double Logistic(double value) => value >= 0 ? 1 / (1 + Math.Exp(-value)) : Math.Exp(value) / (1 + Math.Exp(value));

    protected static double[] Softmax(double[] values)
    {
        var largest = values.Max();
        double sum = 0;
        var result = new double[values.Length];
        for (var index = 0; index < values.Length; index++)
        {
            result[index] = Math.Exp(values[index] - largest);
            sum += result[index];
        }

        for (var index = 0; index < values.Length; index++)
            result[index] /= sum;
        return result;
    }
}
