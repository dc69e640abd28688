using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// What of a TorchScript archive runs when it is loaded: the loader calls <c>__setstate__</c> of every object that has one, and that what it likes
/// (torch/csrc/jit/serialization/import.cpp). Those functions are followed with the sizes of what they make; branches are all taken, and a loop whose
/// end is not a constant is noticed.
/// </summary>
internal sealed class TorchScriptLoading(InspectionContext context)
{
    private readonly List<TorchScriptText> _texts = [];
    private readonly Dictionary<string, List<(TorchScriptText Text, int Position)>> _functions = new(StringComparer.Ordinal);
    private readonly Queue<(TorchScriptText Text, int Position, List<TorchScriptValue> Given)> _work = new();
    private readonly HashSet<(TorchScriptText, int)> _done = [];
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private Dictionary<string, TorchScriptValue> _values = new(StringComparer.Ordinal);
    private string _member = "";
    private long _length;
    private long _steps;

    /// <summary>Takes a source of the archive.</summary>
    public void Add(string member, ModelContent code)
    {
        if (code.Length > LargestCode - _length)
        {
            context.Add(InspectionRules.LimitReached, $"Has more than {LargestCode} bytes of code; what runs of '{Excerpt.Of(member)}' when the archive is loaded was not followed.");
            return;
        }

        _length += code.Length;
        _texts.Add(new(Encoding.Latin1.GetString(code.ToArray()), member));
    }

    public void Judge()
    {
        foreach (var text in _texts)
        {
            foreach (var (name, position) in text.Functions())
            {
                if (!_functions.TryGetValue(name, out var list))
                    _functions.Add(name, list = []);
                list.Add((text, position));
            }
        }

        foreach (var (text, position) in _functions.GetValueOrDefault("__setstate__", []))
        {
            Enqueue(text, position, []);
            while (_steps < MostSteps && _work.TryDequeue(out var next))
                Run(next.Text, next.Position, next.Given);
        }

        if (_steps >= MostSteps)
            Say("does more than any function of PyTorch does when it is loaded");
    }

    // A call that is told nothing does the same each time.
    private void Enqueue(TorchScriptText text, int position, List<TorchScriptValue> given)
    {
        if (given.TrueForAll(value => value.Kind == TorchScriptKind.Unknown) ? _done.Add((text, position)) : _work.Count < MostWaiting)
            _work.Enqueue((text, position, given));
        _steps++;
    }

    private void Run(TorchScriptText text, int position, List<TorchScriptValue> given)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        _member = text.Member;
        _values = new(StringComparer.Ordinal);
        var lines = text.Read(position);
        if (lines.Count == 0)
            return;

        Bind(lines[0].Tokens, given);
        TorchScriptExpression expression = new(name => _values.GetValueOrDefault(name, TorchScriptValue.Unknown), Call, Hold);
        Stack<(int Head, int End, double Left)> loops = new();
        for (var at = 1; at < lines.Count || loops.Count > 0;)
        {
            if (loops.TryPeek(out var loop) && at >= loop.End)
            {
                loops.Pop();
                if (loop.Left > 1)
                    loops.Push(loop with { Left = loop.Left - 1 });
                at = loop.Left > 1 ? loop.Head + 1 : loop.End;
                continue;
            }

            _steps += 1 + lines[at].Tokens.Length;
            if (_steps >= MostSteps)
                return;
            var times = Step(lines[at].Tokens, expression);
            if (times is not null)
            {
                var end = at + 1;
                while (end < lines.Count && lines[end].Indent > lines[at].Indent)
                    end++;
                if (times > 0 && end > at + 1)
                    loops.Push((at, end, times.Value));
                else
                    at = end - 1;
            }

            at++;
        }
    }

    // How often the lines below are run, where the line is a loop.
    private double? Step(TorchScriptToken[] tokens, TorchScriptExpression expression)
    {
        switch (tokens[0])
        {
            case { Kind: TorchScriptTokenKind.Name, Text: "while" }:
                Say("loops as long as a condition holds");
                expression.Evaluate(tokens.AsSpan(1));
                return 1;
            case { Kind: TorchScriptTokenKind.Name, Text: "for" }:
                var over = Array.FindIndex(tokens, token => token is { Kind: TorchScriptTokenKind.Name, Text: "in" });
                var list = over < 0 ? TorchScriptValue.Unknown : expression.Evaluate(tokens.AsSpan(over + 1, tokens.Length - over - (tokens[^1].Text == ":" ? 2 : 1)));
                if (list.Kind is TorchScriptKind.List or TorchScriptKind.Text && list.Count <= MostTurns)
                    return list.Count;
                Say("loops over more than a constant");
                return 1;
            case { Kind: TorchScriptTokenKind.Name, Text: "if" or "elif" or "return" or "assert" or "raise" or "del" }:
                expression.Evaluate(tokens.AsSpan(1));
                return null;
        }

        Assign(tokens, expression);
        return null;
    }

    // name = value, self.x: int = value, name += value; of several names none is known.
    private void Assign(TorchScriptToken[] tokens, TorchScriptExpression expression)
    {
        var depth = 0;
        var sign = Array.FindIndex(tokens, token =>
        {
            if (token.Kind != TorchScriptTokenKind.Sign)
                return false;
            depth += token.Text is "(" or "[" or "{" ? 1 : token.Text is ")" or "]" or "}" ? -1 : 0;
            return depth == 0 && (token.Text == "=" || (token.Text is [.., '='] && token.Text is not ("==" or "!=" or "<=" or ">=")));
        });
        if (sign <= 0)
        {
            expression.Evaluate(tokens);
            return;
        }

        var value = expression.Evaluate(tokens.AsSpan(sign + 1));
        var names = tokens.AsSpan(0, sign);
        var colon = names.IndexOf(new TorchScriptToken(TorchScriptTokenKind.Sign, ":"));
        var target = string.Concat(names[..(colon < 0 ? names.Length : colon)].ToArray().Where(token => token.Text is not ("(" or ")")).Select(token => token.Text));
        if (tokens[sign].Text != "=")
            value = TorchScriptValue.Operate(tokens[sign].Text[..^1], _values.GetValueOrDefault(target, TorchScriptValue.Unknown), value) ?? TorchScriptValue.Unknown;
        Hold(Math.Max(value.Count, value.Total));
        Set(target, value);
    }

    private void Set(string name, TorchScriptValue value)
    {
        if (_values.Count < MostNames || _values.ContainsKey(name))
            _values[name] = value;
    }

    private TorchScriptValue Call(TorchScriptValue callee, List<TorchScriptValue> given)
    {
        var name = callee.Path[(callee.Path.LastIndexOf('.') + 1)..];
        var isMethod = callee.Path.Contains('.', StringComparison.Ordinal) && !Array.Exists(Modules, module => callee.Path.StartsWith(module, StringComparison.Ordinal));
        if (isMethod)
            given = [callee with { Path = callee.Path[..callee.Path.LastIndexOf('.')] }, .. given];
        if (_functions.TryGetValue(name, out var functions))
        {
            foreach (var (text, position) in functions)
            {
                if (_steps < MostSteps)
                    Enqueue(text, position, given);
            }
        }

        var made = TorchScriptValue.Call(name, given);
        // A list that is added to is another one from there on.
        if (name == "extend" && given is [{ Path.Length: > 0 } list, ..])
            Set(list.Path, made);
        return made;
    }

    private void Bind(TorchScriptToken[] signature, List<TorchScriptValue> given)
    {
        var next = 0;
        for (var index = 1; index + 1 < signature.Length && next < given.Count; index++)
        {
            if (signature[index].Kind == TorchScriptTokenKind.Name && signature[index - 1].Text is "(" or "," && signature[index + 1].Text is ":" or "," or ")" or "=")
                Set(signature[index].Text, given[next++] with { Path = "" });
        }
    }

    private void Hold(double count)
    {
        if (count > KnownValue.MostValues)
            Say($"makes more than {KnownValue.MostValues} values");
    }

    private void Say(string what)
    {
        if (_said.Add(what))
            context.Add(TorchRules.Loading, $"The code in '{Excerpt.Of(_member)}' {what}.");
    }

    private static readonly string[] Modules = ["torch.", "ops.", "__torch__."];
    private const long LargestCode = 64 << 20;
    private const long MostSteps = 2_000_000;
    private const int MostWaiting = 100_000;
    private const int MostTurns = 10_000;
    private const int MostNames = 100_000;
}
