using System.Security.Cryptography;

namespace Precinto.Digests;

/// <summary>A hash over <c>prefix ‖ file ‖ suffix</c>; signatures need what stands around the file, digests do not.</summary>
internal sealed class HashRequest
{
    private readonly Func<HashComputation> _start;

    public HashRequest(Func<HashComputation> start) => _start = start;

    public HashRequest(DigestAlgorithm algorithm)
        : this(algorithm.Start)
    {
    }

    public HashRequest(HashAlgorithmName algorithm, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> suffix)
        : this(() => new SystemHash(algorithm))
    {
        Prefix = prefix;
        Suffix = suffix;
    }

    public ReadOnlyMemory<byte> Prefix { get; }

    public ReadOnlyMemory<byte> Suffix { get; }

    public HashComputation Start()
    {
        var computation = _start();
        computation.Append(Prefix.Span);
        return computation;
    }
}
