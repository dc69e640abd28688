namespace Precinto.Files;

internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : ModelContent
{
    public override long Length => bytes.Length;

    private protected override int ReadCore(long offset, Span<byte> destination)
    {
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
        return destination.Length;
    }
}
