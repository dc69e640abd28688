namespace Precinto.Inference;

/// <summary>Why a prediction cannot be made.</summary>
public enum PredictionFault
{
    /// <summary>The model: it is refused, and other input would not help.</summary>
    Model,

    /// <summary>The input: the same model predicts from other input.</summary>
    Input,
}
