using System.Globalization;
using System.Text;

namespace Precinto.Inspection;

/// <summary>Why something is let through that is usually not: words that a person can read.</summary>
internal static class StatedReason
{
    /// <summary>Whether there is a letter or a digit in it. Blanks, marks without width, controls and fillers look like nothing and say nothing.</summary>
    public static bool IsOne(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) is (>= UnicodeCategory.UppercaseLetter and <= UnicodeCategory.OtherLetter) or UnicodeCategory.DecimalDigitNumber
                && !Fillers.Contains(rune.Value))
                return true;
        return false;
    }

    // Letters by their category, of Korean writing, that are printed as nothing.
    private static readonly int[] Fillers = [0x115F, 0x1160, 0x3164, 0xFFA0];
}
