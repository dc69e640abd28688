using System.Buffers;
using System.Buffers.Text;
using Precinto.Files;

namespace Precinto.Formats.Archives;

/// <summary>
/// A single value that R saved as text ("R Internals", section 1.8). Its first byte is an A, and the second may be any (InFormat in R's src/main/serialize.c); a
/// newline may precede both. Behind them stand the version of the layout, the version of R that wrote it, and the oldest one that reads it.
/// </summary>
internal static class SerializationOfR
{
    public static bool Is(ReadOnlySpan<byte> head, ModelContent content) => head switch
    {
        [(byte)'A', _, ..] => IsText(head[2..], content, 2),
        [(byte)'\n', (byte)'A', _, ..] => IsText(head[3..], content, 3),
        _ => false,
    };

    private static bool IsText(ReadOnlySpan<byte> head, ModelContent content, int start)
    {
        if (NextNumber(ref head) is not (2 or 3) || NextNumber(ref head) is null || NextNumber(ref head) is not { } oldest || NextNumber(ref head) is null)
            return false;
        // A column of numbers under the heading A begins alike. R needs words for whatever it calls.
        return oldest >= FirstVersion || content.Length > LargestColumn || HoldsWords(content, start);
    }

    private static bool HoldsWords(ModelContent content, int start)
    {
        var bytes = new byte[(int)content.Length - start];
        content.Read(start, bytes);
        return bytes.AsSpan().ContainsAnyExcept(OfNumbers);
    }

    // Words end at blanks, and what follows the digits of one is ignored.
    private static long? NextNumber(ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(Blanks);
        var end = text.IndexOfAny(BlankBytes);
        if (end < 0)
            return null;
        var word = text[..end];
        text = text[end..];
        return Utf8Parser.TryParse(word, out long number, out _) ? number : null;
    }

    private static readonly SearchValues<byte> BlankBytes = SearchValues.Create(Blanks);
    private static readonly SearchValues<byte> OfNumbers = SearchValues.Create("0123456789+-.eE \t\r\n\v\f"u8);

    private static ReadOnlySpan<byte> Blanks => " \t\r\n\v\f"u8;

    // R 1.4, as its versions are packed.
    private const long FirstVersion = 0x1_0400;
    private const long LargestColumn = 16 << 20;
}
