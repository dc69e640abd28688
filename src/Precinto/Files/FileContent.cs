using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>A regular file behind a handle that was opened once.</summary>
internal sealed class FileContent(SafeFileHandle handle, long length) : ModelContent
{
    public override long Length => length;

    private protected override int ReadCore(long offset, Span<byte> destination) => RandomAccess.Read(handle, destination, offset);

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
            handle.Dispose();
        base.Dispose(disposing);
    }
}
