using System.Globalization;

namespace Precinto.Formats.TorchExport;

/// <summary>
/// What an expression takes to evaluate. Loading has sympy compute powers of numbers digit by digit and expand powers of sums, so that a few letters never end:
/// <c>10**10**10</c>, <c>(s0+s1+s2+1)**2000</c>, <c>1e999999999</c>. Bounds are computed instead, by precedence and without recursion; a symbol counts as one.
/// </summary>
internal sealed class ExportedEffort
{
    private readonly Stack<Bound> _values = new();
    private readonly Stack<Open> _operators = new();
    private double _worst;

    /// <summary>Whether the numbers of an expression, or the terms that it has when it is multiplied out, are more than any size of a tensor has.</summary>
    public static bool IsEndless(string text) => new ExportedEffort().Measure(text) > MostEffort;

    private double Measure(string text)
    {
        string? name = null;
        var isBehindValue = false;
        for (var at = 0; at < text.Length && _worst <= MostEffort;)
        {
            var letter = text[at];
            if (letter == ' ')
            {
                at++;
                continue;
            }

            var start = at;
            if (char.IsAsciiDigit(letter) || (letter == '.' && !isBehindValue))
            {
                at = EndOfNumber(text, at);
                Push(NumberOf(text[start..at]));
                isBehindValue = true;
            }
            else if (char.IsAsciiLetter(letter) || letter == '_')
            {
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
                    at++;
                name = text[start..at];
                var isWord = name is "and" or "or" or "in" or "is" or "not";
                // What a guard asks of an input behind a dot is a value in its place.
                if (isWord)
                    Operate(",");
                else if (!isBehindValue || start == 0 || text[start - 1] != '.')
                    Push(One);
                isBehindValue = !isWord;
                continue;
            }
            else if (letter is '"' or '\'')
            {
                // A number in quotes is one to Float and Integer.
                var end = text.IndexOf(letter, at + 1);
                at = end < 0 ? text.Length : end + 1;
                Push(start + 1 < at && char.IsAsciiDigit(text[start + 1]) ? NumberOf(text[(start + 1)..at].TrimEnd(letter)) : One);
                isBehindValue = true;
            }
            else if (letter is '(' or '[')
            {
                // The name in front of it is no value of its own but what is called, or asked for an element.
                _operators.Push(new(letter == '(' && isBehindValue ? name ?? "" : isBehindValue ? "[]" : null, _values.Count - (isBehindValue ? 1 : 0), 0));
                if (isBehindValue)
                    Pop();
                at++;
                isBehindValue = false;
            }
            else if (letter is ')' or ']')
            {
                Close();
                at++;
                isBehindValue = true;
            }
            else
            {
                var isDouble = letter is '*' or '/' or '<' or '>' && at + 1 < text.Length && text[at + 1] == letter;
                var sign = text.Substring(at, isDouble ? 2 : 1);
                at += sign.Length;
                if (sign == ".")
                    continue;
                if (sign == "," || isBehindValue)
                    Operate(sign);
                isBehindValue = false;
            }

            name = null;
        }

        while (_operators.Count > 0)
            Close();
        return Math.Max(_worst, _values.Count > MostParts ? double.PositiveInfinity : 0);
    }

    // Python's number: what is beyond a double has as many digits as are written, or as its exponent says.
    private static Bound NumberOf(string text)
    {
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        var mark = plain.AsSpan().IndexOfAny('e', 'E');
        var exponent = mark < 0 ? 0 : double.TryParse(plain.AsSpan(mark + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var stated) ? Math.Abs(stated) : 0;
        var value = double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? double.PositiveInfinity : 1;
        return new(value, plain.Length + exponent, 1);
    }

    private static int EndOfNumber(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or '_' || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
            at++;
        return at;
    }

    // A sign in front of a value binds closer than what follows, and changes no bound: it is left out.
    private void Operate(string sign)
    {
        var strength = StrengthOf(sign);
        while (_operators.TryPeek(out var open) && open.Strength > 0 && (open.Strength > strength || (open.Strength == strength && sign != "**")))
            Apply(_operators.Pop().Name!);
        if (sign != ",")
            _operators.Push(new(sign, 0, strength));
    }

    private static int StrengthOf(string sign) => sign switch
    {
        "**" => 6,
        "*" or "/" or "//" or "%" => 5,
        "+" or "-" => 4,
        "<<" or ">>" => 3,
        "&" or "|" or "^" or "~" => 2,
        _ => 1,
    };

    private void Apply(string sign)
    {
        var right = Pop();
        var left = Pop();
        Push(sign switch
        {
            "**" => Power(left, right),
            "<<" => Product(left, Power(Two, right)),
            "*" => Product(left, right),
            "/" => right.Value == 0 ? left : new(left.Value / right.Value, left.Digits + right.Digits, left.Terms * right.Terms),
            "+" or "-" => new(Math.Abs(left.Value) + Math.Abs(right.Value), Math.Max(left.Digits, right.Digits) + 1, left.Terms + right.Terms),
            _ => Largest([left, right]),
        });
    }

    private void Close()
    {
        while (_operators.TryPeek(out var inner) && inner.Strength > 0)
            Apply(_operators.Pop().Name!);
        if (!_operators.TryPop(out var open))
            return;

        List<Bound> given = [];
        while (_values.Count > open.Values)
            given.Add(Pop());
        given.Reverse();
        Push(Call(open.Name, given));
    }

    private static Bound Call(string? name, List<Bound> given) => (name, given) switch
    {
        (_, []) => One,
        ("Pow" or "FloatPow" or "PowByNatural" or "pow", [var left, var right, ..]) => Power(left, right),
        ("LShift", [var left, var right, ..]) => Product(left, Power(Two, right)),
        ("exp" or "sinh" or "cosh" or "OpaqueUnaryFn_exp" or "OpaqueUnaryFn_sinh" or "OpaqueUnaryFn_cosh", [var only, ..]) => Power(Three, only),
        ("Mul", _) => given.Aggregate(Product),
        ("Add", _) => new(given.Sum(part => Math.Abs(part.Value)), given.Max(part => part.Digits) + given.Count, given.Sum(part => part.Terms)),
        ("Rational" or "IntTrueDiv" or "FloatTrueDiv" or "CleanDiv", [var left, { Value: not 0 } right]) => new(left.Value / right.Value, left.Digits + right.Digits, left.Terms * right.Terms),
        // Float's second argument is the precision that it is kept with.
        ("Float", [var only, var precision, ..]) => only with { Digits = Math.Max(only.Digits, precision.Value) },
        _ => Largest(given),
    };

    private static Bound Product(Bound left, Bound right) => new(left.Value * right.Value, left.Digits + right.Digits, left.Terms * right.Terms);

    // (n + t - 1 over n) terms when a sum of t is raised to n.
    private static Bound Power(Bound left, Bound right)
    {
        var exponent = Math.Abs(right.Value);
        if (!(exponent <= MostExponent))
            return new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        var terms = 1.0;
        if (left.Terms > 1)
        {
            for (var step = 1; step <= exponent; step++)
                terms *= (left.Terms - 1 + step) / step;
        }

        return new(Math.Pow(Math.Abs(left.Value), exponent), left.Digits * Math.Max(exponent, 1), Math.Max(terms, 1) * right.Terms);
    }

    private static Bound Largest(List<Bound> given) => new(given.Max(part => Math.Abs(part.Value)), given.Max(part => part.Digits), given.Max(part => part.Terms));

    private void Push(Bound value)
    {
        _values.Push(value);
        var effort = Math.Max(value.Digits, value.Terms);
        _worst = double.IsNaN(effort) ? double.PositiveInfinity : Math.Max(_worst, effort);
    }

    private Bound Pop() => _values.TryPop(out var value) ? value : One;

    private readonly record struct Bound(double Value, double Digits, double Terms);

    // A bracket with the name of what is called before it, or an operator that waits for its right side.
    private readonly record struct Open(string? Name, int Values, int Strength);

    private static readonly Bound One = new(1, 1, 1);
    private static readonly Bound Two = new(2, 1, 1);
    private static readonly Bound Three = new(3, 1, 1);

    // Honest sizes have numbers of 20 digits, and a few terms.
    private const double MostEffort = 4_000;
    private const double MostExponent = 1_000;
    private const int MostParts = 100_000;
}
