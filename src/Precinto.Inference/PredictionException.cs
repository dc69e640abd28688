namespace Precinto.Inference;

/// <summary>A prediction cannot be made: the input does not fit the model, or the model is of a kind that is not computed here.</summary>
public sealed class PredictionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">Which side it is about.</param>
    /// <param name="message">A sentence that says what does not fit.</param>
    /// <param name="innerException">Its cause, where there is one.</param>
    public PredictionException(PredictionFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>Which side it is about. Where both might be, it is the model.</summary>
    public PredictionFault Fault { get; }
}
