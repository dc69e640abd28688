namespace Precinto.Formats.Jinja;

/// <summary>How often what a template says is done: loops within loops, macros and blocks that call each other.</summary>
internal sealed class JinjaWork
{
    private readonly Dictionary<string, JinjaMacro> _blocks = new(StringComparer.Ordinal);
    private readonly Stack<JinjaMacro> _open = [];
    private JinjaMacro _whole = new("");

    /// <summary>How often the block of a call is done that is open, by the macro that is its caller.</summary>
    public double Times { get; set; } = 1;

    /// <summary>How often loops go round that are open.</summary>
    public double Rounds { get; set; } = 1;

    public void Restart()
    {
        _blocks.Clear();
        _open.Clear();
        _whole = new("");
        (Times, Rounds) = (1, 1);
    }

    public JinjaMacro Block(string name)
    {
        if (!_blocks.TryGetValue(name, out var block))
            _blocks[name] = block = new(name);
        return block;
    }

    public void Begin(JinjaMacro macro) => _open.Push(macro);

    public void End() => _open.TryPop(out _);

    /// <summary>Notes that a macro or a block is called where the reading stands.</summary>
    public void Call(JinjaMacro called)
    {
        var caller = _open.TryPeek(out var macro) ? macro : _whole;
        caller.Calls[called] = caller.Calls.GetValueOrDefault(called) + (Rounds * Times);
    }

    /// <summary>Notes that what is open does something as often as its loops go round.</summary>
    public void Loop()
    {
        var macro = _open.TryPeek(out var open) ? open : _whole;
        macro.Weight = Math.Max(macro.Weight, Rounds * Times);
    }

    /// <summary>Notes that a macro calls the block of whoever calls it.</summary>
    public void CallCaller()
    {
        if (_open.TryPeek(out var macro))
            macro.CallerCalls += Rounds;
    }

    /// <summary>What all comes to. What calls itself does so as often as the conversation has it, which is not known: once.</summary>
    public double Total()
    {
        Dictionary<JinjaMacro, double> totals = new(ReferenceEqualityComparer.Instance);
        HashSet<JinjaMacro> begun = new(ReferenceEqualityComparer.Instance);
        Stack<JinjaMacro> open = new([_whole]);
        while (open.TryPeek(out var macro))
        {
            if (begun.Add(macro))
            {
                foreach (var called in macro.Calls.Keys.Where(called => !begun.Contains(called)))
                    open.Push(called);
                continue;
            }

            open.Pop();
            if (!totals.ContainsKey(macro))
                totals[macro] = macro.Weight + macro.Calls.Sum(call => call.Value * totals.GetValueOrDefault(call.Key, 1));
        }

        return totals[_whole];
    }
}
