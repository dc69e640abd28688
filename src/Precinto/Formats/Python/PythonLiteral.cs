namespace Precinto.Formats.Python;

/// <summary>
/// Whether a text that somebody evaluates is a literal of Python (Python language reference, 2.4 to 2.6 and 6.2): texts, numbers, True, False, None, and lists, tuples, sets
/// and dictionaries of them. Without a name and without an operator but a sign, such a text calls nothing and computes nothing.
/// </summary>
internal static class PythonLiteral
{
    public static bool Is(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var length = Measure(text);
            if (length == 0)
                return false;
            text = text[length..];
        }

        return true;
    }

    /// <summary>Each text that stands behind another one and a colon, with that one, as they are written between their quotes; what is no literal is passed over.</summary>
    public static IEnumerable<(string Key, string Value)> ReadTexts(string text)
    {
        var (key, last, isBehind) = ("", "", false);
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Max(1, Measure(text.AsSpan(at)));
            var token = text.AsSpan(at, length);
            at += length;
            if (token is ":")
            {
                (key, isBehind) = (last, true);
            }
            else if (token[^1] is '"' or '\'' && length > 1)
            {
                last = Unquote(token.TrimStart("uUbBrR")).ToString();
                if (isBehind)
                    yield return (key, last);
            }
            else if (!token.IsWhiteSpace())
            {
                // Texts that follow each other are one.
                isBehind = false;
            }
        }
    }

    /// <summary>Whether a text that is no literal can do more when it is evaluated than to fail over a name: it calls, or it computes with operators, in loops or by a format.</summary>
    public static bool Acts(string text) =>
        !Is(text) && (text.AsSpan().ContainsAny("(*%@`") || text.Contains("<<", StringComparison.Ordinal) || HoldsLoop(text) || HoldsFormat(text));

    private static bool HoldsLoop(string text) => text.AsSpan().ContainsAny('[', '{') && text.Contains("for", StringComparison.Ordinal) && text.Contains("in", StringComparison.Ordinal);

    // A width in a format is as good as a factor.
    private static bool HoldsFormat(string text)
    {
        for (var at = 1; at < text.Length && text.Contains('{', StringComparison.Ordinal); at++)
        {
            var isRaw = (text[at - 1] | 0x20) == 'r' && at > 1;
            if (text[at] is '"' or '\'' && ((text[at - 1] | 0x20) == 'f' || (isRaw && (text[at - 2] | 0x20) == 'f')))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> Unquote(ReadOnlySpan<char> token) => token.Length >= 6 && token[1] == token[0] && token[2] == token[0] ? token[3..^3] : token[1..^1];

    // The letters of the first part of a text, or zero where it is none of a literal.
    private static int Measure(ReadOnlySpan<char> text) => text[0] switch
    {
        '[' or ']' or '{' or '}' or '(' or ')' or ',' or ':' or '-' or '+' or ' ' or '\t' or '\r' or '\n' => 1,
        '"' or '\'' => Text(text),
        >= '0' and <= '9' => Number(text),
        '.' when text.Length > 1 && char.IsAsciiDigit(text[1]) => Number(text),
        var letter when char.IsAsciiLetter(letter) => Word(text),
        _ => 0,
    };

    private static int Text(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> quote = text.Length > 2 && text[1] == text[0] && text[2] == text[0] ? text[..3] : text[..1];
        for (var at = quote.Length; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at..].StartsWith(quote))
                return at + quote.Length;
            else if (quote.Length == 1 && text[at] is '\n' or '\r')
                return 0;
        }

        return 0;
    }

    private static int Number(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '.' or '_'))
            length++;
        // A power is written with its sign.
        if (length < text.Length && text[length] is '-' or '+' && text[length - 1] is 'e' or 'E')
            return length + 1 is var sign && sign < text.Length && char.IsAsciiDigit(text[sign]) ? sign : 0;
        foreach (var letter in text[..length])
        {
            if (!(char.IsAsciiDigit(letter) || letter is '.' or '_' or 'e' or 'E' or 'j' or 'J' or 'x' or 'X' or 'o' or 'O' or 'b' or 'B' || char.IsAsciiHexDigit(letter)))
                return 0;
        }

        return length;
    }

    private static int Word(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsLetterOrDigit(text[length]) || text[length] == '_'))
            length++;
        var word = text[..length];
        if (word is "True" or "False" or "None")
            return length;
        // A prefix of a text; one of a text that is formatted would compute.
        return length < text.Length && text[length] is '"' or '\'' && word is "u" or "U" or "b" or "B" or "r" or "R" or "rb" or "br" or "Rb" or "rB" or "RB" or "BR" or "bR" or "Br" ? length : 0;
    }
}
