namespace Precinto.Formats.Jinja;

/// <summary>Walks through the tags of a template in their order: what is set, looped over, included and put out.</summary>
internal sealed class TemplateReader(JinjaScope scope, IReadOnlyList<JinjaToken> tokens)
{
    // Blocks whose output becomes a value: {% set x %}…{% endset %}, {% macro x() %}…{% endmacro %}.
    private readonly Stack<Capture> _captures = [];
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

    private JinjaValue? ReadExpression() => new JinjaExpression(scope, tokens, _end).Read(ref _at);

    private void PutOut(JinjaValue value)
    {
        if (_captures.TryPeek(out var capture))
            capture.Take(value);
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
                scope.Loops.TryPop(out _);
                scope.Blocks.Leave();
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
                Branch();
                var isRead = ReadExpression() is not null;
                scope.Blocks.Enter();
                return isRead;
            case "elif":
                Branch();
                scope.Blocks.Leave();
                goto case "if";
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
                _captures.Push(new(_at < _end ? $"self.{tokens[_at].Value}()" : null) { Flows = true });
                for (_at++; _at < _end && (tokens[_at].IsName("scoped") || tokens[_at].IsName("required")); _at++)
                {
                }

                return true;
            case "include" or "import" or "from" or "extends":
                scope.Notice(JinjaRules.OtherFile, $"has a tag '{word.Value}'", word.Offset);
                return ReadExpression() is not null && (_at = _end) > 0;
            case "else":
                Branch();
                scope.Blocks.Leave();
                scope.Blocks.Enter();
                return true;
            case "generation":
                scope.Blocks.Enter();
                return true;
            case "endif" or "endwith" or "endautoescape" or "endgeneration":
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

    private bool ReadLoop()
    {
        Branch();
        var targets = ReadTargets(isLoop: true, out var isNested);
        if (targets.Count == 0 || _at >= _end || !tokens[_at].IsName("in"))
            return false;
        _at++;
        if (ReadExpression() is not { } list)
            return false;

        IReadOnlyList<JinjaValue> elements = list is { Items: { } keys, Members: not null } ? keys : [.. list.Each.Select(one => one.Element).SelectMany(element => element.Each)];
        scope.Blocks.Enter();
        for (var index = 0; index < targets.Count; index++)
        {
            scope.Define(targets[index], targets.Count == 1 && !isNested ? JinjaValue.AnyOf(elements)
                : JinjaValue.AnyOf(elements.Select(element => PartOf(element, index, targets.Count, isNested))));
        }

        var rounds = Math.Max(1, list.Rounds ?? list.Items?.Count ?? 1);
        var around = scope.Loops.TryPeek(out var outer) ? outer.Rounds : 1;
        var all = (Int128)rounds * around;
        if (all > MostRounds && list.Rounds is not null)
            scope.Notice(JinjaRules.Costly, $"goes round {all} times in loops within loops", tokens[_end - 1].Offset);
        scope.Set(JinjaCalls.Looped, JinjaValue.AnyOf(elements));
        scope.Loops.Push((targets, JinjaValue.AnyOf(elements), (long)Int128.Min(all, long.MaxValue)));
        if (_at < _end && tokens[_at].IsName("recursive"))
            _at++;
        return true;
    }

    // The value for one of several names: its place is known where nothing is nested and as many stand there. Of a text, each is a letter.
    private static JinjaValue PartOf(JinjaValue value, int index, int count, bool isNested) =>
        !isNested && value is { Items: { } items, Members: null } && items.Count == count ? items[index]
            : JinjaValue.AnyOf(JinjaCalls.Leaves(value).Select(leaf => leaf.Likely is null ? leaf : JinjaValue.Through(leaf)));

    private bool ReadSet()
    {
        var targets = ReadTargets(isLoop: false, out var isNested);
        if (targets.Count == 0)
            return false;
        if (_at >= _end || !tokens[_at].Is("="))
        {
            Capture capture = new(targets[0]);
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

    private bool ReadMacro(JinjaToken word)
    {
        if (_at >= _end || tokens[_at].Kind != JinjaTokenKind.Name)
            return false;
        var name = tokens[_at++].Value;
        var macro = scope.MacroAt(word.Offset, name + "()");
        scope.Define(name, new() { Macro = macro, Traits = JinjaTraits.Root });
        _captures.Push(new(macro.Output));
        scope.Blocks.Enter();
        return ReadParameters(macro, isMacro: true);
    }

    private bool ReadCall()
    {
        if (_at < _end && tokens[_at].Is("(") && !ReadParameters(scope.Caller, isMacro: false))
            return false;
        if (ReadExpression() is not { } value)
            return false;
        PutOut(value);
        _captures.Push(new(scope.Caller.Output));
        scope.Blocks.Enter();
        return true;
    }

    // (a, b='default'): defaults are what the names may stand for.
    private bool ReadParameters(JinjaMacro macro, bool isMacro)
    {
        if (_at >= _end || !tokens[_at].Is("("))
            return false;
        _at++;
        for (var index = 0; _at < _end && !tokens[_at].Is(")"); index++)
        {
            var name = tokens[_at++];
            if (_at >= _end || name.Kind != JinjaTokenKind.Name)
                return false;
            if (index >= macro.Parameters.Count)
                macro.Parameters.Add(name.Value);
            else if (macro.Parameters[index] != name.Value)
                // Another block of a call has another name in this place: one stands for the other.
                scope.Set(name.Value, scope.Find(macro.Parameters[index]));
            if (tokens[_at].Is("="))
            {
                _at++;
                macro.Optional.Add(name.Value);
                if (ReadUpTo(FindParameterEnd()) is not { } value)
                    return false;
                scope.Set(name.Value, value);
            }

            if (isMacro)
                scope.Blocks.Set(name.Value);

            if (_at < _end && tokens[_at].Is(","))
                _at++;
        }

        return _at++ < _end;
    }

    private JinjaValue? ReadUpTo(int close)
    {
        var value = new JinjaExpression(scope, tokens, close).Read(ref _at);
        return _at == close ? value : null;
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
            if (ReadUpTo(FindParameterEnd()) is not { } value)
                return false;
            scope.Define(name, value);
            if (_at < _end && tokens[_at].Is(","))
                _at++;
        }

        return true;
    }

    // A filter over a block takes what the block puts out, when it ends; by its name and arguments it is judged like any other.
    private bool BeginFilter(Capture capture)
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
        var value = capture.End();
        if (capture.Filter.Count > 0)
        {
            scope.Hold(Captured, value);
            var start = 0;
            value = new JinjaExpression(scope, capture.Filter, capture.Filter.Count).Read(ref start) ?? JinjaValue.Through(value);
        }

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

    /// <summary>What a block puts out, which becomes a value.</summary>
    private sealed class Capture(string? path)
    {
        private JinjaValue _value = JinjaValue.From("");
        private bool _hasBranches;

        public string? Path => path;

        /// <summary>Whether the output stays where it is, too.</summary>
        public bool Flows { get; init; }

        public List<JinjaToken> Filter { get; } = [];

        public void Take(JinjaValue value) => _value = JinjaOperators.Concatenate(_value, value);

        // Which pieces follow each other is not known any more.
        public void Branch() => _hasBranches = true;

        public JinjaValue End() => _hasBranches && _value.Hidden != JinjaTraits.None ? new() { Traits = _value.Hidden | JinjaTraits.Made } : _hasBranches ? JinjaValue.Through(_value) : _value;
    }
}
