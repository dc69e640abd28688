using Precinto.Files;

namespace Precinto.Formats.Pickle;

/// <summary>What one pickle holds, as a graph that is shared as the file shares it. Valid as long as the content is open.</summary>
internal sealed class PickleDocument
{
    private readonly ModelContent? _content;
    private long _left;

    /// <param name="root">What the pickle is.</param>
    /// <param name="content">The file in which its bytes stand, or null where they were kept in memory.</param>
    /// <param name="length">The number of bytes of the pickle.</param>
    public PickleDocument(PickleValue root, ModelContent? content, long length)
    {
        Root = root;
        _content = content;
        _left = (2 * length) + FreeBytes;
    }

    public PickleValue Root { get; }

    /// <summary>Reads bytes that the pickle holds; null where they were not kept.</summary>
    /// <exception cref="MalformedModelException">There are more than <paramref name="maximum"/>.</exception>
    public byte[]? ReadBytes(PickleBytes bytes, int maximum)
    {
        if (bytes.Length > maximum)
            throw new MalformedModelException(bytes.Position, $"Holds {bytes.Length} bytes where at most {maximum} are read.");

        // Bytes that the file shares a thousand times would be a thousand arrays: whoever reads a file once needs each byte once.
        _left -= bytes.Length;
        if (_left < 0)
            throw new MalformedModelException(bytes.Position, "Uses the same bytes again and again.");
        if (bytes.Kept is { } kept)
            return kept;
        if (_content is null)
            return null;

        var read = GC.AllocateUninitializedArray<byte>((int)bytes.Length);
        _content.Read(bytes.Offset, read);
        return read;
    }

    private const long FreeBytes = 1 << 20;
}
