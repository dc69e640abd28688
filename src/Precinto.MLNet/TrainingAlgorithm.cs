namespace Precinto.MLNet;

/// <summary>How a model is learned.</summary>
public enum TrainingAlgorithm
{
    /// <summary>For each class a random forest (ML.NET's FastForest) that tells it from all others.</summary>
    Forest,

    /// <summary>Multinomial logistic regression over standardised features (ML.NET's LbfgsMaximumEntropy).</summary>
    Linear,
}
