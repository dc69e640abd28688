namespace Precinto.Inference;

/// <summary>Predicts from verified bytes. One instance may be used by several threads at once.</summary>
public abstract class Predictor : IDisposable
{
    private protected Predictor()
    {
    }

    /// <summary>Predicts for every row.</summary>
    /// <exception cref="PredictionException">The input does not fit the model.</exception>
    public Prediction Predict(InputTable input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return PredictCore(input);
    }

    /// <summary>Releases the model.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the model.</summary>
    private protected virtual void Dispose(bool disposing)
    {
    }

    private protected abstract Prediction PredictCore(InputTable input);
}
