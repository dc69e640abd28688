using Precinto.Files;

namespace Precinto.Formats.Xml;

/// <summary>What stands before the root of an XML document (XML 1.0, section 2.8): read as text, so that no parser has to be trusted with it.</summary>
internal sealed record XmlProlog(string Root, string? DocumentType, bool HasStyleSheet)
{
    /// <summary>Reads the prolog; null where the bytes are no XML.</summary>
    public static XmlProlog? Read(ReadOnlySpan<byte> head, ModelContent content)
    {
        if (!StartsLikeXml(head))
            return null;

        var bytes = new byte[(int)Math.Min(LargestProlog, content.Length)];
        content.Read(0, bytes);
        return Read(XmlEncoding.FamilyOf(bytes).GetString(bytes));
    }

    private static bool StartsLikeXml(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, (byte)'<', 0, ..] or [0xFE, 0xFF, 0, (byte)'<', ..] or [(byte)'<', 0, ..] or [0, (byte)'<', ..])
            return true;
        var text = (head.StartsWith("\uFEFF"u8) ? head[3..] : head).TrimStart(" \t\r\n"u8);
        return text.Length > 1 && text[0] == '<' && (text[1] is (byte)'?' or (byte)'!' or (byte)'_' || char.IsAsciiLetter((char)text[1]));
    }

    private static XmlProlog? Read(string text)
    {
        string? documentType = null;
        var hasStyleSheet = false;
        var at = 0;
        while ((at = text.IndexOf('<', at)) >= 0 && at + 1 < text.Length)
        {
            if (Starts(text, at, "<!--"))
            {
                at = Behind(text, at, "-->");
            }
            else if (text[at + 1] == '?')
            {
                hasStyleSheet |= Starts(text, at, "<?xml-stylesheet");
                at = Behind(text, at, "?>");
            }
            else if (text[at + 1] == '!')
            {
                var end = EndOfDocumentType(text, at);
                documentType = text[at..end];
                at = end;
            }
            else
            {
                var start = at + 1;
                var end = start;
                while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('>' or '/'))
                    end++;
                var name = text[start..end];
                return new(name[(name.IndexOf(':') + 1)..], documentType, hasStyleSheet);
            }
        }

        return documentType is null ? null : new("", documentType, hasStyleSheet);
    }

    private static bool Starts(string text, int at, string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;

    private static int Behind(string text, int at, string mark)
    {
        var end = text.IndexOf(mark, at, StringComparison.Ordinal);
        return end < 0 ? text.Length : end + mark.Length;
    }

    // Quoted texts and comments in it may hold what otherwise ends it.
    private static int EndOfDocumentType(string text, int at)
    {
        var depth = 0;
        for (var index = at; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '"' or '\'':
                    index = text.IndexOf(text[index], index + 1);
                    if (index < 0)
                        return text.Length;
                    break;
                case '<' when Starts(text, index, "<!--"):
                    index = Behind(text, index, "-->") - 1;
                    break;
                case '<' or '[':
                    depth++;
                    break;
                case '>' or ']':
                    depth--;
                    if (depth == 0)
                        return index + 1;
                    break;
            }
        }

        return text.Length;
    }

    private const int LargestProlog = 1 << 20;
}
