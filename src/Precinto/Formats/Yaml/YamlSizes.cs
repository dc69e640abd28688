using System.Globalization;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Yaml;

/// <summary>Numbers among the arguments of what makes as much as they say: a range, an array, the digits of a fraction.</summary>
internal sealed class YamlSizes(InspectionContext context)
{
    private readonly List<(YamlTag Tag, int Column, int Flow)> _open = [];
    private long _product = 1;
    private int _run;
    private long _patterns;

    /// <summary>Whether what comes next may be a size.</summary>
    public bool IsOpen => _open.Count > 0;

    /// <summary>Begins the arguments behind a tag.</summary>
    public void Begin(YamlTag tag, int column, int flow)
    {
        if (tag is YamlTag.Range or YamlTag.Fraction or YamlTag.Array or YamlTag.Pattern && _open.Count < MostOpen)
            _open.Add((tag, column, flow));
    }

    /// <summary>Takes a value: numbers beside each other are the lengths of one shape.</summary>
    public void Take(YamlToken scalar)
    {
        if (_open.Count == 0)
            return;
        var (tag, _, _) = _open[^1];
        var size = tag switch
        {
            YamlTag.Fraction => PickleLengths.Multiply(PickleLengths.Exponent(scalar.Text), DigitCost),
            YamlTag.Pattern => PickleLengths.Multiply(_patterns = TensorShape.Add(_patterns, PatternCost.Of(scalar.Text, -1)), LetterCost),
            _ => NumberAtEnd(scalar.Text),
        };
        (_product, _run) = size is > 0 && tag == YamlTag.Array && _run < LongestShape ? (PickleLengths.Multiply(_product, size.Value), _run + 1) : (size ?? 1, size is > 0 ? 1 : 0);
        if (_product > Largest)
            context.Add(YamlRules.Expansion, $"'{Excerpt.Of(scalar.Text)}' is the size of what a tag has made: more than {Largest} values.", scalar.Offset);
    }

    /// <summary>Takes a sum of HyperPyYAML: powers of powers, and lists and texts that are multiplied by billions.</summary>
    public void TakeArithmetic(YamlToken scalar)
    {
        var text = scalar.Text.Replace(" ", "", StringComparison.Ordinal);
        var power = text.IndexOf("**", StringComparison.Ordinal);
        var isTower = power >= 0 && (text.IndexOf("**", power + 2, StringComparison.Ordinal) >= 0 || DigitsAt(text, power + 2) > 3);
        var isMultiple = false;
        for (var at = text.IndexOf('*'); at >= 0; at = text.IndexOf('*', at + 1))
            isMultiple |= DigitsAt(text, at + 1) > LongestFactor;
        if (isTower || isMultiple)
            context.Add(YamlRules.Expansion, $"'{Excerpt.Of(scalar.Text)}' is computed when the document is loaded.", scalar.Offset);
    }

    private static int DigitsAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '_'))
            end++;
        return end - at;
    }

    /// <summary>A token that is no longer part of what stands deeper than it.</summary>
    public void End(int column, int flow)
    {
        while (_open.Count > 0 && !(flow > _open[^1].Flow || (flow == 0 && _open[^1].Flow == 0 && column > _open[^1].Column)))
            _open.RemoveAt(_open.Count - 1);
    }

    // 3000000000, -5, V3000000000: the length of a type stands behind its letter; null where no digits end the text, and most in other notations are few.
    private static long? NumberAtEnd(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (digits.IndexOf("0x", StringComparison.Ordinal) is >= 0 and var mark && long.TryParse(digits.AsSpan(mark + 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var written))
            return written;
        var start = digits.Length;
        while (start > 0 && char.IsAsciiDigit(digits[start - 1]))
            start--;
        if (start == digits.Length)
            return null;
        return long.TryParse(digits.AsSpan(start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
    }

    private const int MostOpen = 64;
    private const int LongestFactor = 8;
    private const int LongestShape = 8;
    private const int LetterCost = 16;
    private const int DigitCost = 64;
    private const long Largest = 1 << 27;
}
