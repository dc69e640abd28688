using System.Globalization;
using System.Text;

namespace Precinto.Formats.Jinja;

/// <summary>
/// Follows an expression without recursion: operators by their rank, brackets on a stack of their own. Texts side by side are put
/// together, what is cut or rewritten is guessed (<see cref="JinjaValue.Guess"/>); what attributes are taken is told to the scope.
/// </summary>
internal sealed class JinjaExpression(JinjaScope scope, IReadOnlyList<JinjaToken> tokens, int end)
{
    private readonly Stack<JinjaFrame> _frames = [];
    private int _at;

    /// <summary>Reads from a token on, to the end of the tag or to what belongs to no expression.</summary>
    /// <returns>The value, or null where the expression is broken.</returns>
    public JinjaValue? Read(ref int at)
    {
        _at = at;
        _frames.Push(new(JinjaBracket.None));
        var expectsOperand = true;
        while (_frames.Count < DeepestNesting)
        {
            scope.Context.Cancellation.ThrowIfCancellationRequested();
            if (_at >= end)
            {
                at = _at;
                return Finish(expectsOperand);
            }

            var before = _frames.Count;
            var step = expectsOperand ? TakeOperand() : TakeOperator();
            if (step is null)
            {
                at = _at;
                // A word that no operator has ends the expression, as "recursive" does.
                return !expectsOperand && before == 1 ? Finish(expectsOperand) : null;
            }

            expectsOperand = step.Value;
        }

        // Python's own recursion ends long before, and so does the template.
        at = end;
        return null;
    }

    private JinjaToken Current => tokens[_at];

    private JinjaToken Following => _at + 1 < end ? tokens[_at + 1] : default;

    private JinjaValue? Finish(bool expectsOperand)
    {
        var frame = _frames.Peek();
        if (_frames.Count != 1 || (expectsOperand && !frame.HasComma))
            return null;
        if (!expectsOperand)
            frame.Reduce(0, scope);
        if (frame.HasComma && !expectsOperand)
            frame.Items.Add(frame.Operands.Pop());
        return frame.HasComma ? JinjaValue.List(frame.Items, isTuple: true) : frame.Operands.Pop();
    }

    // True where an operand is due next, false where an operator is, null where the expression is broken.
    private bool? TakeOperand()
    {
        var token = Current;
        var frame = _frames.Peek();
        switch (token.Kind)
        {
            case JinjaTokenKind.Text:
                frame.Operands.Push(ReadTexts());
                return false;
            case JinjaTokenKind.Number:
                _at++;
                frame.Operands.Push(NumberOf(token));
                return false;
            case JinjaTokenKind.Name:
                return TakeName(token, frame);
        }

        _at++;
        switch (token.Value)
        {
            case "(":
                _frames.Push(new(JinjaBracket.Group));
                return true;
            case "[":
                _frames.Push(new(JinjaBracket.List) { Offset = token.Offset });
                return true;
            case "{":
                _frames.Push(new(JinjaBracket.Mapping) { Offset = token.Offset });
                return true;
            case "-" or "+":
                frame.Operators.Push((token.Value == "-" ? "unary" : "plus", token.Offset));
                return true;
            case "*" or "**" when frame.Kind is JinjaBracket.Call or JinjaBracket.Filter or JinjaBracket.Test:
                frame.Star = token.Value;
                return true;
            case ":" when frame.Kind == JinjaBracket.Subscript:
                frame.Slice.Add(null);
                return true;
            case ")" or "]" or "}" when _frames.Count > 1:
                return Close(frame, isEmpty: true);
            default:
                return null;
        }
    }

    private static JinjaValue NumberOf(JinjaToken token) =>
        long.TryParse(token.Value.Replace("_", ""), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JinjaValue.From(number)
            : new() { Traits = JinjaTraits.Numeric, Rounds = double.TryParse(token.Value.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture, out var much) ? (long)Math.Min(much, long.MaxValue / 2) : null };

    // Texts that follow each other are one, as in Python.
    private JinjaValue ReadTexts()
    {
        var token = Current;
        StringBuilder text = new();
        var isReadable = true;
        var mentions = false;
        for (; _at < end && Current.Kind == JinjaTokenKind.Text; _at++)
        {
            text.Append(Current.Value);
            mentions |= JinjaNames.FindInner(Current.Value) is not null;
            isReadable &= !Current.IsUnreadable;
        }

        var value = text.ToString();
        if (!mentions && JinjaNames.FindInner(value) is { } special)
            scope.Danger($"takes '{special}' as a text", token.Offset);
        return isReadable ? JinjaValue.From(value) : new() { Traits = JinjaTraits.Made | JinjaTraits.Obscure };
    }

    private bool? TakeName(JinjaToken token, JinjaFrame frame)
    {
        _at++;
        // Behind an operator that binds tighter, it is the name of a variable.
        if (token.Value == "not" && !(frame.Operators.TryPeek(out var top) && JinjaOperators.RankOf(top.Symbol) > JinjaOperators.RankOf("not")))
        {
            frame.Operators.Push(("not", token.Offset));
            return true;
        }

        if (_at < end && Current.Is("=") && frame.Kind is JinjaBracket.Call or JinjaBracket.Filter or JinjaBracket.Test)
        {
            frame.Keyword = token.Value;
            _at++;
            return true;
        }

        frame.Operands.Push(token.Value switch
        {
            "true" or "True" => new() { Word = "True", Traits = JinjaTraits.Numeric },
            "false" or "False" => new() { Word = "False", Traits = JinjaTraits.Numeric },
            "none" or "None" => new() { Word = "None", Traits = JinjaTraits.Numeric },
            var name => scope.Read(name),
        });
        return false;
    }

    private bool? TakeOperator()
    {
        var token = Current;
        var frame = _frames.Peek();
        if (token.Kind == JinjaTokenKind.Name)
            return TakeWord(token, frame);
        if (token.Kind != JinjaTokenKind.Operator)
            return null;

        switch (token.Value)
        {
            case ".":
                return TakeAttribute(frame);
            case "[":
                _at++;
                _frames.Push(new(JinjaBracket.Subscript) { Subject = frame.Operands.Pop(), Offset = token.Offset });
                return true;
            case "(":
                _at++;
                _frames.Push(new(JinjaBracket.Call) { Subject = frame.Operands.Pop(), Offset = token.Offset });
                return true;
            case "|":
                return TakeFilter(frame);
            case ",":
                _at++;
                frame.EndItem(scope);
                frame.HasComma = true;
                return true;
            case ":" when frame.Kind is JinjaBracket.Mapping or JinjaBracket.Subscript:
                _at++;
                frame.Reduce(0, scope);
                if (frame.Kind == JinjaBracket.Mapping)
                    frame.Items.Add(frame.Operands.Pop());
                else
                    frame.Slice.Add(frame.Operands.Pop());
                frame.IsValue = true;
                return true;
            case ")" or "]" or "}" when _frames.Count > 1:
                _at++;
                return Close(frame, isEmpty: false);
            case "+" or "-" or "*" or "/" or "//" or "%" or "**" or "~" or "==" or "!=" or "<" or ">" or "<=" or ">=":
                _at++;
                frame.Push(token.Value, token.Offset, scope);
                return true;
            default:
                return null;
        }
    }

    private bool? TakeWord(JinjaToken token, JinjaFrame frame)
    {
        switch (token.Value)
        {
            case "and" or "or" or "in" or "if" or "else":
                _at++;
                frame.Push(token.Value, token.Offset, scope);
                return true;
            case "not" when Following.IsName("in"):
                _at += 2;
                frame.Push("in", token.Offset, scope);
                return true;
            case "is":
                _at++;
                return TakeTest(frame);
            default:
                return null;
        }
    }

    // A test may take one value without brackets: "is divisibleby 3". Any word is one but three (parse_test in jinja2/parser.py).
    private bool? TakeTest(JinjaFrame frame)
    {
        frame.Reduce(JinjaOperators.RankOf("unary"), scope);
        if (_at < end && Current.IsName("not"))
            _at++;
        if (_at >= end || Current.Kind != JinjaTokenKind.Name)
            return null;
        for (_at++; _at + 1 < end && Current.Is(".") && Following.Kind == JinjaTokenKind.Name; _at += 2)
        {
        }

        if (_at >= end)
            return false;
        if (Current.Is("("))
        {
            _at++;
            _frames.Push(new(JinjaBracket.Test) { Subject = frame.Operands.Pop() });
            return true;
        }

        var takesValue = Current.Kind is JinjaTokenKind.Text or JinjaTokenKind.Number || Current.Is("[") || Current.Is("{")
            || (Current.Kind == JinjaTokenKind.Name && Current.Value is not ("else" or "or" or "and"));
        if (takesValue)
            frame.Push("is", Current.Offset, scope);
        return takesValue;
    }

    private bool? TakeAttribute(JinjaFrame frame)
    {
        var name = Following;
        if (name.Kind is not (JinjaTokenKind.Name or JinjaTokenKind.Number))
            return null;
        _at += 2;
        var owner = frame.Operands.Pop();
        // A number behind a point is an index.
        frame.Operands.Push(name.Kind == JinjaTokenKind.Name ? JinjaCalls.Attribute(scope, owner, name.Value, name.Offset) : JinjaCalls.Element(scope, owner, NumberOf(name), name.Offset));
        return false;
    }

    private bool? TakeFilter(JinjaFrame frame)
    {
        var name = Following;
        if (name.Kind != JinjaTokenKind.Name)
            return null;
        _at += 2;
        while (_at + 1 < end && Current.Is(".") && Following.Kind == JinjaTokenKind.Name)
            _at += 2;
        // A sign binds tighter than a filter.
        frame.Reduce(JinjaOperators.RankOf("unary"), scope);
        var subject = frame.Operands.Pop();
        if (_at < end && Current.Is("("))
        {
            _at++;
            _frames.Push(new(JinjaBracket.Filter) { Subject = subject, Name = name.Value, Offset = name.Offset });
            return true;
        }

        frame.Operands.Push(JinjaFilters.Apply(scope, name.Value, subject, [], [], name.Offset));
        return false;
    }

    private bool? Close(JinjaFrame frame, bool isEmpty)
    {
        if (!isEmpty)
            frame.EndItem(scope);
        else if (frame.Operators.Count > 0 || frame.Keyword is not null)
            return null;
        _frames.Pop();
        JinjaValue? result = frame.Kind switch
        {
            JinjaBracket.Group => frame.Items.Count == 1 && !frame.HasComma ? frame.Items[0] : JinjaValue.List(frame.Items, isTuple: true),
            JinjaBracket.List => JinjaValue.List(frame.Items, scope.SpaceAt(frame.Offset)),
            JinjaBracket.Mapping => JinjaValue.Mapping(frame.Items, frame.Members, scope.SpaceAt(frame.Offset)),
            JinjaBracket.Subscript when frame.Slice.Count > 0 => JinjaCalls.Slice(scope, frame.Subject!, [.. frame.Slice, frame.Items.Count > 0 ? frame.Items[0] : null], frame.Offset),
            JinjaBracket.Subscript => JinjaCalls.Element(
                scope, frame.Subject!, frame.Items.Count == 1 && !frame.HasComma ? frame.Items[0] : JinjaValue.List(frame.Items, isTuple: true), frame.Offset),
            JinjaBracket.Call => JinjaCalls.Call(scope, frame.Subject!, frame.Items, frame.Named, frame.Offset),
            JinjaBracket.Filter => JinjaFilters.Apply(scope, frame.Name!, frame.Subject!, frame.Items, frame.Named, frame.Offset),
            JinjaBracket.Test => JinjaValue.Quantity,
            _ => null,
        };
        if (result is null)
            return null;
        _frames.Peek().Operands.Push(result);
        return false;
    }

    private const int DeepestNesting = 2_000;
}
