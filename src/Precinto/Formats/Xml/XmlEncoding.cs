using System.Text;
using Precinto.Files;

namespace Precinto.Formats.Xml;

/// <summary>How the characters of an XML document are encoded (XML 1.0, section 4.3.3 and appendix F).</summary>
internal static class XmlEncoding
{
    /// <summary>The width and order of the bytes of a character, which the first ones tell; UTF-8 stands for all encodings that begin with ASCII.</summary>
    public static Encoding FamilyOf(ModelContent content) => FamilyOf(Head(content));

    private static Encoding FamilyOf(ReadOnlySpan<byte> head) =>
        head is [0xFF, 0xFE, 0, 0, ..] or [(byte)'<', 0, 0, 0, ..] ? Encoding.UTF32
        : head is [0, 0, ..] ? LargeEndianUtf32
        : head is [0xFF, 0xFE, ..] or [_, 0, ..] ? Encoding.Unicode
        : head is [0xFE, 0xFF, ..] or [0, ..] ? Encoding.BigEndianUnicode
        : Encoding.UTF8;

    /// <summary>The encoding that the document has and states, one that throws on bytes which are none of its characters.</summary>
    /// <exception cref="MalformedModelException">It states another one than it has, or one that is not read.</exception>
    public static Encoding Of(ModelContent content)
    {
        var head = Head(content);
        var family = FamilyOf(head);
        return (Stated(family.GetString(head))?.ToUpperInvariant(), family.GetByteCount("<")) switch
        {
            (null, _) or ("UTF-8" or "UTF8" or "US-ASCII" or "ASCII", 1) or ("UTF-16" or "UTF-16LE" or "UTF-16BE", 2) or ("UTF-32" or "UTF-32LE" or "UTF-32BE", 4) =>
                Encoding.GetEncoding(family.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback),
            ("ISO-8859-1" or "LATIN1" or "ISO_8859-1", 1) when !head.AsSpan().StartsWith("\uFEFF"u8) => Encoding.Latin1,
            var (stated, _) => throw new MalformedModelException(0, $"States the encoding '{stated}', which is not read here or not what the bytes are."),
        };
    }

    private static byte[] Head(ModelContent content)
    {
        var head = new byte[(int)Math.Min(LongestDeclaration, content.Length)];
        content.Read(0, head);
        return head;
    }

    // The declaration is the first thing in a document or not there at all.
    private static string? Stated(string head)
    {
        var text = head.TrimStart('\uFEFF');
        var at = text.IndexOf("encoding", StringComparison.Ordinal);
        if (!text.StartsWith("<?xml", StringComparison.Ordinal) || at < 0 || text.IndexOf("?>", 0, at, StringComparison.Ordinal) >= 0)
            return null;
        var open = text.AsSpan(at).IndexOfAny('"', '\'');
        if (open < 0)
            return null;
        var value = text.AsSpan(at + open + 1);
        return value.IndexOf(text[at + open]) is >= 0 and var close ? value[..close].ToString() : null;
    }

    private static readonly Encoding LargeEndianUtf32 = new UTF32Encoding(bigEndian: true, byteOrderMark: true);
    private const int LongestDeclaration = 512;
}
