namespace Precinto.MLNet;

/// <summary>What an accuracy was measured on.</summary>
public enum AccuracyBasis
{
    /// <summary>The rows that the model was trained on: says nothing about other rows.</summary>
    TrainingRows,

    /// <summary>Every fifth row of each class, predicted by a model that was trained in the same way on the other rows.</summary>
    HeldOutRows,
}
