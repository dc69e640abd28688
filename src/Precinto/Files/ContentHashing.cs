using Precinto.Digests;

namespace Precinto.Files;

/// <summary>Computes several hashes of the same content while reading it once.</summary>
internal static class ContentHashing
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

    private const int BufferSize = 1 << 20;
}
