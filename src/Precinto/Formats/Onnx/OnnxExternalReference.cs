namespace Precinto.Formats.Onnx;

/// <summary>Where a tensor says that its data lies outside of the model file.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Location">The location as written, or null where it is missing.</param>
/// <param name="Offset">Where the data starts in that file, or -1 for a number that is none.</param>
/// <param name="Length">The data's length, -1 for a number that is none, or null where it is not stated.</param>
/// <param name="Expected">The length that type and dimensions take, or null where they state none.</param>
/// <param name="IsMainInitializer">Whether it is a plain initializer of the main graph, the only kind that a runtime takes from memory.</param>
internal sealed record OnnxExternalReference(string Tensor, string? Location, long Offset, long? Length, long? Expected, bool IsMainInitializer)
{
    /// <summary>Whether the location leads out of the model's folder, or into the memory of the process.</summary>
    public bool LeadsOutside =>
        Location is { Length: > 0 } location
        && (location[0] is '/' or '\\' or '~'
            // ONNX Runtime's own mark for "the offset is an address in memory" is a location that starts like this.
            || location.StartsWith("*/", StringComparison.Ordinal)
            // A drive or a scheme; no plain name needs a colon.
            || location.Contains(':')
            || location.Split('/', '\\').Contains(".."));

    /// <summary>Whether the location is a plain path below the model's folder, written in the one way that all readers agree on.</summary>
    public bool IsPlain =>
        Location is { Length: > 0 and <= 4096 } location && !LeadsOutside && !location.Contains('\\') && !location.Any(char.IsControl)
        && !location.Split('/').Any(part => part is "" or ".");

    /// <summary>Whether offset and length are numbers that fit the tensor.</summary>
    public bool HasPlainRange =>
        Offset >= 0 && Length is null or >= 0 && (Length is null || Expected is null || Length == Expected) && Offset <= long.MaxValue - (Length ?? 0);
}
