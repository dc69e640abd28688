namespace Precinto.Formats;

/// <summary>Bytes that break the format which they claim to have.</summary>
public sealed class MalformedModelException : Exception
{
    /// <summary>Creates the exception for the byte at <paramref name="offset"/>, counted from the start of the file or of the decompressed stream.</summary>
    public MalformedModelException(long offset, string message)
        : base(message) => Offset = offset;

    /// <summary>Creates the exception for the byte at <paramref name="offset"/>, with what a decompressor said.</summary>
    public MalformedModelException(long offset, string message, Exception? innerException)
        : base(message, innerException) => Offset = offset;

    /// <summary>Where the format is broken, in bytes from the start.</summary>
    public long Offset { get; }

    /// <summary>Whether a compressed stream became larger than its limit, and all else is well as far as it was read.</summary>
    internal bool IsExpansion { get; init; }
}
