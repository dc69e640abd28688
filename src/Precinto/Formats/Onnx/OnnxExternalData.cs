using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>Finds the files beside a model that hold part of its weights.</summary>
internal static class OnnxExternalData
{
    /// <summary>The distinct plain relative locations that a model names, in its order; each must be part of what is verified.</summary>
    /// <exception cref="MalformedModelException">The bytes are no ONNX model.</exception>
    public static IReadOnlyList<string> Find(ModelContent content) =>
        [.. FindAll(content).Where(reference => reference.IsPlain).Select(reference => reference.Location!).Distinct(StringComparer.Ordinal)];

    /// <summary>Every reference to data outside of the model file, wherever it hides, good or bad.</summary>
    /// <exception cref="MalformedModelException">The bytes are no ONNX model.</exception>
    public static IReadOnlyList<OnnxExternalReference> FindAll(ModelContent content) =>
        new OnnxReader(content, new(InspectionLimits.Default)).Read().External;
}
