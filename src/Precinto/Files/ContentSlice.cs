namespace Precinto.Files;

/// <summary>A part of a content, such as a stored member of an archive; it does not own what it is cut from.</summary>
internal sealed class ContentSlice : ModelContent
{
    private readonly ModelContent _whole;
    private readonly long _start;

    public ContentSlice(ModelContent whole, long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, whole.Length - length);

        // Slices of slices read from the root, so that archives in archives do not add up to a chain of calls.
        (_whole, _start) = whole is ContentSlice slice ? (slice._whole, slice._start + start) : (whole, start);
        Length = length;
    }

    public override long Length { get; }

    private protected override int ReadCore(long offset, Span<byte> destination) => _whole.Read(_start + offset, destination);
}
