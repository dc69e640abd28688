namespace Precinto.Files;

/// <summary>Bytes that arrived in pieces of one size, the last one excepted; nothing was copied to put them together.</summary>
internal sealed class PiecedContent(IReadOnlyList<byte[]> pieces, long length) : ModelContent
{
    public override long Length => length;

    private protected override int ReadCore(long offset, Span<byte> destination)
    {
        var (piece, start) = Math.DivRem(offset, PieceSize);
        var count = (int)Math.Min(destination.Length, PieceSize - start);
        pieces[(int)piece].AsSpan((int)start, count).CopyTo(destination);
        return count;
    }

    /// <summary>How many bytes each piece has room for.</summary>
    public const int PieceSize = 1 << 20;
}
