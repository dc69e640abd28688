using System.Globalization;
using System.Text;

namespace Precinto.Formats.Jinja;

/// <summary>
/// Cuts a template into tokens as Jinja's own lexer does (jinja.palletsprojects.com, "Template Designer Documentation"): a quoted text may hold
/// the marks that end a tag, brackets must close before a tag ends, and what stands in comments and raw blocks is not read.
/// </summary>
internal sealed class JinjaLexer(string text)
{
    private readonly List<JinjaToken> _tokens = [];
    private int _at;

    /// <summary>Reads all tokens; false where Jinja would refuse the template. The tokens up to there stay.</summary>
    public bool TryRead(out IReadOnlyList<JinjaToken> tokens)
    {
        tokens = _tokens;
        while (_at < text.Length)
        {
            var open = FindOpening();
            if (open > _at)
                _tokens.Add(new(JinjaTokenKind.Data, text[_at..open], _at));
            _at = open;
            if (_at < text.Length && !TryReadTag())
                return false;
        }

        return true;
    }

    private int FindOpening()
    {
        for (var at = _at; ; at++)
        {
            at = text.IndexOf('{', at);
            if (at < 0 || at + 1 >= text.Length)
                return text.Length;
            if (text[at + 1] is '{' or '%' or '#')
                return at;
        }
    }

    private bool TryReadTag()
    {
        switch (text[_at + 1])
        {
            case '#':
                var end = text.IndexOf("#}", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? text.Length : end + 2;
                return end >= 0;
            case '%':
                if (TrySkipRaw(out var isClosed))
                    return isClosed;
                return TryReadInside(JinjaTokenKind.StatementBegin, JinjaTokenKind.StatementEnd, '%');
            default:
                return TryReadInside(JinjaTokenKind.ExpressionBegin, JinjaTokenKind.ExpressionEnd, '}');
        }
    }

    // Whatever stands between {% raw %} and {% endraw %} is text.
    private bool TrySkipRaw(out bool isClosed)
    {
        isClosed = true;
        if (!IsTagOf(_at, "raw", out var start))
            return false;

        for (var at = text.IndexOf("{%", start, StringComparison.Ordinal); at >= 0; at = text.IndexOf("{%", at + 2, StringComparison.Ordinal))
        {
            if (!IsTagOf(at, "endraw", out var behind))
                continue;
            _tokens.Add(new(JinjaTokenKind.Data, text[start..at], start));
            _at = behind;
            return true;
        }

        _at = text.Length;
        isClosed = false;
        return true;
    }

    private bool IsTagOf(int at, string name, out int behind)
    {
        behind = 0;
        at += 2;
        if (at < text.Length && text[at] is '-' or '+')
            at++;
        at = SkipSpace(at);
        if (string.CompareOrdinal(text, at, name, 0, name.Length) != 0)
            return false;

        at = SkipSpace(at + name.Length);
        if (at < text.Length && text[at] is '-' or '+')
            at++;
        behind = at + 2;
        return string.CompareOrdinal(text, at, "%}", 0, 2) == 0;
    }

    private int SkipSpace(int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    private bool TryReadInside(JinjaTokenKind begin, JinjaTokenKind end, char mark)
    {
        _tokens.Add(new(begin, "", _at));
        _at += 2;
        if (_at < text.Length && text[_at] is '-' or '+')
            _at++;
        Stack<char> brackets = [];
        while ((_at = SkipSpace(_at)) < text.Length)
        {
            if (brackets.Count == 0 && EndsAt(mark) is { } length)
            {
                _tokens.Add(new(end, "", _at));
                _at += length;
                return true;
            }

            if (!TryReadToken(brackets))
                return false;
        }

        return false;
    }

    private int? EndsAt(char mark)
    {
        var trim = text[_at] is '-' or '+' ? 1 : 0;
        return _at + trim + 1 < text.Length && text[_at + trim] == mark && text[_at + trim + 1] == '}' ? trim + 2 : null;
    }

    private bool TryReadToken(Stack<char> brackets)
    {
        var first = text[_at];
        if (first is '\'' or '"')
            return TryReadText(first);
        if (char.IsAsciiDigit(first))
            return ReadRun(JinjaTokenKind.Number, static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
        if (char.IsLetter(first) || first == '_')
            return ReadRun(JinjaTokenKind.Name, static letter => char.IsLetterOrDigit(letter) || letter == '_' || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark);

        foreach (var symbol in (ReadOnlySpan<string>)["//", "**", "==", "!=", ">=", "<="])
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, 2) != 0)
                continue;
            _tokens.Add(new(JinjaTokenKind.Operator, symbol, _at));
            _at += 2;
            return true;
        }

        if (!"+-/*%~[](){}=><.:|,;".Contains(first))
            return false;
        if (first is '(' or '[' or '{')
            brackets.Push(first);
        else if (first is ')' or ']' or '}' && !(brackets.TryPop(out var open) && (open, first) is ('(', ')') or ('[', ']') or ('{', '}')))
            return false;
        _tokens.Add(new(JinjaTokenKind.Operator, first.ToString(), _at));
        _at++;
        return true;
    }

    private bool ReadRun(JinjaTokenKind kind, Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < text.Length && belongs(text[_at]))
            _at++;
        // A fraction belongs to a number; a point behind a name takes an attribute.
        if (kind == JinjaTokenKind.Number && _at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
            for (_at++; _at < text.Length && belongs(text[_at]); _at++)
            {
            }

        _tokens.Add(new(kind, text[start.._at], start));
        return true;
    }

    // Python's escapes, all of them: each is a way to spell an underscore.
    private bool TryReadText(char quote)
    {
        var start = _at++;
        StringBuilder value = new();
        var spelled = false;
        while (_at < text.Length)
        {
            var letter = text[_at++];
            if (letter == quote)
            {
                _tokens.Add(new(JinjaTokenKind.Text, value.ToString(), start, spelled));
                return true;
            }

            if (letter != '\\' || _at == text.Length)
            {
                value.Append(letter);
                continue;
            }

            var code = ReadEscape(value);
            spelled |= code == '_' || (code < 128 && char.IsAsciiLetter((char)code));
        }

        return false;
    }

    private int ReadEscape(StringBuilder value)
    {
        var kind = text[_at++];
        var code = kind switch
        {
            'x' => ReadDigits(2, 16),
            'u' => ReadDigits(4, 16),
            'U' => ReadDigits(8, 16),
            >= '0' and <= '7' => ReadOctal(),
            'N' => ReadCharacterName(),
            _ => -1,
        };
        if (code is >= 0 and <= 0x10FFFF and not (>= 0xD800 and <= 0xDFFF))
        {
            value.Append(new Rune(code).ToString());
            return code;
        }

        value.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\n' => ' ', _ => kind });
        return int.MaxValue;
    }

    private int ReadDigits(int count, int radix)
    {
        if (_at + count > text.Length || !long.TryParse(text.AsSpan(_at, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || radix != 16)
            return -1;
        _at += count;
        return code <= 0x10FFFF ? (int)code : -1;
    }

    private int ReadOctal()
    {
        var code = 0;
        _at--;
        for (var count = 0; count < 3 && _at < text.Length && text[_at] is >= '0' and <= '7'; count++)
            code = (code * 8) + (text[_at++] - '0');
        return code;
    }

    // The one name that matters; any other stands for some character that is none of a name's.
    private int ReadCharacterName()
    {
        var end = _at < text.Length && text[_at] == '{' ? text.IndexOf('}', _at) : -1;
        if (end < 0)
            return -1;
        var name = text[(_at + 1)..end];
        _at = end + 1;
        return name.Equals("LOW LINE", StringComparison.OrdinalIgnoreCase) ? '_'
            : name.StartsWith("LATIN SMALL LETTER ", StringComparison.OrdinalIgnoreCase) && name.Length == 20 ? char.ToLowerInvariant(name[19])
            : '?';
    }
}
