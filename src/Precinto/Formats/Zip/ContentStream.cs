using Precinto.Files;

namespace Precinto.Formats.Zip;

/// <summary>
/// The compressed bytes of one member as a stream. A decompressor reads ahead; the last bytes are handed out one by one,
/// so that afterwards <see cref="Unread"/> tells whether it stopped before the end: bytes hidden behind the compressed data.
/// </summary>
internal sealed class ContentStream(ModelContent content, long start, long length) : Stream
{
    private long _position;

    public long Unread => length - _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var left = length - _position;
        if (left == 0 || buffer.IsEmpty)
            return 0;

        var wanted = left <= SingleBytes ? 1 : (int)Math.Min(buffer.Length, left - SingleBytes);
        var read = content.Read(start + _position, buffer[..wanted]);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private const int SingleBytes = 32;
}
