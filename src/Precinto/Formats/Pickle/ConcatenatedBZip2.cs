using Precinto.Files;
using Precinto.Formats.Compression;

namespace Precinto.Formats.Pickle;

/// <summary>
/// The streams of bzip2 in a file, one after another, as <c>bzip2 -d</c> and Python read them. Each costs a decompressor of some megabytes
/// however little is in it, so their number is bounded by the size of the file: parallel compressors write one stream for up to 900 kB.
/// </summary>
internal sealed class ConcatenatedBZip2(ContentStream source) : ForwardStream
{
    private BZip2Stream? _current;
    private int _streams;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">There are more streams than any compressor writes.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_current is not null || Begins())
        {
            _current ??= Next();
            if (_current.Read(buffer) is var read and > 0)
                return read;
            _current.Dispose();
            _current = null;
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _current?.Dispose();
        base.Dispose(disposing);
    }

    // What follows a stream and is none stays unread, and is seen by whoever asks where the source stopped.
    private bool Begins()
    {
        var start = source.Position;
        Span<byte> mark = stackalloc byte[3];
        var read = source.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        source.Position = start;
        return read == mark.Length && mark.SequenceEqual("BZh"u8);
    }

    private BZip2Stream Next()
    {
        if (++_streams > FreeStreams + source.Length / BytesPerStream)
            throw new InvalidDataException($"It consists of more than {_streams - 1} compressed streams.");
        return new(source);
    }

    private const int FreeStreams = 64;
    private const int BytesPerStream = 64 << 10;
}
