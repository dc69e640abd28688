namespace Precinto.Formats.Jinja;

/// <summary>Filters and methods that make as much as a number says: blanks around a text, lines, empty lists, words without a sense.</summary>
internal static class JinjaCost
{
    /// <summary>Judges the numbers among the arguments of what makes as much as they say.</summary>
    public static void Notice(JinjaScope scope, string name, IEnumerable<JinjaValue> arguments, int offset)
    {
        if (!IsSized(name))
            return;
        foreach (var number in arguments.SelectMany(argument => argument.Each).Select(argument => argument.Number ?? argument.Rounds))
        {
            if (number > Largest)
                scope.Notice(JinjaRules.Costly, $"has '{name}' make {number} of something", offset);
        }
    }

    /// <summary>Judges the widths in the pattern of a format, <c>'%999999999d'</c> and <c>'{:>999999999}'</c>, and those that are arguments.</summary>
    public static void NoticeWidths(JinjaScope scope, JinjaValue pattern, IEnumerable<JinjaValue> arguments, int offset)
    {
        foreach (var text in pattern.Each.Select(one => one.Text).OfType<string>())
        {
            for (var at = text.AsSpan().IndexOfAny('%', ':'); at >= 0 && at < text.Length; at++)
            {
                var start = at;
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                    at++;
                if (at - start > LongestWidth)
                    scope.Notice(JinjaRules.Costly, $"formats with a width of {text[start..Math.Min(at, start + 20)]}", offset);
            }

            // '%*d' and '{:{}}'
            if ((text.Contains('*') || text.IndexOf(':') is >= 0 and var colon && text.IndexOf('{', colon) >= 0)
                && arguments.Any(argument => (argument.Number ?? argument.Rounds) > Largest))
                scope.Notice(JinjaRules.Costly, "formats with a width that is a large number", offset);
        }
    }

    private static bool IsSized(string name) => name is "center" or "ljust" or "rjust" or "zfill" or "indent" or "expandtabs" or "batch" or "slice" or "lipsum" or "to_bytes";

    private const long Largest = 1_000_000;

    // Digits of a number that is at least as large.
    private const int LongestWidth = 6;
}
