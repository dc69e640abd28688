namespace Precinto.Formats.Jinja;

/// <summary>Walks through the tags of a template in their order: what is set, looped over, included and put out.</summary>
internal sealed partial class TemplateReader(JinjaScope scope, IReadOnlyList<JinjaToken> tokens)
{
    // Blocks whose output becomes a value: {% set x %}…{% endset %}, {% macro x() %}…{% endmacro %}.
    private readonly Stack<TemplateCapture> _captures = [];
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
                    PutOut(DataOf(token.Value));
                    break;
                case JinjaTokenKind.ExpressionBegin:
                    _end = FindEnd();
                    if (ReadExpression() is { } value && _at == _end)
                        PutOut(value);
                    else
                        isWhole = false;
                    ReadRest();
                    break;
                case JinjaTokenKind.StatementBegin:
                    _end = FindEnd();
                    isWhole &= _at < _end && ReadStatement(tokens[_at++]) && _at >= _end;
                    ReadRest();
                    break;
            }
        }

        if (scope.Work.Total() > MostRounds)
            scope.Notice(JinjaRules.Costly, "has macros or blocks called more often than a conversation has a reason for", 0);
        return isWhole;
    }

    private int FindEnd()
    {
        var end = _at;
        for (; end < tokens.Count && tokens[end].Kind is not (JinjaTokenKind.ExpressionEnd or JinjaTokenKind.StatementEnd); end++)
            Notice(tokens[end]);
        return end;
    }

    // Wherever in a tag these stand, nothing honest is about them, even if the tag is not understood.
    private void Notice(JinjaToken token)
    {
        if (token.Kind == JinjaTokenKind.Name && token.Value.StartsWith('_') && JinjaNames.IsSpecial(token.Value))
            scope.Danger($"uses '{token.Value}'", token.Offset);
        else if (token is { Kind: JinjaTokenKind.Text, SpellsByEscapes: true } && (token.IsUnreadable || token.Value.Contains('_')))
            scope.Danger("spells underscores by escapes", token.Offset);
        else if (token.Kind == JinjaTokenKind.Text && JinjaNames.FindInner(token.Value) is { } special)
            scope.Mention(special, token.Offset);
    }

    // What was not understood may hold expressions all the same.
    private void ReadRest()
    {
        for (; _at < _end; _at++)
            ReadExpression();
        _at = _end + 1;
    }

    private JinjaValue? ReadExpression()
    {
        var value = new JinjaExpression(scope, tokens, _end).Read(ref _at);
        if (value is not null)
            scope.NoticeSize(value.Size, tokens[Math.Min(_at, tokens.Count - 1)].Offset);
        return value;
    }

    private void PutOut(JinjaValue value)
    {
        if (_captures.TryPeek(out var capture))
            capture.Take(value);
        else
            scope.Output += value.Size * scope.Work.Times;
        NoticeOutput();
    }

    // What a tag may trim away is not known here: such a text is one that was put together.
    private static JinjaValue DataOf(string text)
    {
        var whole = JinjaValue.From(text);
        if (text.Length == 0 || !(JinjaTexts.Spaces.Contains(text[0]) || JinjaTexts.Spaces.Contains(text[^1])))
            return whole;
        text = text.Trim(JinjaTexts.Spaces);
        return new()
        {
            Guess = text.Length <= JinjaValue.LongestText ? text : null,
            Traits = whole.Hidden | JinjaTraits.Made,
            Size = new(text.Length),
            Prefix = text[..Math.Min(text.Length, JinjaValue.LongestEnd)],
            Suffix = text[^Math.Min(text.Length, JinjaValue.LongestEnd)..],
        };
    }

    private bool ReadStatement(JinjaToken word)
    {
        switch (word.Value)
        {
            case "for":
                return ReadLoop();
            case "endfor":
                EndLoop();
                return true;
            case "set":
                return ReadSet();
            case "macro":
                return ReadMacro(word);
            case "endset" or "endmacro" or "endcall" or "endblock" or "endfilter":
                // A block may repeat its name at its end.
                _at = word.Value == "endblock" ? _end : _at;
                scope.Blocks.Leave();
                EndCapture();
                return true;
            case "with":
                scope.Blocks.Enter();
                return ReadWith();
            case "if":
                scope.Guards.Begin(tokens, _at, _end);
                return ReadCondition();
            case "elif":
                scope.Guards.Change(tokens, _at, _end);
                scope.Blocks.Leave();
                return ReadCondition();
            case "do":
                return ReadExpression() is not null;
            case "autoescape":
                scope.Blocks.Enter();
                return ReadExpression() is not null;
            case "filter":
                scope.Blocks.Enter();
                return BeginFilter(new(null) { Flows = true });
            case "call":
                return ReadCall();
            case "block":
                scope.Blocks.Enter(isApart: true);
                BeginBlock(_at < _end ? tokens[_at].Value : "");
                for (_at++; _at < _end && (tokens[_at].IsName("scoped") || tokens[_at].IsName("required")); _at++)
                {
                }

                return true;
            case "include" or "import" or "from" or "extends":
                scope.Notice(JinjaRules.OtherFile, $"has a tag '{word.Value}'", word.Offset);
                return ReadExpression() is not null && (_at = _end) > 0;
            case "else":
                scope.Guards.Change(tokens, _at, _at);
                Branch();
                scope.Blocks.Leave();
                scope.Blocks.Enter();
                return true;
            case "generation":
                scope.Blocks.Enter();
                return true;
            case "endif":
                scope.Guards.End();
                scope.Blocks.Leave();
                return true;
            case "endwith" or "endautoescape" or "endgeneration":
                scope.Blocks.Leave();
                return true;
            case "trans":
                // Names, with values or without.
                ReadRest();
                _at = _end;
                return true;
            case "break" or "continue" or "endtrans" or "pluralize" or "debug":
                return true;
            default:
                // A tag of an extension: whatever looks like an expression behind it is read.
                return false;
        }
    }

    private bool ReadSet()
    {
        var targets = ReadTargets(isLoop: false, out var isNested);
        if (targets.Count == 0)
            return false;
        if (_at >= _end || !tokens[_at].Is("="))
        {
            TemplateCapture capture = new(targets[0]);
            scope.Blocks.Enter();
            if (_at < _end)
                return tokens[_at++].Is("|") && BeginFilter(capture);
            _captures.Push(capture);
            return true;
        }

        _at++;
        if (ReadExpression() is not { } value)
            return false;
        for (var index = 0; index < targets.Count; index++)
            scope.Assign(targets[index], targets.Count == 1 && !isNested ? value : PartOf(value, index, targets.Count, isNested));
        return true;
    }

    // Names, or tuples of them as behind "set"; each has its value behind "=".
    private bool ReadWith()
    {
        while (_at < _end)
        {
            var targets = ReadTargets(isLoop: false, out var isNested);
            if (targets.Count == 0 || _at >= _end || !tokens[_at].Is("="))
                return false;
            _at++;
            if (ReadUpTo(FindParameterEnd()) is not { } value)
                return false;
            for (var index = 0; index < targets.Count; index++)
                scope.Define(targets[index], targets.Count == 1 && !isNested ? value : PartOf(value, index, targets.Count, isNested));
            foreach (var target in targets)
                scope.Resize(target, value.Size);
            if (_at < _end && tokens[_at].Is(","))
                _at++;
        }

        return true;
    }

    // A filter over a block takes what the block puts out, when it ends; by its name and arguments it is judged like any other.
    private bool BeginFilter(TemplateCapture capture)
    {
        capture.Filter.Add(new(JinjaTokenKind.Name, Captured, tokens[_at - 1].Offset));
        capture.Filter.Add(new(JinjaTokenKind.Operator, "|", tokens[_at - 1].Offset));
        for (; _at < _end; _at++)
        {
            // A block is a text, whose attributes are functions of Python: '{0.x}' with format reaches whatever it is called with.
            if (tokens[_at].IsName("attr"))
                scope.Danger("takes an attribute of the text of a block", tokens[_at].Offset);
            capture.Filter.Add(tokens[_at]);
        }

        _captures.Push(capture);
        return true;
    }

    private void EndCapture()
    {
        if (!_captures.TryPop(out var capture))
            return;
        scope.Work.Times /= capture.Times;
        if (capture.IsCalled)
            scope.Work.End();
        var value = capture.End();
        if (capture.Filter.Count > 0)
        {
            scope.Hold(Captured, value);
            var start = 0;
            value = new JinjaExpression(scope, capture.Filter, capture.Filter.Count).Read(ref start) ?? JinjaValue.Through(value);
        }

        scope.NoticeSize(value.Size, tokens[Math.Min(_at, tokens.Count - 1)].Offset);
        if (capture.Path is not null)
            scope.Assign(capture.Path, value);
        if (capture.Flows)
            PutOut(value);
    }

    private void Branch()
    {
        if (_captures.TryPeek(out var capture))
            capture.Branch();
    }

    // a, b and (a, b), ((a, b), c) and ns.a
    private List<string> ReadTargets(bool isLoop, out bool isNested)
    {
        isNested = false;
        List<string> targets = [];
        for (; _at < _end; _at++)
        {
            var token = tokens[_at];
            isNested |= token.Is("(");
            if (token.Kind == JinjaTokenKind.Name && !(isLoop && token.IsName("in")))
            {
                if (targets.Count > 0 && tokens[_at - 1].Is("."))
                    targets[^1] += "." + token.Value;
                else
                    targets.Add(token.Value);
            }
            else if (!(token.Is(",") || token.Is(".") || token.Is("(") || token.Is(")")))
            {
                break;
            }
        }

        return targets;
    }

    // No name that a template can write.
    private const string Captured = " captured";
    private const long MostRounds = 10_000_000;
}
