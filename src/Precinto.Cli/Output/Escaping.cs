using System.Globalization;
using System.Text;

namespace Precinto.Cli.Output;

/// <summary>
/// The one function through which text out of a model passes before it reaches a person. Without it, a file name can move the cursor,
/// turn the reading direction round, write a verdict of its own, or give orders to the CI system that reads the log.
/// </summary>
internal static class Escaping
{
    /// <summary>
    /// The text with everything that is not plainly visible as <c>\u{…}</c>: controls, formatting and direction marks, line separators, lone surrogates;
    /// and with the beginning of what GitHub's and Azure's runners take for an order: a colon at the start, and <c>##[</c> and <c>##vso[</c> anywhere.
    /// </summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? escaped = null;
        for (var index = 0; index < text.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text, index, out var rune);
            var length = isRune ? rune.Utf16SequenceLength : 1;
            if (isRune && IsVisible(rune) && !LooksEscaped(text, index) && !LooksLikeOrder(text, index))
            {
                escaped?.Append(text, index, length);
            }
            else
            {
                escaped ??= new StringBuilder(text.Length + 16).Append(text, 0, index);
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{(isRune ? rune.Value : text[index]):x}}}");
            }

            index += length;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);

    // A runner passes over white space before "::", and finds "##[" in the middle of a line. Each text is judged as if it began one.
    private static bool LooksLikeOrder(string text, int index)
    {
        var rest = text.AsSpan(index);
        return rest[0] == '#'
            ? rest.StartsWith("##[", StringComparison.Ordinal) || rest.StartsWith("##vso[", StringComparison.OrdinalIgnoreCase)
            : rest[0] == ':' && text.AsSpan(0, index).IsWhiteSpace();
    }

    // A name that spells out an escape must not be taken for one.
    private static bool LooksEscaped(string text, int index) => text.AsSpan(index).StartsWith(@"\u{", StringComparison.Ordinal);
}
