namespace Precinto.Signatures;

/// <summary>A signature, a key or a certificate that cannot be parsed.</summary>
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
