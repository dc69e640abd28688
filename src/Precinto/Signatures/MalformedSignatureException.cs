namespace Precinto.Signatures;

/// <summary>Bytes that break the format of a signature, a certificate or a key; the only exception that their readers let out.</summary>
public sealed class MalformedSignatureException : Exception
{
    /// <summary>Creates the exception for the byte at <paramref name="offset"/>.</summary>
    public MalformedSignatureException(long offset, string message)
        : base(message) => Offset = offset;

    /// <summary>Creates the exception for the byte at <paramref name="offset"/>, with its cause.</summary>
    public MalformedSignatureException(long offset, string message, Exception innerException)
        : base(message, innerException) => Offset = offset;

    /// <summary>Where the input is broken, in bytes from its start.</summary>
    public long Offset { get; }
}
