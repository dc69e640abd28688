namespace Precinto.Formats.Jinja;

/// <summary>Walks through the tags of a template once, in their order: what is set, looped over, included and put out.</summary>
internal sealed class TemplateReader(JinjaScope scope, IReadOnlyList<JinjaToken> tokens)
{
    // Blocks whose output becomes a value: {% set x %}…{% endset %}, {% macro x() %}…{% endmacro %}.
    private readonly Stack<(string Path, List<JinjaValue> Pieces)> _captures = [];
    private int _at;
    private int _end;

    /// <summary>Reads all tags; false where one is broken. Those behind it are read all the same.</summary>
    public bool Read()
    {
        var isWhole = true;
        while (_at < tokens.Count)
        {
            scope.Context.Cancellation.ThrowIfCancellationRequested();
            var token = tokens[_at++];
            switch (token.Kind)
            {
                case JinjaTokenKind.Data:
                    PutOut(JinjaValue.From(token.Value));
                    break;
                case JinjaTokenKind.ExpressionBegin:
                    _end = FindEnd();
                    if (ReadExpression() is { } value && _at == _end)
                        PutOut(value);
                    else
                        isWhole = false;
                    _at = _end + 1;
                    break;
                case JinjaTokenKind.StatementBegin:
                    _end = FindEnd();
                    isWhole &= _at < _end && ReadStatement(tokens[_at++]);
                    _at = _end + 1;
                    break;
            }
        }

        return isWhole;
    }

    private int FindEnd()
    {
        var end = _at;
        while (end < tokens.Count && tokens[end].Kind is not (JinjaTokenKind.ExpressionEnd or JinjaTokenKind.StatementEnd))
            end++;
        return end;
    }

    private JinjaValue? ReadExpression() => new JinjaExpression(scope, tokens, _end).Read(ref _at);

    private void PutOut(JinjaValue value)
    {
        if (_captures.TryPeek(out var capture) && capture.Pieces.Count < MostPieces)
            capture.Pieces.Add(value);
    }

    private bool ReadStatement(JinjaToken word)
    {
        switch (word.Value)
        {
            case "for":
                scope.Loops++;
                return ReadLoop();
            case "endfor":
                scope.Loops = Math.Max(0, scope.Loops - 1);
                return true;
            case "set":
                return ReadSet();
            case "macro":
                return ReadMacro();
            case "endset" or "endmacro":
                EndCapture();
                return true;
            case "with":
                return ReadWith();
            case "if" or "elif" or "do" or "filter":
                return word.Value == "filter" ? ReadFilter() : ReadExpression() is not null && _at == _end;
            case "call":
                return ReadCall();
            case "include" or "import" or "from" or "extends":
                scope.Notice(JinjaRules.OtherFile, $"has a tag '{word.Value}'", word.Offset);
                return ReadExpression() is not null;
            case "else" or "endif" or "endwith" or "endfilter" or "endcall" or "block" or "endblock" or "autoescape" or "endautoescape" or "break" or "continue"
                or "generation" or "endgeneration" or "trans" or "endtrans" or "pluralize" or "debug":
                return true;
            default:
                // A tag of an extension: whatever looks like an expression behind it is read.
                while (_at < _end && ReadExpression() is not null && _at < _end)
                    _at++;
                return false;
        }
    }

    private bool ReadLoop()
    {
        var targets = ReadTargets();
        if (targets.Count == 0 || _at >= _end || !tokens[_at].IsName("in"))
            return false;
        _at++;
        if (ReadExpression() is not { } list)
            return false;

        var element = list.Items is { } items ? JinjaValue.AnyOf([.. items, .. list.Members ?? [], .. items.SelectMany(item => item.Items ?? [])])
            : list.Text is { } text ? JinjaValue.AnyOf(JinjaTexts.Letters(text))
            : JinjaValue.Through(list);
        foreach (var target in targets)
            scope.Set(target, element);
        return _at == _end || tokens[_at].IsName("recursive");
    }

    private bool ReadSet()
    {
        var targets = ReadTargets();
        if (targets.Count == 0)
            return false;
        if (_at >= _end || !tokens[_at].Is("="))
        {
            _captures.Push((targets[0], []));
            if (_at >= _end)
                return true;
            if (!tokens[_at].Is("|"))
                return false;
            _at++;
            return ReadFilter();
        }

        _at++;
        if (ReadExpression() is not { } value)
            return false;
        for (var index = 0; index < targets.Count; index++)
            scope.Set(targets[index], targets.Count > 1 && value.Items is { } items && index < items.Count ? items[index] : value);
        return _at == _end;
    }

    private bool ReadMacro()
    {
        if (_at >= _end || tokens[_at].Kind != JinjaTokenKind.Name)
            return false;
        _captures.Push((tokens[_at++].Value + "()", []));
        return ReadParameters();
    }

    private bool ReadCall()
    {
        if (_at < _end && tokens[_at].Is("(") && !ReadParameters())
            return false;
        return ReadExpression() is not null && _at == _end;
    }

    // (a, b='default'): defaults are what the names may stand for.
    private bool ReadParameters()
    {
        if (_at >= _end || !tokens[_at].Is("("))
            return false;
        _at++;
        while (_at < _end && !tokens[_at].Is(")"))
        {
            var name = tokens[_at++];
            if (_at >= _end || name.Kind != JinjaTokenKind.Name)
                return false;
            if (tokens[_at].Is("="))
            {
                _at++;
                var close = FindParameterEnd();
                var value = new JinjaExpression(scope, tokens, close).Read(ref _at);
                if (value is null || _at != close)
                    return false;
                scope.Set(name.Value, value);
            }
            else
            {
                scope.Set(name.Value, JinjaValue.Unknown);
            }

            if (_at < _end && tokens[_at].Is(","))
                _at++;
        }

        return _at++ < _end;
    }

    private int FindParameterEnd()
    {
        var depth = 0;
        for (var at = _at; at < _end; at++)
        {
            if (depth == 0 && (tokens[at].Is(",") || tokens[at].Is(")")))
                return at;
            depth += tokens[at].Is("(") || tokens[at].Is("[") || tokens[at].Is("{") ? 1 : tokens[at].Is(")") || tokens[at].Is("]") || tokens[at].Is("}") ? -1 : 0;
        }

        return _end;
    }

    private bool ReadWith()
    {
        while (_at < _end)
        {
            if (tokens[_at].Kind != JinjaTokenKind.Name || _at + 1 >= _end || !tokens[_at + 1].Is("="))
                return false;
            var name = tokens[_at].Value;
            _at += 2;
            var close = FindParameterEnd();
            var value = new JinjaExpression(scope, tokens, close).Read(ref _at);
            if (value is null || _at != close)
                return false;
            scope.Set(name, value);
            if (_at < _end && tokens[_at].Is(","))
                _at++;
        }

        return true;
    }

    // A filter over a block takes what the block puts out; by its name and arguments it is judged like any other.
    private bool ReadFilter()
    {
        List<JinjaToken> filtered = [new(JinjaTokenKind.Name, "caller", tokens[_at - 1].Offset), new(JinjaTokenKind.Operator, "|", tokens[_at - 1].Offset)];
        for (; _at < _end; _at++)
        {
            // A block is a text, whose attributes are functions of Python: '{0.x}' with format reaches whatever it is called with.
            if (tokens[_at].IsName("attr"))
                scope.Danger("takes an attribute of the text of a block", tokens[_at].Offset);
            filtered.Add(tokens[_at]);
        }

        var start = 0;
        return new JinjaExpression(scope, filtered, filtered.Count).Read(ref start) is not null && start == filtered.Count;
    }

    private void EndCapture()
    {
        if (_captures.TryPop(out var capture))
            scope.Set(capture.Path, JinjaTexts.Join(JinjaValue.From(""), JinjaValue.List(capture.Pieces)));
    }

    // a, b and (a, b) and ns.a
    private List<string> ReadTargets()
    {
        List<string> targets = [];
        for (; _at < _end; _at++)
        {
            var token = tokens[_at];
            if (token.Kind == JinjaTokenKind.Name && !token.IsName("in"))
            {
                if (targets.Count > 0 && tokens[_at - 1].Is("."))
                    targets[^1] += "." + token.Value;
                else
                    targets.Add(token.Value);
                if (JinjaNames.IsSpecial(token.Value))
                    scope.Danger($"uses '{token.Value}'", token.Offset);
            }
            else if (!(token.Is(",") || token.Is(".") || token.Is("(") || token.Is(")")))
            {
                break;
            }
        }

        return targets;
    }

    private const int MostPieces = 1000;
}
