namespace Precinto.Inference;

/// <summary>A prediction cannot be made: the input does not fit the model, or the model is of a kind that is not computed here.</summary>
public sealed class PredictionException : Exception
{
    /// <summary>Creates the exception with a sentence that says what does not fit.</summary>
    public PredictionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence that says what does not fit, and its cause.</summary>
    public PredictionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
