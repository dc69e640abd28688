using System.Globalization;
using System.Text;

namespace Precinto.Formats.Jinja;

/// <summary>
/// Cuts a template into tokens as Jinja's own lexer does (jinja.palletsprojects.com, "Template Designer Documentation"): a quoted text may hold
/// the marks that end a tag, brackets must close before a tag ends, and what stands in comments and raw blocks is not read. Where Jinja would
/// refuse the template, it goes on behind the letter: what was taken for a mistake by mistake must hide nothing.
/// </summary>
internal sealed class JinjaLexer(string text)
{
    private readonly List<JinjaToken> _tokens = [];
    private int _at;
    private bool _isBroken;

    // What ends nowhere behind a place ends nowhere behind any later one: it is not looked for again.
    private string _endless = "";

    /// <summary>Reads all tokens; false where Jinja would refuse the template.</summary>
    public bool TryRead(out IReadOnlyList<JinjaToken> tokens)
    {
        tokens = _tokens;
        while (_at < text.Length)
        {
            var open = FindOpening();
            if (open > _at)
                _tokens.Add(new(JinjaTokenKind.Data, text[_at..open], _at));
            _at = open;
            _isBroken |= _at < text.Length && !TryReadTag();
        }

        return !_isBroken;
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
        // Python's spaces are .NET's and four separators.
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] is >= '\x1C' and <= '\x1F'))
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

            if (TryReadToken(brackets))
                continue;
            _isBroken = true;
            _at++;
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
            return !_endless.Contains(first) && TryReadText(first);
        if (char.IsAsciiDigit(first))
            return ReadNumber();
        if (IsNameLetter(first))
            return ReadRun(JinjaTokenKind.Name, IsNameLetter);

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
        _tokens.Add(new(kind, text[start.._at], start));
        return true;
    }

    // integer_re and float_re of jinja2/lexer.py. A word may follow at once, as in "1if x else 2".
    private bool ReadNumber()
    {
        var start = _at;
        if (text[_at] == '0' && _at + 1 < text.Length && text[_at + 1] is 'x' or 'X' or 'o' or 'O' or 'b' or 'B')
        {
            _at += 2;
            return ReadRun(JinjaTokenKind.Number, static letter => char.IsAsciiHexDigit(letter) || letter == '_');
        }

        SkipDigits();
        // A fraction belongs to a number; a point behind a name takes an attribute.
        if (IsDigitAt(_at + 1) && text[_at] == '.' && !(start > 0 && text[start - 1] == '.'))
        {
            _at++;
            SkipDigits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E' && (IsDigitAt(_at + 1) || (IsDigitAt(_at + 2) && text[_at + 1] is '+' or '-')))
        {
            _at += 2;
            SkipDigits();
        }

        _tokens.Add(new(JinjaTokenKind.Number, text[start.._at], start));
        return true;
    }

    private void SkipDigits()
    {
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '_'))
            _at++;
    }

    private bool IsDigitAt(int at) => at < text.Length && char.IsAsciiDigit(text[at]);

    private static bool IsNameLetter(char letter) => char.IsLetterOrDigit(letter) || letter == '_'
        || CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber
            or UnicodeCategory.ConnectorPunctuation or UnicodeCategory.Surrogate;

    // Python's escapes, all of them: each is a way to spell an underscore.
    private bool TryReadText(char quote)
    {
        var start = _at++;
        StringBuilder value = new();
        var spelled = false;
        var isUnreadable = false;
        while (_at < text.Length)
        {
            var letter = text[_at++];
            if (letter == quote)
            {
                _tokens.Add(new(JinjaTokenKind.Text, value.ToString(), start, spelled, isUnreadable));
                return true;
            }

            if (letter != '\\' || _at == text.Length)
            {
                value.Append(letter);
                continue;
            }

            var code = ReadEscape(value);
            isUnreadable |= code == UnknownName;
            spelled |= code == UnknownName || code == '_' || (code < 128 && char.IsAsciiLetter((char)code));
        }

        // What begins no text is passed, and what follows it is read.
        _at = start;
        _endless += quote;
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

        // A line that is continued leaves nothing; what is no escape keeps its stroke.
        value.Append(kind switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\n' => "",
            '\r' => "",
            '\\' or '\'' or '"' => kind.ToString(),
            _ => "\\" + kind,
        });
        if (kind == '\r' && _at < text.Length && text[_at] == '\n')
            _at++;
        return code == UnknownName ? code : int.MaxValue;
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

    // The names of the letters that names consist of; what another stands for is not known.
    private int ReadCharacterName()
    {
        if (_at >= text.Length || text[_at] != '{' || _endless.Contains('}'))
            return -1;
        var end = text.IndexOf('}', _at);
        if (end < 0)
        {
            _endless += '}';
            return -1;
        }

        var name = text[(_at + 1)..end];
        _at = end + 1;
        return name.Equals("LOW LINE", StringComparison.OrdinalIgnoreCase) ? '_'
            : name.StartsWith("LATIN SMALL LETTER ", StringComparison.OrdinalIgnoreCase) && name.Length == 20 ? char.ToLowerInvariant(name[19])
            : UnknownName;
    }

    private const int UnknownName = -2;
}
