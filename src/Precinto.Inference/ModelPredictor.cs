using Precinto.Formats;
using Precinto.Inference.OnnxRuntime;
using Precinto.Inference.ScikitLearn;
using Precinto.Verification;

namespace Precinto.Inference;

/// <summary>Makes predictors out of verified models, and out of nothing else.</summary>
public static class ModelPredictor
{
    /// <summary>
    /// Loads a sealed model: ONNX through ONNX Runtime, scikit-learn estimators computed here. The sealed model must live as long as the predictor.
    /// </summary>
    /// <exception cref="PredictionException">The model is of a kind that is not computed here.</exception>
    public static Predictor Load(SealedModel model, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Main is not { } main)
            throw new PredictionException(PredictionFault.Model, "There is not one model file but several, or none: name the file itself.");

        try
        {
            return model.Format switch
            {
                // Weights that lie in files of their own come from the same verified memory, named relative to the model file.
                "onnx" => OnnxPredictor.Load(main, location => model.TryGetFile(Beside(model.MainPath!, location), out var content) ? content : null),
                "pickle" or "joblib" => ScikitLearnPredictor.Load(main, cancellation),
                "unknown" => throw new PredictionException(PredictionFault.Model, "The model is of no known format."),
                var format => throw new PredictionException(PredictionFault.Model, $"Models of the format {format} are verified, but not computed; onnx, pickle and joblib are."),
            };
        }
        catch (MalformedModelException exception)
        {
            throw new PredictionException(PredictionFault.Model, $"The model cannot be computed: {exception.Message}", exception);
        }
    }

    private static string Beside(string mainPath, string location) => mainPath.LastIndexOf('/') is var slash and >= 0 ? $"{mainPath[..slash]}/{location}" : location;
}
