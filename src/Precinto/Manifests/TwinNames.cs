using System.Globalization;
using System.Text;

namespace Precinto.Manifests;

/// <summary>
/// Finds paths that another file system takes for one, since it ignores case or the form in which Unicode writes a letter with its accents. A model with such paths would be
/// another one there, and nobody knows which of the two files is left.
/// </summary>
internal static class TwinNames
{
    public static IEnumerable<IReadOnlyList<string>> Find(IEnumerable<string> paths)
    {
        foreach (var group in paths.GroupBy(Skeleton, StringComparer.Ordinal).Where(group => group.Skip(1).Any()))
        {
            foreach (var same in group.GroupBy(path => path.ToUpperInvariant(), StringComparer.Ordinal).Where(same => same.Skip(1).Any()))
                yield return [.. same];

            // The tables of Unicode are not at hand: one name with accents as characters of their own beside one with letters that have them may be the same text.
            // That two such names stand in one model is strange enough to be refused.
            if (group.Any(HasCombining) && group.Any(path => !HasCombining(path)))
                yield return [.. group];
        }
    }

    // Every letter beyond ASCII, and every letter with accents that follow it, becomes the same sign.
    private static string Skeleton(string path)
    {
        StringBuilder skeleton = new(path.Length);
        foreach (var rune in path.EnumerateRunes())
        {
            if (IsCombining(rune) && skeleton.Length > 0)
                skeleton[^1] = Other;
            else
                skeleton.Append(rune.IsAscii ? char.ToUpperInvariant((char)rune.Value) : Other);
        }

        return skeleton.ToString();
    }

    private static bool HasCombining(string path) => path.EnumerateRunes().Any(IsCombining);

    // Marks, and the vowels and final consonants of Korean syllables that are written in parts.
    private static bool IsCombining(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        || rune.Value is >= 0x1160 and <= 0x11FF;

    private const char Other = '\uFFFC';
}
