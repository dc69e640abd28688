using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>
/// Predicts with ONNX Runtime from a model in memory; no path is opened, and the current directory counts for nothing.
/// Numbers are converted to the model's element type: to the nearest <c>float</c>, refusing finite numbers beyond its range;
/// to integers only where they are whole. Every <c>float</c> of the answer becomes the <c>double</c> of the same value.
/// </summary>
public sealed class OnnxPredictor : Predictor
{
    private readonly OnnxSession _session;
    private readonly OnnxInputs _inputs;

    private OnnxPredictor(OnnxSession session, ModelFacts facts)
    {
        _session = session;
        _inputs = new(session, facts);
        Facts = facts;
    }

    /// <summary>What the model states of itself.</summary>
    public ModelFacts Facts { get; }

    /// <summary>The version of ONNX Runtime that computes.</summary>
    public static string RuntimeVersion => OnnxInterface.Version;

    /// <summary>Loads a model from verified bytes.</summary>
    /// <param name="model">The model; it can be disposed afterwards.</param>
    /// <param name="resolveExternal">Gives the verified content of a file beside the model by its path relative to it, or null where there is none. The content is read and stays the caller's.</param>
    /// <exception cref="PredictionException">The bytes are no sound ONNX model, or its weights are not all in verified memory.</exception>
    /// <exception cref="IOException">The bytes could not be read.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library is not installed.</exception>
    public static OnnxPredictor Load(ModelContent model, Func<string, ModelContent?> resolveExternal)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(resolveExternal);

        // What is inspected and what is computed with are the same bytes, read once.
        var bytes = ReadAll(model, "the model");
        var content = ModelContent.FromBytes(bytes);
        var inspection = Inspector.Inspect(content, "model.onnx");
        if (inspection.Format != "onnx")
            throw new PredictionException(PredictionFault.Model, "The model is no ONNX model.");
        if (inspection.Verdict is InspectionVerdict.Dangerous or InspectionVerdict.Malformed)
            throw new PredictionException(PredictionFault.Model, $"The model is not loaded: {inspection.Findings.First(finding => finding.Severity != FindingSeverity.Info).Message}");

        RequireRuntime();
        using var weights = ExternalWeights.Resolve(content, resolveExternal);
        try
        {
            using OnnxSessionOptions options = new();
            weights.AddTo(options);
            OnnxSession session = new(bytes, options);
            try
            {
                return new(session, inspection.Facts);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException refused)
        {
            throw new PredictionException(PredictionFault.Model, $"ONNX Runtime cannot load the model: {refused.Message}", refused);
        }
    }

    internal static byte[] ReadAll(ModelContent content, string what)
    {
        try
        {
            return content.ToArray();
        }
        catch (NotSupportedException tooLarge)
        {
            throw new PredictionException(PredictionFault.Model, $"{what} is too large to be loaded from memory: {content.Length} bytes.", tooLarge);
        }
    }

    private protected override Prediction PredictCore(InputTable input)
    {
        OnnxOutputs answer = new(Facts.Classes);
        try
        {
            foreach (var (rows, values) in _inputs.Batches(input))
            {
                IReadOnlyList<OnnxValue> outputs = [];
                try
                {
                    outputs = _session.Run(values);
                    answer.Add(rows, _session.OutputNames, outputs);
                }
                finally
                {
                    foreach (var value in values.Concat(outputs))
                        value.Dispose();
                }
            }
        }
        catch (OnnxRuntimeException refused)
        {
            throw new PredictionException(PredictionFault.Model, $"ONNX Runtime cannot compute: {refused.Message}", refused);
        }

        return answer.ToPrediction();
    }

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
            _session.Dispose();
        base.Dispose(disposing);
    }

    // Where the verifier alone is installed, as in its image, the native library is left out: that says nothing about the model.
    private static void RequireRuntime()
    {
        try
        {
            _ = OnnxInterface.Version;
        }
        catch (DllNotFoundException exception)
        {
            throw new DllNotFoundException("ONNX Runtime's library is not part of this installation: ONNX models can be verified here, and not computed.", exception);
        }
    }
}
