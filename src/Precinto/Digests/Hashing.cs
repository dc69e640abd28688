namespace Precinto.Digests;

/// <summary>Computes the digest of bytes in memory; what is read from a file is hashed where files are read.</summary>
internal static class Hashing
{
    public static Digest Compute(ReadOnlySpan<byte> bytes, DigestAlgorithm algorithm)
    {
        using var computation = algorithm.Start();
        computation.Append(bytes);
        return new(algorithm, computation.Finish());
    }
}
