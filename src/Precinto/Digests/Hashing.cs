using System.Security.Cryptography;
using Precinto.Files;

namespace Precinto.Digests;

/// <summary>Computes several hashes of the same bytes while reading them once.</summary>
internal static class Hashing
{
    public static byte[][] Compute(ModelContent content, IReadOnlyList<HashRequest> requests, Action<long>? progress, CancellationToken cancellation)
    {
        var computations = requests.Select(request => request.Start()).ToArray();
        var buffer = new byte[(int)Math.Min(BufferSize, Math.Max(content.Length, 1))];
        try
        {
            for (long offset = 0; offset < content.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = content.Read(offset, buffer);
                foreach (var computation in computations)
                    computation.Append(buffer.AsSpan(0, read));
                offset += read;
                progress?.Invoke(read);
            }

            for (var index = 0; index < computations.Length; index++)
                computations[index].Append(requests[index].Suffix.Span);
            return [.. computations.Select(computation => computation.Finish())];
        }
        finally
        {
            foreach (var computation in computations)
                computation.Dispose();
        }
    }

    public static Digest Compute(ModelContent content, DigestAlgorithm algorithm, CancellationToken cancellation = default) =>
        new(algorithm, Compute(content, [new(algorithm)], null, cancellation)[0]);

    public static Digest Compute(ReadOnlySpan<byte> bytes, DigestAlgorithm algorithm)
    {
        using var computation = algorithm.Start();
        computation.Append(bytes);
        return new(algorithm, computation.Finish());
    }

    private const int BufferSize = 1 << 20;
}

/// <summary>A hash over <c>prefix ‖ file ‖ suffix</c>; signatures need what stands around the file, digests do not.</summary>
internal sealed class HashRequest
{
    private readonly Func<HashComputation> _start;

    public HashRequest(DigestAlgorithm algorithm) => _start = algorithm.Start;

    public HashRequest(HashAlgorithmName algorithm, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> suffix)
    {
        _start = () => new SystemHash(algorithm);
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
