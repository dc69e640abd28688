using Precinto.Files;

namespace Precinto.Formats.Archives;

/// <summary>A decompressor that is made when it is first read, so that everything it throws is thrown by a read.</summary>
internal sealed class DeferredStream(Func<Stream> create) : ForwardStream
{
    private Stream? _expanded;

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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _expanded?.Dispose();
        base.Dispose(disposing);
    }
}
