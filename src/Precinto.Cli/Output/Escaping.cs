using System.Globalization;
using System.Text;

namespace Precinto.Cli.Output;

/// <summary>
/// The one function through which text out of a model passes before it reaches a person. Without it, a file name can move the cursor,
/// turn the reading direction round, or write a verdict of its own.
/// </summary>
internal static class Escaping
{
    /// <summary>The text with everything that is not plainly visible as <c>\u{…}</c>: controls, formatting and direction marks, line separators, lone surrogates.</summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? escaped = null;
        for (var index = 0; index < text.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text, index, out var rune);
            var length = isRune ? rune.Utf16SequenceLength : 1;
            if (isRune && IsVisible(rune) && !LooksEscaped(text, index))
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

    // A name that spells out an escape must not be taken for one.
    private static bool LooksEscaped(string text, int index) => text.AsSpan(index).StartsWith(@"\u{", StringComparison.Ordinal);
}
