namespace Precinto.Formats.Yaml;

/// <summary>
/// Cuts YAML (yaml.org/spec/1.2.2) into tokens as loaders do: enough to tell keys, values, tags and aliases from text that only looks like them.
/// Where every loader stops, it goes on with what may stand there.
/// </summary>
internal sealed class YamlScanner
{
    private readonly YamlReading _reading;
    private readonly YamlLetters _letters;
    private readonly YamlScalars _scalars;
    private int _flow;

    // The column of the innermost key or dash, below which a text ends.
    private int _indent = -1;

    // The column at which the document begins.
    private int _root = int.MaxValue;

    // Whether what comes next may be the key of a mapping outside of all brackets, and at which column the last one that may be one began.
    private bool _mayKey = true;
    private int _key;

    public YamlScanner(string text, YamlReading reading)
    {
        _reading = reading;
        _letters = new(text, reading);
        _scalars = new(_letters);
    }

    /// <summary>Where a quote begins that nothing ends, as loaders refuse it.</summary>
    public int? Unclosed => _scalars.Unclosed;

    /// <summary>Whether a tag or an anchor stood there that loaders end at different letters.</summary>
    public bool IsDisputed { get; private set; }

    public bool TryRead(out YamlToken token)
    {
        SkipSpace();
        if (_letters.IsAtEnd)
        {
            token = default;
            return false;
        }

        token = Read(_letters.At, _letters.Column);
        return true;
    }

    // What begins with # at the start of a token is always a comment, whatever stands before it.
    private void SkipSpace()
    {
        while (!_letters.IsAtEnd)
        {
            if (_letters.TakeBreak() is not null)
                _mayKey |= _flow == 0;
            else if (_letters.Current == '#')
                _letters.SkipLine();
            else if (!_letters.TrySkipSpace())
                return;
        }
    }

    private YamlToken Read(int start, int column)
    {
        // What stands before the first column of a document begins another one, to ruamel.yaml also without a mark.
        if (_flow == 0 && _mayKey && column < _root)
            (_root, _indent) = (column, -1);
        var isWord = _letters.IsSpaceAt(start + 1);
        switch (_letters.Current)
        {
            case '%' when column == 0 && _flow == 0:
                _letters.SkipLine();
                return new(YamlTokenKind.Directive, _letters.Since(start).TrimEnd().ToString(), start, column);
            case '-' or '.' when _letters.IsAtMark:
                _letters.At += 3;
                // No list or mapping reaches into another document.
                (_root, _indent, _flow, _mayKey) = (int.MaxValue, -1, 0, false);
                return new(YamlTokenKind.Document, "", start, column);
            case '-' when _flow == 0 && isWord:
                return Begin(YamlTokenKind.Dash, start, column);
            case '?' when _flow > 0 || isWord:
                return Begin(YamlTokenKind.Key, start, column);
            case ':' when _flow > 0 || isWord:
                return ReadColon(start, column);
            case '{' or '[':
                NoticeKey(column);
                _flow++;
                return ReadMark(YamlTokenKind.FlowBegin, start, column);
            case '}' or ']' when _flow > 0:
                _flow--;
                return ReadMark(YamlTokenKind.FlowEnd, start, column);
            case ',' when _flow > 0:
                return ReadMark(YamlTokenKind.Comma, start, column);
            case '|' or '>' when _flow == 0:
                var block = _scalars.ReadBlock(_indent);
                _mayKey = true;
                return new(YamlTokenKind.Scalar, block, start, column);
        }

        NoticeKey(column);
        return _letters.Current switch
        {
            '!' => new(YamlTokenKind.Tag, ReadTag(), start, column),
            '&' => new(YamlTokenKind.Anchor, ReadAnchor(), start, column),
            '*' => new(YamlTokenKind.Alias, ReadAnchor(), start, column),
            '"' or '\'' => new(YamlTokenKind.Scalar, _scalars.ReadQuoted(), start, column),
            _ => new(YamlTokenKind.Scalar, _scalars.ReadPlain(_flow > 0, _indent), start, column, IsPlain: true),
        };
    }

    private YamlToken ReadMark(YamlTokenKind kind, int start, int column)
    {
        _letters.At++;
        return new(kind, "", start, column);
    }

    // A dash or a question mark: what stands behind it may be a key by itself.
    private YamlToken Begin(YamlTokenKind kind, int start, int column)
    {
        if (_flow == 0)
            (_indent, _mayKey) = (column, true);
        return ReadMark(kind, start, column);
    }

    // Behind a key of the same line, the column is that of the key, its anchor and tag included; one by itself stands for its question mark.
    private YamlToken ReadColon(int start, int column)
    {
        if (_flow > 0)
            return ReadMark(YamlTokenKind.Value, start, column);
        _indent = _mayKey ? column : _key;
        return ReadMark(_mayKey ? YamlTokenKind.KeyEnd : YamlTokenKind.Value, start, _indent);
    }

    private void NoticeKey(int column)
    {
        if (_flow == 0 && _mayKey)
            (_key, _mayKey) = (column, false);
    }

    private string ReadTag()
    {
        var start = _letters.At;
        // <…> may hold what otherwise ends a tag.
        var isVerbatim = start + 1 < _letters.Length && _letters[start + 1] == '<';
        for (_letters.At++; !IsWordEnd() && (isVerbatim || !IsTagEnd()); _letters.At++)
            isVerbatim &= _letters.Current != '>';
        return _letters.Since(start).ToString();
    }

    // PyYAML and libyaml take letters of ASCII alone, and go on behind them where one of these follows; to YAML 1.2, all up to a space or a bracket is the name.
    private string ReadAnchor()
    {
        var start = ++_letters.At;
        while (!_letters.IsAtEnd && (char.IsAsciiLetterOrDigit(_letters.Current) || _letters.Current is '-' or '_'))
            _letters.At++;
        if (_letters.At > start && !_letters.IsAtEnd && "?:]}%@`".Contains(_letters.Current))
        {
            IsDisputed = true;
            if (_reading is YamlReading.Native or YamlReading.Python)
                return _letters.Since(start).ToString();
        }

        while (!IsWordEnd() && !",[]{}".Contains(_letters.Current))
            _letters.At++;
        return _letters.Since(start).ToString();
    }

    private bool IsWordEnd() => _letters.IsSpaceAt(_letters.At);

    private bool IsFlowEnd() => _flow > 0 && ",[]{}".Contains(_letters.Current);

    // To libyaml, a comma or a bracket ends a tag in brackets; to PyYAML, all of them but braces are letters of it.
    private bool IsTagEnd()
    {
        if (!IsFlowEnd())
            return false;
        if (_letters.Current is '{' or '}')
            return true;
        IsDisputed = true;
        return _reading != YamlReading.Python;
    }
}
