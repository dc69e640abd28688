namespace Precinto.Formats.Jinja;

/// <summary>An open bracket of an expression: operands and operators that stand in it, and the elements that commas have ended.</summary>
internal sealed class JinjaFrame(JinjaBracket kind)
{
    public JinjaBracket Kind => kind;

    public JinjaValue? Subject { get; init; }

    public string? Name { get; init; }

    public int Offset { get; init; }

    public Stack<JinjaValue> Operands { get; } = [];

    public Stack<(string Symbol, int Offset)> Operators { get; } = [];

    public List<JinjaValue> Items { get; } = [];

    public List<JinjaValue> Members { get; } = [];

    public List<KeyValuePair<string, JinjaValue>> Named { get; } = [];

    public List<JinjaValue?> Slice { get; } = [];

    public string? Keyword { get; set; }

    /// <summary>One or two stars before the argument: the elements of a list, or of a mapping, each as an argument.</summary>
    public string? Star { get; set; }

    public bool HasComma { get; set; }

    public bool IsValue { get; set; }

    public void Push(string symbol, int offset, JinjaScope scope)
    {
        Reduce(JinjaOperators.RankOf(symbol), scope, symbol == "else");
        Operators.Push((symbol, offset));
    }

    public void Reduce(int rank, JinjaScope scope, bool isElse = false)
    {
        while (Operators.TryPeek(out var top) && JinjaOperators.RankOf(top.Symbol) >= rank)
        {
            Operators.Pop();
            var right = Operands.Pop();
            var symbol = isElse && top.Symbol == "if" ? "if else" : top.Symbol;
            Operands.Push(symbol is "not" or "unary" or "plus" ? JinjaOperators.Unary(symbol, right) : JinjaOperators.Binary(scope, symbol, Operands.Pop(), right, top.Offset));
        }
    }

    public void EndItem(JinjaScope scope)
    {
        Reduce(0, scope);
        var value = Operands.Pop();
        if (Star is not null)
            Spread(value);
        else if (Keyword is not null)
            Named.Add(new(Keyword, value));
        else if (kind == JinjaBracket.Mapping && IsValue)
            Members.Add(value);
        else
            Items.Add(value);
        (Keyword, Star) = (null, null);
        IsValue = false;
    }

    // Of arguments that are not known, one stands for all: what takes a name takes one that is computed.
    private void Spread(JinjaValue value)
    {
        if (Star == "**" && value is { Items: { } keys, Members: { } members } && keys.All(key => key.Text is not null))
            Named.AddRange(keys.Zip(members, (key, member) => KeyValuePair.Create(key.Text!, member)));
        else if (Star == "*" && value.Items is { } items)
            Items.AddRange(items);
        else
            Items.Add(new() { Traits = JinjaValue.Through(JinjaCalls.Leaves(value)).Traits, Picks = 1, IsSpread = true });
    }
}
