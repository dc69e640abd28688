using Precinto.Files;

namespace Precinto.Formats.Pickle;

/// <summary>What one pickle holds, as a graph that is shared as the file shares it. Valid as long as the content is open.</summary>
internal sealed class PickleDocument
{
    private readonly ModelContent? _content;

    public PickleDocument(PickleValue root, ModelContent? content)
    {
        Root = root;
        _content = content;
    }

    public PickleValue Root { get; }

    /// <summary>Reads bytes that the pickle holds; null where they were not kept.</summary>
    /// <exception cref="MalformedModelException">There are more than <paramref name="maximum"/>.</exception>
    public byte[]? ReadBytes(PickleBytes bytes, int maximum)
    {
        if (bytes.Length > maximum)
            throw new MalformedModelException(bytes.Position, $"Holds {bytes.Length} bytes where at most {maximum} are read.");
        if (bytes.Kept is { } kept)
            return kept;
        if (_content is null)
            return null;

        var read = GC.AllocateUninitializedArray<byte>((int)bytes.Length);
        _content.Read(bytes.Offset, read);
        return read;
    }
}
