using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>A regular file behind a handle that was opened once.</summary>
internal sealed class FileContent(SafeFileHandle handle, long length, string name) : ModelContent
{
    public override long Length => length;

    // Whoever cuts the file off while it is read has changed it; that is a verdict, not a failure of the world.
    private protected override int ReadCore(long offset, Span<byte> destination) =>
        RandomAccess.Read(handle, destination, offset) is var read and > 0 ? read : throw new ModelChangedException(name);

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
            handle.Dispose();
        base.Dispose(disposing);
    }
}
