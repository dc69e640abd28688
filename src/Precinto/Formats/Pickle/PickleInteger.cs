using System.Globalization;
using System.Numerics;
using System.Text;

namespace Precinto.Formats.Pickle;

/// <summary>Integers as lines of text, in every form that Python's <c>int</c> or the <c>strtol</c> of CPython's unpickler takes.</summary>
internal static class PickleInteger
{
    /// <param name="line">The line without its end.</param>
    /// <param name="isDecimal">Whether the base is ten, and not told by a prefix.</param>
    /// <param name="value">The number; null where it has more digits than Python reads.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, bool isDecimal, out BigInteger? value)
    {
        value = null;

        // What stands behind a NUL, C does not see.
        var text = line.IndexOf((byte)0) is >= 0 and var end ? line[..end] : line;
        text = text.Trim(" \t\r\f\v"u8);
        var isNegative = text is [(byte)'-', ..];
        if (text is [(byte)'-' or (byte)'+', ..])
            text = text[1..];

        var radix = 10;
        if (!isDecimal && text is [(byte)'0', var mark, _, ..])
        {
            radix = mark switch { (byte)'x' or (byte)'X' => 16, (byte)'o' or (byte)'O' => 8, (byte)'b' or (byte)'B' => 2, >= (byte)'0' and <= (byte)'7' => 8, _ => 10 };
            text = radix == 10 ? text : text[(char.IsAsciiDigit((char)mark) ? 1 : 2)..];
        }

        if (text.Length <= 18 && radix == 10 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var small))
        {
            value = isNegative ? -small : small;
            return true;
        }

        return text.Length > MostDigits ? IsNumber(text, radix) : TryParseLarge(text, radix, isNegative, out value);
    }

    private static bool TryParseLarge(ReadOnlySpan<byte> text, int radix, bool isNegative, out BigInteger? value)
    {
        value = null;
        if (!IsNumber(text, radix))
            return false;

        if (radix == 10)
        {
            value = BigInteger.Parse(Encoding.ASCII.GetString(text).Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        else if (text.Length <= MostOtherDigits)
        {
            long number = 0;
            foreach (var letter in text)
                number = letter == (byte)'_' ? number : (number * radix) + Digit(letter);
            value = number;
        }

        value = isNegative ? -value : value;
        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text, int radix)
    {
        foreach (var letter in text)
        {
            if (letter != (byte)'_' && !(char.IsAsciiHexDigit((char)letter) && Digit(letter) < radix))
                return false;
        }

        return text.IndexOfAnyExcept((byte)'_') >= 0;
    }

    private static int Digit(byte letter) => letter <= (byte)'9' ? letter - '0' : (letter | 0x20) - 'a' + 10;

    public const int MostDigits = 4300;

    // Nobody writes longer ones; what they are does not matter.
    private const int MostOtherDigits = 15;
}
