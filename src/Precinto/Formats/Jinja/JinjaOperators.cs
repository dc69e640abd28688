using System.Globalization;

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

    public static JinjaValue Unary(string symbol, JinjaValue value) =>
        symbol == "unary" && value.Number is { } number && number != long.MinValue ? JinjaValue.From(-number) : JinjaValue.Unknown;

    public static JinjaValue Binary(string symbol, JinjaValue left, JinjaValue right) => symbol switch
    {
        "~" => Concatenate(left, right),
        "+" when left.Items is { } first && right.Items is { } second => JinjaValue.List([.. first, .. second]),
        "+" when left.IsTextual || right.IsTextual || left.IsObscure || right.IsObscure => Concatenate(left, right),
        "+" when left.Number is { } one && right.Number is { } other => Sum(one, other),
        "-" when left.Number is { } one && right.Number is { } other and not long.MinValue => Sum(one, -other),
        "*" when (left.Text ?? right.Text) is { } text && (left.Number ?? right.Number) is { } count => Repeat(text, count),
        "*" when left.IsTextual || right.IsTextual => JinjaValue.Assemble(left, right, left, right),
        "%" when left.IsTextual => JinjaTexts.FormatPercent(left, right.Items ?? [right]),
        // The value if the condition holds, or the value of the other branch.
        "if" => left,
        "else" or "or" or "and" => JinjaValue.Either(left, right),
        _ => JinjaValue.Unknown,
    };

    public static JinjaValue Concatenate(JinjaValue left, JinjaValue right)
    {
        if (Constant(left) is { } first && Constant(right) is { } second && first.Length + second.Length <= JinjaValue.LongestText)
            return JinjaValue.From(first + second);

        // An underscore at the seam makes two.
        var seam = left.Text?.EndsWith('_') == true && right.Text?.StartsWith('_') == true;
        return seam ? JinjaValue.Assemble(left, right, JinjaValue.From("__")) : JinjaValue.Assemble(left, right);
    }

    /// <summary>The text of a value that can be no other.</summary>
    public static string? Constant(JinjaValue value) =>
        value.Others.Count > 0 ? null : value.Text ?? value.Number?.ToString(CultureInfo.InvariantCulture);

    private static JinjaValue Sum(long one, long other) =>
        (Int128)one + other is var sum && sum >= long.MinValue && sum <= long.MaxValue ? JinjaValue.From((long)sum) : JinjaValue.Unknown;

    private static JinjaValue Repeat(string text, long count) =>
        count <= 0 ? JinjaValue.From("")
        : count > JinjaValue.LongestText || text.Length * count > JinjaValue.LongestText ? JinjaValue.Assemble(JinjaValue.From(text + text))
        : JinjaValue.From(string.Concat(Enumerable.Repeat(text, (int)count)));
}
