using System.Runtime.InteropServices;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Onnx;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>
/// The weights that lie beside a model, read from what was verified and pinned until the session has copied them.
/// ONNX Runtime would look for a file that is missing here in the current directory, so everything that the model names must be here.
/// </summary>
internal sealed class ExternalWeights : IDisposable
{
    private readonly List<(string Location, byte[] Bytes)> _files = [];
    private readonly List<GCHandle> _pins = [];

    private ExternalWeights()
    {
    }

    /// <exception cref="PredictionException">A reference cannot be served from memory, or not from what was verified.</exception>
    public static ExternalWeights Resolve(ModelContent model, Func<string, ModelContent?> resolve)
    {
        IReadOnlyList<OnnxExternalReference> references;
        try
        {
            references = OnnxExternalData.FindAll(model);
        }
        catch (MalformedModelException malformed)
        {
            throw new PredictionException(PredictionFault.Model, $"The model is malformed at offset {malformed.Offset}: {malformed.Message}", malformed);
        }

        ExternalWeights weights = new();
        foreach (var group in references.GroupBy(reference => reference.Location ?? "", StringComparer.Ordinal))
        {
            foreach (var reference in group)
                Demand(reference);
            var content = resolve(group.Key) ?? throw new PredictionException(PredictionFault.Model, $"The weights in '{group.Key}' are not part of the verified model.");
            foreach (var reference in group)
                DemandRange(reference, content.Length);
            weights._files.Add((group.Key, OnnxPredictor.ReadAll(content, group.Key)));
        }

        return weights;
    }

    /// <summary>Hands the files to the options; they must stay until the session is made.</summary>
    public void AddTo(OnnxSessionOptions options)
    {
        if (_files.Count == 0)
            return;

        var names = _files.ConvertAll(file => Pin(PathCharacters(file.Location))).ToArray();
        var buffers = _files.ConvertAll(file => Pin(file.Bytes)).ToArray();
        options.AddExternalFiles(names, buffers, [.. _files.Select(file => (nuint)file.Bytes.Length)]);
    }

    public void Dispose()
    {
        foreach (var pin in _pins)
            pin.Free();
        _pins.Clear();
    }

    private static void Demand(OnnxExternalReference reference)
    {
        if (!reference.IsPlain || !reference.HasPlainRange)
            throw new PredictionException(PredictionFault.Model, $"The weights of '{reference.Tensor}' are at '{reference.Location}', which is no plain place beside the model.");
        // The runtime replaces plain initializers of the main graph only and would open a file for all others.
        if (!reference.IsMainInitializer)
            throw new PredictionException(PredictionFault.Model, $"The weights of '{reference.Tensor}' in '{reference.Location}' belong to an inner graph or an attribute and cannot be loaded from memory.");
    }

    private static void DemandRange(OnnxExternalReference reference, long available)
    {
        var length = reference.Length ?? reference.Expected ?? 0;
        if (reference.Offset > available || length > available - reference.Offset)
            throw new PredictionException(PredictionFault.Model, $"The weights of '{reference.Tensor}' reach beyond the {available} bytes of '{reference.Location}'.");
    }

    private nint Pin(byte[] bytes)
    {
        // The runtime wants an address even for a file without bytes.
        var pin = GCHandle.Alloc(bytes.Length > 0 ? bytes : new byte[1], GCHandleType.Pinned);
        _pins.Add(pin);
        return pin.AddrOfPinnedObject();
    }

    // ORTCHAR_T is wchar_t on Windows and char elsewhere.
    private static byte[] PathCharacters(string location) => OperatingSystem.IsWindows()
        ? System.Text.Encoding.Unicode.GetBytes(location + "\0")
        : System.Text.Encoding.UTF8.GetBytes(location + "\0");
}
