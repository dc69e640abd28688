namespace Precinto.Signatures;

/// <summary>Bytes that break the format of a signature, a certificate or a key; the only exception that their readers let out.</summary>
public sealed class MalformedSignatureException : Exception
{
    /// <summary>Creates the exception for the byte at <paramref name="offset"/>.</summary>
    public MalformedSignatureException(long offset, string message)
        : base(message) => Offset = offset;

    /// <summary>Where the format is broken, in bytes from the start of the file, or of what its armor encloses.</summary>
    public long Offset { get; }
}
