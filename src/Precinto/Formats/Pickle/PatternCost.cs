using System.Globalization;

namespace Precinto.Formats.Pickle;

/// <summary>What it takes Python to compile a regular expression, which pickles of patterns have it do (Lib/re/_compiler.py).</summary>
internal static class PatternCost
{
    /// <param name="pattern">The pattern.</param>
    /// <param name="flags">Its flags; those that are not known count as all.</param>
    /// <returns>A lower bound of the letters that are looked at: where case is ignored, each of a range by itself.</returns>
    public static long Of(string pattern, long flags)
    {
        if ((flags & IgnoreCase) == 0 && !pattern.Contains("(?", StringComparison.Ordinal))
            return PickleLengths.Multiply(pattern.Length, pattern.Length) / OfLetter;

        long letters = 0;
        for (var at = pattern.IndexOf('-', StringComparison.Ordinal); at >= 0; at = pattern.IndexOf('-', at + 1))
            letters = TensorShape.Add(letters, at > 0 && at + 1 < pattern.Length ? Math.Max(0, LetterAt(pattern, at + 1) - LetterBefore(pattern, at)) : 0);
        return letters;
    }

    private static long LetterAt(string pattern, int at)
    {
        if (pattern[at] != '\\' || at + 1 == pattern.Length)
            return at + 1 < pattern.Length && char.IsSurrogatePair(pattern, at) ? char.ConvertToUtf32(pattern, at) : pattern[at];
        var digits = pattern[at + 1] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        return digits > 0 && at + 2 + digits <= pattern.Length && long.TryParse(pattern.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var letter) ? letter : 0;
    }

    // An escape ends where the hyphen stands; which one it is makes no difference to a large range.
    private static long LetterBefore(string pattern, int at) => at > 1 && char.IsSurrogatePair(pattern, at - 2) ? char.ConvertToUtf32(pattern, at - 2) : pattern[at - 1];

    /// <summary>What a letter of a long pattern counts for.</summary>
    public const long OfLetter = 1024;

    private const long IgnoreCase = 2;
}
