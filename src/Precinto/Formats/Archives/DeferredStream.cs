namespace Precinto.Formats.Archives;

/// <summary>A decompressor that is made when it is first read, so that everything it throws is thrown by a read.</summary>
internal sealed class DeferredStream(Func<Stream> create) : Stream
{
    private Stream? _expanded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            _expanded ??= create();
            return _expanded.Read(buffer, offset, count);
        }
        catch (OutOfMemoryException exhausted)
        {
            // A block of xz declares its own dictionary, of up to four gigabytes.
            throw new InvalidDataException("Its decompression asks for more memory than there is.", exhausted);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _expanded?.Dispose();
        base.Dispose(disposing);
    }
}
