namespace Precinto.Files;

/// <summary>
/// A content as a stream, for decompressors. One reads ahead as far as it is given bytes: where it matters that it stopped before the end,
/// the last bytes are handed out one by one, so that afterwards <see cref="Position"/> tells.
/// </summary>
internal sealed class ContentStream(ModelContent content, int singleBytes = 0, int piece = int.MaxValue) : Stream
{
    private long _position;

    /// <summary>Whether more was asked for than there is.</summary>
    public bool HasAskedBeyondEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 && value <= content.Length ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        var ahead = content.Length - _position - singleBytes;
        var wanted = ahead > 0 ? (int)Math.Min(Math.Min(buffer.Length, piece), ahead) : Math.Min(buffer.Length, 1);
        var read = content.Read(_position, buffer[..wanted]);
        HasAskedBeyondEnd |= read == 0 && wanted > 0;
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        SeekOrigin.End => content.Length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
