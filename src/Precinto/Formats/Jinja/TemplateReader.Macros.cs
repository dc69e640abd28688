namespace Precinto.Formats.Jinja;

// Macros, blocks and calls: what their parameters are called, and what they stand for where none is given.
internal sealed partial class TemplateReader
{
    private bool ReadMacro(JinjaToken word)
    {
        if (_at >= _end || tokens[_at].Kind != JinjaTokenKind.Name)
            return false;
        var name = tokens[_at++].Value;
        var macro = scope.MacroAt(word.Offset, name + "()");
        scope.Define(name, new() { Macro = macro, Traits = JinjaTraits.Root });
        scope.Work.Begin(macro);
        _captures.Push(new(macro.Output) { IsCalled = true });
        scope.Blocks.Enter();
        return ReadParameters(macro, isMacro: true);
    }

    private bool ReadCondition()
    {
        Branch();
        var isRead = ReadExpression() is not null;
        scope.Blocks.Enter();
        return isRead;
    }

    private void BeginBlock(string name)
    {
        var block = scope.Work.Block(name);
        scope.Work.Call(block);
        scope.Work.Begin(block);
        _captures.Push(new(name.Length > 0 ? $"self.{name}()" : null) { Flows = true, IsCalled = true });
    }

    private bool ReadCall()
    {
        if (_at < _end && tokens[_at].Is("(") && !ReadParameters(scope.Caller, isMacro: false))
            return false;
        var called = _at < _end ? scope.Find(tokens[_at].Value).Macro : null;
        if (ReadExpression() is not { } value)
            return false;
        PutOut(value);
        // As often as the macro asks for it.
        var times = Math.Max(1, called?.CallerCalls ?? 1);
        scope.Work.Times *= times;
        scope.Work.Loop();
        if (scope.Work.Rounds * scope.Work.Times > MostRounds)
            scope.Notice(JinjaRules.Costly, $"has a block done more than {MostRounds} times", tokens[_end - 1].Offset);
        _captures.Push(new(scope.Caller.Output) { Times = times });
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
            scope.Resize(name.Value, JinjaSize.Argument);
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
                scope.Resize(name.Value, JinjaSize.Argument + value.Size);
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
}
