namespace Precinto.Formats.Onnx;

/// <summary>
/// What <c>com.microsoft:EPContext</c> runs: an engine that an execution provider compiled, in the attribute itself or, with embed_mode 0, in a
/// file that it names (onnxruntime, EPContext in contrib_defs.cc).
/// </summary>
internal struct OnnxEngine
{
    private string? _context;
    private long? _mode;

    public static bool Is(string domain, string operation) => domain == "com.microsoft" && operation == "EPContext";

    /// <summary>The path of the file, or null where the engine is in the model.</summary>
    public readonly string? File => _mode switch
    {
        0 => _context,
        // Embedded is the standard, but a provider may see it otherwise: what looks like a path counts as one.
        null when _context is { Length: > 0 and <= 4096 } text && !text.Any(char.IsControl) => text,
        _ => null,
    };

    public void Take(OnnxAttribute attribute)
    {
        if (attribute.Name == "ep_cache_context")
            _context = attribute.Text;
        else if (attribute.Name == "embed_mode")
            _mode = attribute.Integer ?? 0;
    }
}
