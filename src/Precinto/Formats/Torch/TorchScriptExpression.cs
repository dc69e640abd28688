using System.Globalization;

namespace Precinto.Formats.Torch;

/// <summary>Computes the size of what an expression of TorchScript makes, by precedence and without recursion.</summary>
/// <param name="find">The value of a name, or of a field as <c>self.x</c>.</param>
/// <param name="call">What a call makes, given what is called and with what.</param>
/// <param name="hold">Sees the size of every result.</param>
internal sealed class TorchScriptExpression(Func<string, TorchScriptValue> find, Func<TorchScriptValue, List<TorchScriptValue>, TorchScriptValue> call, Action<double> hold)
{
    private readonly Stack<TorchScriptValue> _values = new();
    private readonly Stack<Open> _open = new();

    public TorchScriptValue Evaluate(ReadOnlySpan<TorchScriptToken> tokens)
    {
        _values.Clear();
        _open.Clear();
        var isBehindValue = false;
        for (var index = 0; index < tokens.Length; index++)
        {
            var (kind, text) = tokens[index];
            if (kind == TorchScriptTokenKind.Sign)
            {
                isBehindValue = Take(text, tokens, ref index, isBehindValue);
                continue;
            }

            if (kind == TorchScriptTokenKind.Name && text is "and" or "or" or "not" or "in" or "is" or "if" or "else" or "for" or "lambda")
            {
                Operate(",");
                isBehindValue = false;
                continue;
            }

            Push(kind switch
            {
                TorchScriptTokenKind.Number => NumberOf(text),
                TorchScriptTokenKind.Text => TorchScriptValue.Text(text.Length),
                _ => find(text) with { Path = text },
            });
            isBehindValue = true;
        }

        while (_open.Count > 0)
            Close();
        return _values.TryPeek(out var last) ? last : TorchScriptValue.Unknown;
    }

    private bool Take(string sign, ReadOnlySpan<TorchScriptToken> tokens, ref int index, bool isBehindValue)
    {
        switch (sign)
        {
            case "(" or "[" or "{":
                _open.Push(new(isBehindValue ? sign + "." : sign, _values.Count, 0));
                return false;
            case ")" or "]" or "}":
                Close();
                return true;
            case "." when isBehindValue && index + 1 < tokens.Length && tokens[index + 1].Kind == TorchScriptTokenKind.Name:
                var owner = Pop();
                var path = $"{(owner.Path.Length < LongestPath ? owner.Path : "")}.{tokens[++index].Text}";
                // A method keeps what it is of; a field has a value of its own.
                var field = find(path);
                Push((field.Kind == TorchScriptKind.Unknown ? owner : field) with { Path = path });
                return true;
            default:
                if (isBehindValue || sign == ",")
                    Operate(sign);
                return false;
        }
    }

    private static TorchScriptValue NumberOf(string text) => double.TryParse(text.TrimEnd('j', 'J', 'l', 'L'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? TorchScriptValue.Of(number)
        : text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && ulong.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var whole) ? TorchScriptValue.Of(whole) : TorchScriptValue.Unknown;

    // A sign in front of a value is left out: what is negative makes nothing.
    private void Operate(string sign)
    {
        var strength = sign switch { "**" => 6, "*" or "/" or "//" or "%" or "@" => 5, "+" or "-" => 4, "<<" or ">>" => 3, "&" or "|" or "^" => 2, _ => 1 };
        while (_open.TryPeek(out var open) && open.Strength > 0 && (open.Strength > strength || (open.Strength == strength && sign != "**")))
            Apply(_open.Pop().Sign);
        if (sign != ",")
            _open.Push(new(sign, 0, strength));
    }

    private void Apply(string sign)
    {
        var right = Pop();
        var left = Pop();
        Push(TorchScriptValue.Operate(sign, left, right) ?? TorchScriptValue.Unknown);
    }

    private void Close()
    {
        while (_open.TryPeek(out var inner) && inner.Strength > 0)
            Apply(_open.Pop().Sign);
        if (!_open.TryPop(out var open))
            return;

        List<TorchScriptValue> given = [];
        while (_values.Count > open.Values)
            given.Add(Pop());
        given.Reverse();
        Push(open.Sign switch
        {
            "(" when given is [var only] => only,
            "(." => call(Pop(), given),
            "[." => Element(Pop(), given),
            _ => TorchScriptValue.List(given),
        });
    }

    private static TorchScriptValue Element(TorchScriptValue list, List<TorchScriptValue> index) =>
        list is { Kind: TorchScriptKind.List, Value.Numbers: { } numbers } && index is [{ Number: { } at }] && at >= 0 && at < numbers.Length ? TorchScriptValue.Of(numbers[(int)at])
        : list.Kind is TorchScriptKind.Text or TorchScriptKind.Tensor ? list with { Path = "" } : TorchScriptValue.Unknown;

    private void Push(TorchScriptValue value)
    {
        hold(Math.Max(value.Count, value.Total));
        _values.Push(value);
    }

    private TorchScriptValue Pop() => _values.TryPop(out var value) ? value : TorchScriptValue.Unknown;

    private const int LongestPath = 1_000;

    private readonly record struct Open(string Sign, int Values, int Strength);
}
