using System.Globalization;
using System.Text;

namespace Precinto.Formats.Yaml;

/// <summary>
/// Cuts YAML (yaml.org/spec/1.2.2) into tokens: enough to tell keys, values, tags and aliases from text that only looks like them.
/// It is more tolerant than a loader, so that nothing is hidden by a mistake that a loader may forgive.
/// </summary>
internal sealed class YamlScanner(string text)
{
    private int _at;
    private int _lineStart;
    private int _flow;

    // The column of the innermost key or dash, below which a block scalar ends.
    private int _indent = -1;

    public bool TryRead(out YamlToken token)
    {
        while (true)
        {
            SkipSpace();
            if (_at >= text.Length)
            {
                token = default;
                return false;
            }

            if (text[_at] != '#' || (_at > 0 && !IsSpace(text[_at - 1])))
                break;
            SkipLine();
        }

        token = Read();
        return true;
    }

    private YamlToken Read()
    {
        var start = _at;
        var column = start - _lineStart;
        switch (text[start])
        {
            case '%' when column == 0 && _flow == 0:
                SkipLine();
                return new(YamlTokenKind.Directive, text[start.._at].TrimEnd(), start, column);
            case '-' or '.' when column == 0 && (IsMark("---") || IsMark("...")):
                _at += 3;
                _indent = -1;
                // No list or mapping reaches into another document.
                _flow = 0;
                return new(YamlTokenKind.Document, "", start, column);
            case '-' when _flow == 0 && IsSpaceAt(start + 1):
                _at++;
                _indent = column;
                return new(YamlTokenKind.Dash, "", start, column);
            case ':' when IsSpaceAt(start + 1) || _flow > 0:
                _at++;
                if (_flow == 0)
                    _indent = FindIndent();
                return new(YamlTokenKind.Value, "", start, column);
            case '?' when IsSpaceAt(start + 1) || _flow > 0:
                _at++;
                if (_flow == 0)
                    _indent = column;
                return Read(start, column);
            case '{' or '[':
                _at++;
                _flow++;
                return new(YamlTokenKind.FlowBegin, "", start, column);
            case '}' or ']' when _flow > 0:
                _at++;
                _flow--;
                return new(YamlTokenKind.FlowEnd, "", start, column);
            case ',' when _flow > 0:
                _at++;
                return new(YamlTokenKind.Comma, "", start, column);
            case '!':
                return new(YamlTokenKind.Tag, ReadWord(), start, column);
            case '&':
                return new(YamlTokenKind.Anchor, ReadAnchor(), start, column);
            case '*':
                return new(YamlTokenKind.Alias, ReadAnchor(), start, column);
            case '|' or '>' when _flow == 0:
                return new(YamlTokenKind.Scalar, ReadBlock(), start, column);
            case '"' or '\'':
                return new(YamlTokenKind.Scalar, text[start] == '"' ? ReadDouble() : ReadSingle(), start, column);
            default:
                return new(YamlTokenKind.Scalar, ReadPlain(), start, column, IsPlain: true);
        }
    }

    // A question mark announces a key, which is read like any.
    private YamlToken Read(int start, int column)
    {
        SkipSpace();
        return _at < text.Length && text[_at] != '?' ? Read() : new(YamlTokenKind.Scalar, "", start, column);
    }

    private string ReadWord()
    {
        var start = _at;
        // <…> may hold what otherwise ends a tag.
        var isVerbatim = string.CompareOrdinal(text, _at, "!<", 0, 2) == 0;
        for (_at++; _at < text.Length && !IsSpace(text[_at]) && (isVerbatim || _flow == 0 || !",[]{}".Contains(text[_at])); _at++)
        {
            if (isVerbatim && text[_at] == '>')
                isVerbatim = false;
        }

        return text[start.._at];
    }

    // The name of an anchor, which may be followed by the colon of a key at once.
    private string ReadAnchor()
    {
        var word = ReadWord();
        if (word.EndsWith(':') && word.Length > 2)
        {
            _at--;
            word = word[..^1];
        }

        return word[1..];
    }

    // With the breaks and the space of lines that it goes on over, which loaders fold.
    private string ReadPlain()
    {
        var start = _at;
        while (_at < text.Length)
        {
            if (IsBreak(text[_at]))
            {
                if (!TryContinue())
                    break;
                continue;
            }

            if (IsColon(_at) || (_at > start && IsComment(_at)) || (_flow > 0 && ",[]{}".Contains(text[_at])))
                break;
            _at++;
        }

        // What begins with what no scalar begins with must still be passed.
        if (_at == start)
            _at++;
        return Folded(text[start.._at].TrimEnd());
    }

    // A plain text goes on in a line that stands deeper than its key or dash, whatever that begins with (7.3.3 of YAML 1.2).
    private bool TryContinue()
    {
        var at = _at;
        var line = _lineStart;
        for (; at < text.Length && IsSpace(text[at]); at++)
        {
            if (IsBreak(text[at]))
                line = at + 1;
        }

        if (at >= text.Length || text[at] == '#' || (_flow == 0 && at - line <= _indent) || (_flow > 0 && (",[]{}".Contains(text[at]) || (text[at] == '?' && IsSpaceAt(at + 1)))))
            return false;
        if (at == line && (IsMark("---", at) || IsMark("...", at)))
            return false;
        // Loaders refuse a key here, or take it for one; a quote would hide what stands behind it.
        if (!"\"'|>%@`".Contains(text[at]) && IsKey(at))
            return false;
        (_at, _lineStart) = (at, line);
        return true;
    }

    private bool IsKey(int at)
    {
        for (; at < text.Length && !IsBreak(text[at]) && !IsComment(at) && !(_flow > 0 && ",[]{}".Contains(text[at])); at++)
        {
            if (IsColon(at))
                return true;
        }

        return false;
    }

    private bool IsColon(int at) => text[at] == ':' && (IsSpaceAt(at + 1) || (_flow > 0 && ",[]{}".Contains(text[at + 1])));

    private bool IsComment(int at) => text[at] == '#' && at > 0 && IsSpace(text[at - 1]);

    private string ReadSingle()
    {
        StringBuilder value = new();
        for (_at++; _at < text.Length; _at++)
        {
            if (IsBreak(text[_at]))
            {
                Fold(value, 0);
                continue;
            }

            if (text[_at] == '\'')
            {
                if (_at + 1 >= text.Length || text[_at + 1] != '\'')
                {
                    _at++;
                    break;
                }

                _at++;
            }

            value.Append(text[_at]);
        }

        return value.ToString();
    }

    private string ReadDouble()
    {
        StringBuilder value = new();
        var kept = 0;
        for (_at++; _at < text.Length; _at++)
        {
            var letter = text[_at];
            if (letter == '"')
            {
                _at++;
                break;
            }

            if (letter == '\\' && _at + 1 < text.Length)
            {
                ReadEscape(value);
                kept = value.Length;
            }
            else if (IsBreak(letter))
            {
                Fold(value, kept);
                kept = value.Length;
            }
            else
            {
                value.Append(letter);
            }
        }

        return value.ToString();
    }

    // The end of a line is a space, and each empty line behind it a break; the spaces around them are nothing, unless they are written as escapes.
    private void Fold(StringBuilder value, int kept)
    {
        while (value.Length > kept && value[^1] is ' ' or '\t')
            value.Length--;
        var breaks = 0;
        for (; _at < text.Length && IsSpace(text[_at]); _at++)
        {
            breaks += IsBreak(text[_at]) && !(text[_at] == '\r' && _at + 1 < text.Length && text[_at + 1] == '\n') ? 1 : 0;
            NoticeLine();
        }

        _at--;
        value.Append(breaks == 1 ? ' ' : '\n', Math.Max(1, breaks - 1));
    }

    private static string Folded(string plain)
    {
        if (!plain.Any(IsBreak))
            return plain;
        StringBuilder value = new();
        var breaks = 0;
        foreach (var line in plain.ReplaceLineEndings("\n").Split('\n'))
        {
            var words = line.Trim(' ', '\t');
            if (words.Length > 0 && value.Length > 0)
                value.Append(breaks == 1 ? ' ' : '\n', Math.Max(1, breaks - 1));
            if (words.Length > 0)
                breaks = 0;
            value.Append(words);
            breaks++;
        }

        return value.ToString();
    }

    private void ReadEscape(StringBuilder value)
    {
        var kind = text[++_at];
        if (IsBreak(kind))
        {
            // A line that is continued: neither the break nor the spaces before the next letter are part of the text.
            NoticeLine();
            while (_at + 1 < text.Length && IsSpace(text[_at + 1]))
            {
                _at++;
                NoticeLine();
            }

            return;
        }

        var digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && _at + digits < text.Length
            && int.TryParse(text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code))
        {
            value.Append(new Rune(code).ToString());
            _at += digits;
            return;
        }

        value.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', '_' => '\u00A0', _ => kind });
    }

    // | and >: the lines that stand deeper than the key.
    private string ReadBlock()
    {
        SkipLine();
        StringBuilder value = new();
        while (_at < text.Length)
        {
            var start = _at;
            while (_at < text.Length && text[_at] == ' ')
                _at++;
            var isBlank = _at >= text.Length || IsBreak(text[_at]);
            if (!isBlank && (_at - start <= _indent || (_at == start && (IsMark("---") || IsMark("...")))))
            {
                _at = start;
                _lineStart = start;
                return value.ToString();
            }

            SkipLine();
            value.Append(text, start, _at - start);
        }

        return value.ToString();
    }

    // The column of the key before a colon: that of the first thing in its line, its anchor or tag, behind the dashes of lists.
    private int FindIndent()
    {
        var at = _lineStart;
        // Thousands of dashes in a line are no list that anyone writes.
        while (at < _at - 1 && at - _lineStart < 1000 && (text[at] == ' ' || ("-?:".Contains(text[at]) && IsSpaceAt(at + 1))))
            at++;
        return at - _lineStart;
    }

    // Also those that YAML 1.1 has: PyYAML begins a line behind each.
    private static bool IsBreak(char letter) => letter is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';

    private bool IsMark(string mark) => IsMark(mark, _at);

    private bool IsMark(string mark, int at) => string.CompareOrdinal(text, at, mark, 0, 3) == 0 && IsSpaceAt(at + 3);

    private bool IsSpaceAt(int at) => at >= text.Length || IsSpace(text[at]);

    // No other space of Unicode parts anything.
    private static bool IsSpace(char letter) => letter is ' ' or '\t' || IsBreak(letter);

    private void SkipSpace()
    {
        for (; _at < text.Length && (IsSpace(text[_at]) || text[_at] is '\0' or '\uFEFF'); _at++)
            NoticeLine();
    }

    private void SkipLine()
    {
        while (_at < text.Length && !IsBreak(text[_at]))
            _at++;
        if (_at < text.Length)
        {
            _at++;
            _lineStart = _at;
        }
    }

    private void NoticeLine()
    {
        if (_at < text.Length && IsBreak(text[_at]))
            _lineStart = _at + 1;
    }
}
