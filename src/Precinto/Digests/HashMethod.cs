namespace Precinto.Digests;

/// <summary>How files are hashed for a manifest: whole, or in parts of one size.</summary>
/// <param name="Algorithm">The hash.</param>
/// <param name="ShardSize">The size of a part in bytes; null for whole files.</param>
internal sealed record HashMethod(DigestAlgorithm Algorithm, long? ShardSize)
{
    /// <summary>SHA-256 of whole files, which is always computed.</summary>
    public static HashMethod Default { get; } = new(DigestAlgorithm.Sha256, null);

    /// <summary>How many digests a file has; an empty one has none in parts (OMS 1.0, section 6.3.2).</summary>
    public long CountDigests(long length) => ShardSize is { } size ? length / size + (length % size == 0 ? 0 : 1) : 1;

    /// <summary>A request for the digests of a file, one after the other.</summary>
    public HashRequest Request() => new(() => ShardSize is { } size ? new ShardedHash(Algorithm, size) : Algorithm.Start());
}

/// <summary>The digests of the parts of a file, one after the other.</summary>
internal sealed class ShardedHash(DigestAlgorithm algorithm, long size) : HashComputation
{
    private readonly List<byte[]> _finished = [];
    private HashComputation? _current;
    private long _filled;

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            _current ??= algorithm.Start();
            var taken = (int)Math.Min(bytes.Length, size - _filled);
            _current.Append(bytes[..taken]);
            bytes = bytes[taken..];
            _filled += taken;
            if (_filled == size)
                Complete();
        }
    }

    public override byte[] Finish()
    {
        Complete();
        return [.. _finished.SelectMany(digest => digest)];
    }

    public override void Dispose() => _current?.Dispose();

    private void Complete()
    {
        if (_current is null)
            return;

        _finished.Add(_current.Finish());
        _current.Dispose();
        _current = null;
        _filled = 0;
    }
}
