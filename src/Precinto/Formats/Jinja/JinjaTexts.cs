using System.Globalization;

namespace Precinto.Formats.Jinja;

/// <summary>Python's ways to make a text out of others, for those that are known.</summary>
internal static class JinjaTexts
{
    /// <summary><c>'%s' % values</c>, also by the filter <c>format</c>.</summary>
    public static JinjaValue FormatPercent(JinjaValue pattern, IReadOnlyList<JinjaValue> values)
    {
        if (pattern.Text is not { Length: <= LongestPattern } text)
            return JinjaValue.Through([JinjaValue.Forged, pattern, .. values]);

        var result = JinjaValue.From("");
        var next = 0;
        for (var at = 0; at < text.Length;)
        {
            var mark = text.IndexOf('%', at);
            if (mark < 0 || mark + 1 == text.Length)
                return JinjaOperators.Concatenate(result, JinjaValue.From(text[at..]));

            result = JinjaOperators.Concatenate(result, JinjaValue.From(text[at..mark]));
            var kind = text[mark + 1];
            at = mark + 2;
            if (kind == '%')
                result = JinjaOperators.Concatenate(result, JinjaValue.From("%"));
            else if (kind is 's' or 'd' or 'c' && next < values.Count)
                result = JinjaOperators.Concatenate(result, Piece(values[next++], kind));
            else
                // A name, a width or a precision: how the rest comes out is not computed.
                return JinjaValue.Through([.. values, result, text.Contains('c') ? JinjaValue.Forged : JinjaValue.From(text[at..]), pattern]);
        }

        return result;
    }

    /// <summary><c>'{}'.format(values)</c>, with widths and what fills them; attributes and whatever else stands in a field is put together.</summary>
    public static JinjaValue FormatBraces(JinjaValue pattern, IReadOnlyList<JinjaValue> values, IReadOnlyList<KeyValuePair<string, JinjaValue>> named)
    {
        var next = 0;
        return (pattern.Text is { Length: <= LongestPattern } text ? Format(text, mayNest: true) : null) ?? JinjaValue.Through([JinjaValue.Forged, pattern, .. values, .. named.Select(pair => pair.Value)]);

        // Null where that is not computed. A field in a specification may have a specification, but no fields in it.
        JinjaValue? Format(string braces, bool mayNest)
        {
            if (BraceFormat.Parse(braces) is not { } pieces)
                return null;
            var result = JinjaValue.From("");
            foreach (var (literal, field) in pieces)
            {
                result = JinjaOperators.Concatenate(result, JinjaValue.From(literal));
                if (field is null)
                    continue;
                var value = field.Argument.Length == 0 ? values.ElementAtOrDefault(next++)
                    : int.TryParse(field.Argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? values.ElementAtOrDefault(number)
                    : named.FirstOrDefault(pair => pair.Key == field.Argument).Value;
                var spec = !field.Spec.Contains('{') ? field.Spec : mayNest ? Format(field.Spec, mayNest: false)?.Constant : null;
                if (value is null || spec is null || field.Path.Count > 0 || field.Conversion is not ('\0' or 's') || Align(value, spec) is not { } piece)
                    return null;
                result = JinjaOperators.Concatenate(result, piece);
            }

            return result;
        }
    }

    // [[fill]align][width][.precision][type], docs.python.org/3/library/string.html#formatspec; null for any other.
    private static JinjaValue? Align(JinjaValue value, string format)
    {
        if (format is "" or "s" or "c" or "d")
            return Piece(value, format.Length == 0 ? 's' : format[0]);

        var (fill, align, at) = format.Length > 1 && format[1] is '<' or '>' or '^' ? (format[0], format[1], 2) : format[0] is '<' or '>' or '^' ? (' ', format[0], 1) : (' ', '<', 0);
        var type = format[^1] is 's' or 'c' or 'd' ? format[^1] : 's';
        var sizes = format[at..].TrimEnd('s', 'c', 'd').Split('.');
        if (sizes.Length > 2 || !TryRead(sizes[0], 0, out var width) || !TryRead(sizes.ElementAtOrDefault(1) ?? "", JinjaValue.LongestText, out var precision) || sizes[0].StartsWith('0'))
            return null;
        var piece = Piece(value, type);
        // Of what is not known, the fill is put around it.
        if ((piece.Constant ?? piece.Guess) is not { } text || (align == '<' && value.IsNumeric && at < 2))
            return JinjaOperators.Assemble(piece, JinjaValue.From(new string(fill, 2)));
        text = text[..Math.Min(text.Length, precision)];
        var missing = Math.Max(0, width - text.Length);
        var before = align switch { '<' => 0, '>' => missing, _ => missing / 2 };
        return JinjaValue.Guessed(new string(fill, before) + text + new string(fill, missing - before), piece, JinjaValue.From(format));
    }

    private static bool TryRead(string digits, int standard, out int size)
    {
        size = standard;
        return digits.Length == 0 || (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size <= JinjaValue.LongestText);
    }

    /// <summary>Elements side by side with a separator between them.</summary>
    public static JinjaValue Join(JinjaScope scope, JinjaValue separator, JinjaValue list)
    {
        // Of a mapping, its keys.
        var items = list.Sequence ?? list.Items;
        if (items is not null && !scope.CanSpend((long)items.Count * JinjaValue.LongestEnd))
            items = null;
        if (items is null)
        {
            // How many there are, and in which order, is not known.
            var elements = list.Each.SelectMany(one => one.Elements);
            var joined = elements.Any(element => !element.IsNothing) ? JinjaOperators.Assemble([separator, separator, .. elements, .. elements]) : JinjaValue.Through(separator);
            return joined.Sized(list.Size + (separator.Size * Math.Max(1, list.Rounds ?? 1)));
        }

        var result = JinjaValue.From("");
        for (var index = 0; index < items.Count; index++)
            result = JinjaOperators.Concatenate(index == 0 ? result : JinjaOperators.Concatenate(result, separator), items[index]);
        return result;
    }

    public static IReadOnlyList<JinjaValue> Letters(string text, JinjaTraits hidden)
    {
        var known = Array.IndexOf(Kept, hidden | JinjaTraits.Made);
        return [.. text.Select(letter => known >= 0 && letter < KeptLetters ? Ascii[(known * KeptLetters) + letter] : JinjaValue.Letter(letter, hidden))];
    }

    /// <summary>What a text may fall into where it is cut; without a separator, at its spaces.</summary>
    public static JinjaValue Pieces(JinjaValue owner, string text, string? separator) =>
        JinjaValue.List([.. (string.IsNullOrEmpty(separator) ? text.Split(Spaces) : text.Split(separator)).Append(separator ?? " ").Append("").Distinct().Select(piece => JinjaValue.Guessed(piece, owner))]);

    public static string Reverse(string text)
    {
        var letters = text.ToCharArray();
        Array.Reverse(letters);
        return new(letters);
    }

    /// <summary>A text whose letters change their case; beyond ASCII one letter may become two that are ASCII.</summary>
    public static JinjaValue ChangeCase(JinjaValue value, string method)
    {
        if (value.Likely is not { Length: <= JinjaValue.LongestText } text || !System.Text.Ascii.IsValid(text))
            return JinjaValue.Through(value);
        return JinjaValue.Guessed(method switch
        {
            "upper" => text.ToUpperInvariant(),
            "swapcase" => string.Concat(text.Select(letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter))),
            // Of title and capitalize, too: all letters of special names are small, and where words begin does not matter.
            _ => text.ToLowerInvariant(),
        }, value);
    }

    // What %s, %c and {} put in place of a value. That of a truth value is a number, of a list or a mapping it is not followed.
    private static JinjaValue Piece(JinjaValue value, char kind) => kind switch
    {
        'c' when value.Number is { } code => code is >= 0 and <= 0xFFFF ? JinjaValue.Guessed(((char)code).ToString()) : JinjaValue.Unknown,
        'c' => JinjaValue.Through(JinjaValue.Forged, value),
        'd' when value.Number is null => JinjaValue.Through(JinjaValue.Quantity, value),
        _ => value,
    };

    /// <summary>What Python strips and splits at: .NET's spaces and four separators.</summary>
    public static readonly char[] Spaces = [.. Enumerable.Range(0, 0x3001).Select(code => (char)code).Where(letter => char.IsWhiteSpace(letter) || letter is >= '\x1C' and <= '\x1F')];

    private const int LongestPattern = 16 * JinjaValue.LongestText;
    private const int KeptLetters = 128;

    private static readonly JinjaTraits[] Kept = [JinjaTraits.Made, JinjaTraits.Made | JinjaTraits.Underscore, JinjaTraits.Made | JinjaTraits.Underscore | JinjaTraits.Dunder];

    private static readonly JinjaValue[] Ascii = [.. Kept.SelectMany(hidden => Enumerable.Range(0, KeptLetters).Select(code => JinjaValue.Letter((char)code, hidden)))];
}
