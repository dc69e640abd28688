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
        "unary" => 9,
        "**" => 10,
        _ => 11,
    };

    public static JinjaValue Unary(string symbol, JinjaValue value) => symbol == "unary" && value.Number is { } number && number != long.MinValue ? JinjaValue.From(-number) : JinjaValue.Quantity;

    public static JinjaValue Binary(JinjaScope scope, string symbol, JinjaValue left, JinjaValue right, int offset)
    {
        switch (symbol)
        {
            case "~":
                return Concatenate(left, right);
            case "+" when left is { Items: { } first, Members: null } && right is { Items: { } second, Members: null } && first.Count + second.Count <= JinjaValue.LongestText:
                return JinjaValue.List([.. first, .. second]);
            case "+" when left.Each.Any(MayBeText) || right.Each.Any(MayBeText):
                return Concatenate(left, right);
            case "*" when left.Each.Any(MayBeText) || right.Each.Any(MayBeText):
                return Repeat(scope, left, right, offset);
            case "%" when left.Each.Any(one => one.IsTextual):
                JinjaCost.NoticeWidths(scope, left, right.Items ?? [right], offset);
                return JinjaTexts.FormatPercent(left, right.Items is { } values && right.Members is null ? values : [right]);
            case "+" or "-" or "*" or "/" or "//" or "%" or "**":
                return Compute(scope, symbol, left, right, offset);
            // The value if the condition holds, or the value of the other branch.
            case "if":
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

        // An underscore at the seam makes two.
        var seam = left.Each.Any(one => SuffixOf(one).EndsWith('_')) && right.Each.Any(one => PrefixOf(one).StartsWith('_'));
        return new()
        {
            Traits = JinjaTraits.Made | TraitsOf(left) | TraitsOf(right) | (seam ? JinjaTraits.Dunder : JinjaTraits.None),
            Size = left.Size + right.Size,
            Prefix = Cut(left.Constant is { } start ? start + PrefixOf(right) : left.Prefix, fromEnd: false),
            Suffix = Cut(right.Constant is { } end ? SuffixOf(left) + end : right.Suffix, fromEnd: true),
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
            return Sized(symbol, left, right, left.Each.All(value => value.IsNumeric) || right.Each.All(value => value.IsNumeric) ? JinjaValue.Quantity : JinjaValue.Through(left, right));

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
        if (count > LargestRepetition)
            scope.Notice(JinjaRules.Costly, $"repeats a text {count} times", offset);
        if (text.Text is { } known && count <= 0)
            return JinjaValue.From("");
        if (text.Text is { } piece && count is { } times && times <= JinjaValue.LongestText && piece.Length * times <= JinjaValue.LongestText)
            return JinjaValue.From(string.Concat(Enumerable.Repeat(piece, (int)times)));

        // Whatever is repeated may meet itself.
        var made = Concatenate(text, text);
        return new() { Traits = made.Traits, Size = text.Size * Math.Max(1, count ?? 1) };
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
