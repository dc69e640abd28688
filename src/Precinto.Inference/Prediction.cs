using Precinto.Inspection;

namespace Precinto.Inference;

/// <summary>What a model answered, one entry a row of input.</summary>
public sealed class Prediction
{
    internal Prediction(IReadOnlyList<ScalarValue> values, IReadOnlyList<IReadOnlyList<double>>? probabilities, IReadOnlyList<ScalarValue>? classes)
    {
        Values = values;
        Probabilities = probabilities;
        Classes = classes;
    }

    /// <summary>The predicted label or number of each row, in the type that the model gives it.</summary>
    public IReadOnlyList<ScalarValue> Values { get; }

    /// <summary>For each row the probability of each class, in the order of <see cref="Classes"/>; null for models that have none.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Probabilities { get; }

    /// <summary>The classes, or null for models that have none.</summary>
    public IReadOnlyList<ScalarValue>? Classes { get; }
}
