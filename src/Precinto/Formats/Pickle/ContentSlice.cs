using Precinto.Files;

namespace Precinto.Formats.Pickle;

/// <summary>A part of a file as a content of its own; the file stays the owner's.</summary>
internal sealed class ContentSlice(ModelContent whole, long start, long length) : ModelContent
{
    public override long Length => length;

    private protected override int ReadCore(long offset, Span<byte> destination) => whole.Read(start + offset, destination);
}
