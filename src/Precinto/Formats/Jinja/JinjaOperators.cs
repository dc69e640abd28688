namespace Precinto.Formats.Jinja;

/// <summary>Jinja's operators on what is known of their operands, and how tightly each binds.</summary>
internal static class JinjaOperators
{
    public static int RankOf(string symbol) => symbol switch
    {
        "if" or "else" => 1,
        "or" => 2,
        "and" => 3,
        "not" => 4,
        "in" or "==" or "!=" or "<" or ">" or "<=" or ">=" => 5,
        "+" or "-" => 6,
        "~" => 7,
        "*" or "/" or "//" or "%" => 8,
        "**" => 9,
        // Before a power, unlike in Python, and before filters, but behind attributes and calls (parse_unary in jinja2/parser.py).
        "unary" or "plus" => 10,
        _ => 11,
    };

    public static JinjaValue Unary(string symbol, JinjaValue value) => symbol switch
    {
        "unary" when value.Number is { } number && number != long.MinValue => JinjaValue.From(-number),
        "plus" when value.Number is { } number => JinjaValue.From(number),
        _ => JinjaValue.Quantity,
    };

    public static JinjaValue Binary(JinjaScope scope, string symbol, JinjaValue left, JinjaValue right, int offset)
    {
        switch (symbol)
        {
            case "~":
                return Concatenate(left, right);
            case "+" when left is { Items: { } first, Members: null } && right is { Items: { } second, Members: null } && scope.CanSpend(first.Count + second.Count):
                return JinjaValue.List([.. first, .. second], left.IsTuple ? null : scope.SpaceAt(offset), left.IsTuple);
            case "+" or "*" when left.Each.Any(one => one.HasElements) || right.Each.Any(one => one.HasElements):
                NoticeRepetition(scope, symbol == "*" ? left.Number ?? left.Rounds ?? right.Number ?? right.Rounds : null, offset);
                return JinjaValue.List([.. left.Each.Concat(right.Each).Where(one => !one.IsNumeric).Select(one => one.Element)]).Endless(false, scope.SpaceAt(offset))
                    .Sized((left.Size + right.Size) * (symbol == "+" ? 1 : Times(left.IsNumeric ? left : right)));
            case "+" when left.Each.Any(MayBeText) || right.Each.Any(MayBeText):
                return Concatenate(left, right);
            case "*" when left.Each.Any(MayBeText) || right.Each.Any(MayBeText):
                return Repeat(scope, left, right, offset);
            case "%" when left.Each.Any(one => one.IsTextual):
                JinjaCost.NoticeWidths(scope, left, right.Items ?? [right], offset);
                return JinjaTexts.FormatPercent(left, right is { IsTuple: true, Items: { } values } ? values : [right]);
            case "+" or "-" or "*" or "/" or "//" or "%" or "**":
                return Compute(scope, symbol, left, right, offset);
            // The value if the condition holds; where no "else" follows, nothing if it does not.
            case "if":
                return JinjaValue.Either(left, JinjaValue.Unknown);
            case "if else":
                return left;
            case "else" or "or" or "and":
                return JinjaValue.Either(left, right).Sized(JinjaSize.Max(left.Size, right.Size));
            default:
                return JinjaValue.Quantity;
        }
    }

    public static JinjaValue Concatenate(JinjaValue left, JinjaValue right)
    {
        if (left.Constant is { } first && right.Constant is { } second && first.Length + second.Length <= JinjaValue.LongestText)
            return JinjaValue.From(first + second);
        if ((left.Constant ?? left.Guess) is { } start && (right.Constant ?? right.Guess) is { } end && start.Length + end.Length <= JinjaValue.LongestText)
            return JinjaValue.Guessed(start + end, left, right);

        // An underscore at the seam makes two.
        var seam = left.Each.Any(one => SuffixOf(one).EndsWith('_')) && right.Each.Any(one => PrefixOf(one).StartsWith('_'));
        return new()
        {
            Traits = JinjaTraits.Made | TraitsOf(left) | TraitsOf(right) | (seam ? JinjaTraits.Dunder : JinjaTraits.None),
            Size = left.Size + right.Size,
            Prefix = Cut(left.Constant is { } begins ? begins + PrefixOf(right) : left.Prefix, fromEnd: false),
            Suffix = Cut(right.Constant is { } ends ? SuffixOf(left) + ends : right.Suffix, fromEnd: true),
            Picks = Math.Max(left.Picks, right.Picks),
        };
    }

    /// <summary>A text that is made of values.</summary>
    public static JinjaValue Assemble(params IEnumerable<JinjaValue> pieces)
    {
        var traits = JinjaTraits.Made;
        foreach (var piece in pieces)
            traits |= TraitsOf(piece);
        return new() { Traits = traits, Size = JinjaSize.Sum(pieces) };
    }

    private static bool MayBeText(JinjaValue value) => value.IsTextual || value.Hidden != JinjaTraits.None;

    // Numbers from here on are known, or some number.
    private static JinjaValue Compute(JinjaScope scope, string symbol, JinjaValue left, JinjaValue right, int offset)
    {
        if (left.Number is not { } one || right.Number is not { } other)
        {
            // A text may be repeated, and formatted, by a number.
            var (isLeft, isRight) = (left.Each.All(value => value.IsNumeric), right.Each.All(value => value.IsNumeric));
            return Sized(symbol, left, right, symbol switch { "*" => isLeft && isRight, "%" => isLeft, _ => isLeft || isRight } ? JinjaValue.Quantity : JinjaValue.Through(left, right));
        }

        if (symbol == "**")
        {
            if (other > LargestExponent && one is < -1 or > 1)
                scope.Notice(JinjaRules.Costly, $"raises a number to the power {other}", offset);
            Int128? power = other is >= 0 and < 64 ? 1 : null;
            for (var count = 0; count < other && power is not null; count++)
                power = Int128.Abs(power.Value) > long.MaxValue ? null : power * one;
            return Sized(symbol, left, right, Known(power));
        }

        Int128? result = symbol switch
        {
            "+" => (Int128)one + other,
            "-" => (Int128)one - other,
            "*" => (Int128)one * other,
            "//" when other > 0 && one >= 0 => one / other,
            "%" when other > 0 && one >= 0 => one % other,
            _ => null,
        };
        return Sized(symbol, left, right, Known(result));
    }

    // Python's numbers have as many digits as it takes; lists that are not known are added.
    private static JinjaValue Sized(string symbol, JinjaValue left, JinjaValue right, JinjaValue result) => result.Number is not null ? result : result.Sized(symbol switch
    {
        "**" => left.Size * Math.Max(1, right.Number ?? 1),
        "*" => (left.Size + right.Size) * (left.IsNumeric ? right.IsNumeric ? 1 : Times(left) : Times(right)),
        _ => left.Size + right.Size,
    });

    private static double Times(JinjaValue number) => Math.Max(1, number.Number ?? number.Rounds ?? 1);

    private static JinjaValue Known(Int128? number) =>
        number is { } known && known >= long.MinValue && known <= long.MaxValue ? JinjaValue.From((long)known) : JinjaValue.Quantity;

    private static JinjaValue Repeat(JinjaScope scope, JinjaValue left, JinjaValue right, int offset)
    {
        var (text, count) = left.Number is null && !(left.IsNumeric && left.Rounds is not null) ? (left, right.Number ?? right.Rounds) : (right, left.Number ?? left.Rounds);
        NoticeRepetition(scope, count, offset);
        if (text.Text is not null && count <= 0)
            return JinjaValue.From("");
        if (text.Text is { } piece && count is { } times && times <= JinjaValue.LongestText && piece.Length * times <= JinjaValue.LongestText)
            return JinjaValue.From(string.Concat(Enumerable.Repeat(piece, (int)times)));

        // Whatever is repeated may meet itself.
        var made = Concatenate(text, text);
        return new() { Traits = made.Traits, Size = text.Size * Math.Max(1, count ?? 1) };
    }

    private static void NoticeRepetition(JinjaScope scope, long? count, int offset)
    {
        if (count > LargestRepetition)
            scope.Notice(JinjaRules.Costly, $"repeats a text {count} times", offset);
    }

    private static JinjaTraits TraitsOf(JinjaValue value)
    {
        var traits = value.Hidden;
        foreach (var one in value.Each)
            traits |= one.IsObject ? JinjaTraits.Obscure : JinjaTraits.None;
        return traits;
    }

    private static string PrefixOf(JinjaValue value) => value.Constant ?? value.Prefix;

    private static string SuffixOf(JinjaValue value) => value.Constant ?? value.Suffix;

    private static string Cut(string text, bool fromEnd) => text.Length <= JinjaValue.LongestEnd ? text : fromEnd ? text[^JinjaValue.LongestEnd..] : text[..JinjaValue.LongestEnd];

    private const long LargestExponent = 100_000;
    private const long LargestRepetition = 1_000_000;
}
