using System.Globalization;
using System.Text;

namespace Precinto.Formats.Jinja;

/// <summary>Python's ways to make a text out of others, for those that are known.</summary>
internal static class JinjaTexts
{
    /// <summary><c>'%s' % values</c>, also by the filter <c>format</c>.</summary>
    public static JinjaValue FormatPercent(JinjaValue pattern, IReadOnlyList<JinjaValue> values)
    {
        if (JinjaOperators.Constant(pattern) is not { } text)
            return JinjaValue.Assemble([pattern, .. values]);

        StringBuilder result = new();
        var next = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '%' || at + 1 == text.Length)
            {
                result.Append(text[at]);
                continue;
            }

            var kind = text[++at];
            if (kind == '%')
            {
                result.Append('%');
                continue;
            }

            if (kind is not ('s' or 'c' or 'd' or 'r') || next >= values.Count || Piece(values[next++], kind) is not { } piece)
                return JinjaValue.Assemble([pattern, .. values, JinjaValue.From(text.Replace("%s", "_").Replace("%c", "_"))]);
            result.Append(piece);
            if (result.Length > JinjaValue.LongestText)
                return JinjaValue.Assemble([pattern, .. values]);
        }

        return JinjaValue.From(result.ToString());
    }

    /// <summary><c>'{}'.format(values)</c> with plain fields; any other is put together.</summary>
    public static JinjaValue FormatBraces(JinjaValue pattern, IReadOnlyList<JinjaValue> values)
    {
        if (JinjaOperators.Constant(pattern) is not { } text)
            return JinjaValue.Assemble([pattern, .. values]);

        StringBuilder result = new();
        var next = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is not ('{' or '}') || (at + 1 < text.Length && text[at + 1] == text[at]))
            {
                result.Append(text[at]);
                at += text[at] is '{' or '}' ? 1 : 0;
                continue;
            }

            var close = text.IndexOf('}', at);
            var field = close < 0 ? "?" : text[(at + 1)..close];
            var kind = field.EndsWith(":c", StringComparison.Ordinal) ? 'c' : 's';
            var index = field.Split(':')[0] is { Length: > 0 } name ? int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1 : next++;
            if (index < 0 || index >= values.Count || Piece(values[index], kind) is not { } piece || result.Length > JinjaValue.LongestText)
                return JinjaValue.Assemble([pattern, .. values, JinjaValue.From(text.Replace("{}", "_"))]);
            result.Append(piece);
            at = close;
        }

        return JinjaValue.From(result.ToString());
    }

    /// <summary>Elements side by side with a separator between them.</summary>
    public static JinjaValue Join(JinjaValue separator, JinjaValue list)
    {
        IReadOnlyList<JinjaValue> items = list.Items ?? (JinjaOperators.Constant(list) is { } text ? Letters(text) : [list, JinjaValue.Assemble(list)]);
        if (list.Items is not null && list.Others.Count > 0)
            return JinjaValue.Assemble([separator, .. items, .. list.Others]);

        StringBuilder result = new();
        var between = items.Count > 1 ? JinjaOperators.Constant(separator) : "";
        for (var index = 0; index < items.Count; index++)
        {
            if (between is null || JinjaOperators.Constant(items[index]) is not { } piece)
                return Fold(separator, items);
            if (result.Length <= JinjaValue.LongestText)
                result.Append(index > 0 ? between : "").Append(piece);
        }

        return JinjaValue.From(result.ToString());
    }

    private static JinjaValue Fold(JinjaValue separator, IReadOnlyList<JinjaValue> items)
    {
        var result = JinjaValue.From("");
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
                result = JinjaOperators.Concatenate(result, separator);
            result = JinjaOperators.Concatenate(result, items[index]);
        }

        return result;
    }

    public static IReadOnlyList<JinjaValue> Letters(string text) =>
        [.. text.Select(letter => letter < Ascii.Length ? Ascii[letter] : JinjaValue.From(letter.ToString()))];

    public static string Reverse(string text)
    {
        var letters = text.ToCharArray();
        Array.Reverse(letters);
        return new(letters);
    }

    private static string? Piece(JinjaValue value, char kind) =>
        kind == 'c' && value.Number is >= 0 and <= 0xFFFF and var code ? ((char)code).ToString() : JinjaOperators.Constant(value);

    private static readonly JinjaValue[] Ascii = [.. Enumerable.Range(0, 128).Select(code => JinjaValue.From(((char)code).ToString()))];
}
