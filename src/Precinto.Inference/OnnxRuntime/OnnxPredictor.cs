using Microsoft.ML.OnnxRuntime;
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
    private readonly InferenceSession _session;
    private readonly OnnxInputs _inputs;

    private OnnxPredictor(InferenceSession session, ModelFacts facts)
    {
        _session = session;
        _inputs = new(session, facts);
        Facts = facts;
    }

    /// <summary>What the model states of itself.</summary>
    public ModelFacts Facts { get; }

    /// <summary>The version of ONNX Runtime that computes.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

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

        using var weights = ExternalWeights.Resolve(content, resolveExternal);
        using var options = CreateOptions();
        weights.AddTo(options);
        InferenceSession session;
        try
        {
            session = new(bytes, options);
        }
        catch (OnnxRuntimeException refused)
        {
            throw new PredictionException(PredictionFault.Model, $"ONNX Runtime cannot load the model: {refused.Message}", refused);
        }

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
        foreach (var (rows, values) in _inputs.Batches(input))
        {
            try
            {
                using RunOptions run = new();
                using var outputs = _session.Run(run, _session.InputNames, values, _session.OutputNames);
                answer.Add(rows, _session.OutputNames, outputs);
            }
            catch (OnnxRuntimeException refused)
            {
                throw new PredictionException(PredictionFault.Model, $"ONNX Runtime cannot compute: {refused.Message}", refused);
            }
            finally
            {
                foreach (var value in values)
                    value.Dispose();
            }
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
    private static OrtEnv FindRuntime()
    {
        try
        {
            return OrtEnv.Instance();
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new DllNotFoundException("ONNX Runtime's library is not part of this installation: ONNX models can be verified here, and not computed.", exception);
        }
    }

    private static SessionOptions CreateOptions()
    {
        FindRuntime().DisableTelemetryEvents();
        SessionOptions options = new()
        {
            // The processor is the only provider, and no library of custom operators is ever registered.
            IntraOpNumThreads = Math.Clamp(Environment.ProcessorCount, 1, MostThreads),
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Bytes are never taken for the runtime's own format, which nothing here has inspected.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        // Should a reference have been missed, it leads into a folder that cannot exist instead of the current directory.
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", NoFolder);
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    private static string NoFolder => OperatingSystem.IsWindows() ? @"NUL:\precinto" : "/dev/null/precinto";

    private const int MostThreads = 4;
}
