using System.Text;
using Precinto.Files;

namespace Precinto.Formats.Xml;

/// <summary>
/// What stands before the root of an XML document (XML 1.0, section 2.8), however long it is; the root is empty where it cannot be told.
/// It is read more leniently than the document, for there are readers that are.
/// </summary>
internal sealed record XmlProlog(string Root, string? DocumentType, bool HasStyleSheet)
{
    /// <summary>Reads the prolog; null where the bytes are no XML.</summary>
    public static XmlProlog? Read(ReadOnlySpan<byte> head, ModelContent content) =>
        StartsLikeXml(head) ? Read(content)
        // "<?xm" in EBCDIC, the encoding of mainframes, which is not read here.
        : head is [0x4C, 0x6F, 0xA7, 0x94, ..] ? new("", null, false)
        : null;

    /// <summary>Reads the prolog of what starts like XML.</summary>
    public static XmlProlog? Read(ModelContent content)
    {
        string? documentType = null;
        var hasStyleSheet = false;
        try
        {
            using XmlSource source = new(content, XmlEncoding.FamilyOf(content));
            if (source.Peek() == '\uFEFF')
                source.Skip(1);
            while (true)
            {
                source.SkipSpace();
                if (source.Peek() != '<')
                    return documentType is null && source.Peek() != XmlSource.End ? null : new("", documentType, hasStyleSheet);

                source.Skip(1);
                if (source.Peek() == '?')
                {
                    source.Skip(1);
                    hasStyleSheet |= source.ReadName() == "xml-stylesheet";
                    source.SkipBehind("?>");
                }
                else if (source.StartsWith("!--"))
                {
                    source.Skip(3);
                    source.SkipBehind("-->");
                }
                else if (source.Peek() == '!')
                {
                    documentType = ReadDocumentType(source);
                }
                else
                {
                    var name = source.ReadName();
                    return new(name[(name.IndexOf(':') + 1)..], documentType, hasStyleSheet);
                }
            }
        }
        catch (MalformedModelException)
        {
            return new("", documentType, hasStyleSheet);
        }
    }

    private static bool StartsLikeXml(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, 0, 0xFE, 0xFF, ..] or [(byte)'<', 0, ..] or [0, (byte)'<', ..] or [0, 0, 0, (byte)'<', ..])
            return true;
        var text = (head.StartsWith("\uFEFF"u8) ? head[3..] : head).TrimStart(" \t\r\n"u8);
        return text.Length > 1 ? text[0] == '<' && (text[1] is (byte)'?' or (byte)'!' or (byte)'_' || char.IsAsciiLetter((char)text[1])) : text.Length < head.Length;
    }

    // Quoted texts and comments in it may hold what otherwise ends it. Of a long one, the beginning is kept: it says what it is.
    private static string ReadDocumentType(XmlSource source)
    {
        StringBuilder text = new("<");
        for (var depth = 1; depth > 0;)
        {
            var comment = source.StartsWith("<!--");
            var next = source.Next();
            if (text.Length < LongestKept)
                text.Append(next);
            if (comment)
                source.SkipBehind("-->");
            else if (next is '"' or '\'')
                source.SkipBehind(next);
            else if (next is '<' or '[')
                depth++;
            else if (next is '>' or ']')
                depth--;
        }

        return text.ToString();
    }

    private const int LongestKept = 64 << 10;
}
