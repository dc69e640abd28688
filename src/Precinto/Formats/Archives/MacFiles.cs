using Precinto.Files;

namespace Precinto.Formats.Archives;

/// <summary>
/// What macOS puts into archives beside each file: AppleDouble (RFC 1740, appendix B), which holds a file's attributes and is called like
/// the file, and what the Finder remembers of a folder. Nobody loads either, and no loader reads a file that begins so.
/// </summary>
internal static class MacFiles
{
    public static bool IsOne(string name, ReadOnlySpan<byte> head)
    {
        var file = name.AsSpan(name.LastIndexOf('/') + 1);
        return (file.StartsWith("._", StringComparison.Ordinal) && head.StartsWith(AppleDouble))
            || (file.SequenceEqual(".DS_Store") && head.StartsWith(FinderBuddy));
    }

    public static bool IsOne(string name, ModelContent content)
    {
        Span<byte> head = stackalloc byte[8];
        return IsOne(name, head[..content.Read(0, head)]);
    }

    private static ReadOnlySpan<byte> AppleDouble => [0x00, 0x05, 0x16, 0x07];

    private static ReadOnlySpan<byte> FinderBuddy => [0, 0, 0, 1, (byte)'B', (byte)'u', (byte)'d', (byte)'1'];
}
