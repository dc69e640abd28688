namespace Precinto.Files;

/// <summary>
/// A content as a stream, for decompressors. One reads ahead as far as it is given bytes: where it matters that it stopped before the end,
/// the last bytes are handed out one by one, so that afterwards <see cref="Position"/> tells.
/// </summary>
internal sealed class ContentStream(ModelContent content, int singleBytes = 0, int piece = int.MaxValue) : Stream
{
    private byte[]? _ahead;
    private long _aheadStart;
    private int _aheadLength;
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
        var read = wanted < AheadSize ? ReadAhead(buffer[..wanted]) : content.Read(_position, buffer[..wanted]);
        HasAskedBeyondEnd |= read == 0 && wanted > 0;
        _position += read;
        return read;
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) > 0 ? one[0] : -1;
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

    // Decompressors ask for single bytes, and each would be a call of the operating system.
    private int ReadAhead(Span<byte> destination)
    {
        if (_position < _aheadStart || _position >= _aheadStart + _aheadLength)
        {
            _ahead ??= new byte[(int)Math.Clamp(content.Length, 1, AheadSize)];
            _aheadStart = _position;
            _aheadLength = content.Read(_position, _ahead);
        }

        var part = _ahead.AsSpan((int)(_position - _aheadStart), (int)Math.Min(destination.Length, _aheadStart + _aheadLength - _position));
        part.CopyTo(destination);
        return part.Length;
    }

    private const int AheadSize = 4096;
}
