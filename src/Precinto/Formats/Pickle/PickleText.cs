using System.Globalization;
using System.Text;

namespace Precinto.Formats.Pickle;

/// <summary>The text forms of protocol 0, decoded as Python does.</summary>
internal static class PickleText
{
    public static string Decode(ReadOnlySpan<byte> bytes, PickleBytesForm form) => form switch
    {
        PickleBytesForm.Utf8 => Encoding.UTF8.GetString(bytes),
        PickleBytesForm.Latin1 or PickleBytesForm.Bytes or PickleBytesForm.ByteArray => Encoding.Latin1.GetString(bytes),
        PickleBytesForm.RawUnicodeEscape => DecodeRaw(bytes),
        PickleBytesForm.Quoted => DecodeQuoted(bytes.Length >= 2 ? bytes[1..^1] : bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    // raw-unicode-escape: Latin-1 but for \uXXXX and \UXXXXXXXX behind an odd number of backslashes.
    private static string DecodeRaw(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf((byte)'\\') < 0)
            return Encoding.Latin1.GetString(bytes);

        StringBuilder text = new(bytes.Length);
        for (var index = 0; index < bytes.Length; index++)
        {
            var digits = index + 1 < bytes.Length && bytes[index] == (byte)'\\' ? bytes[index + 1] switch { (byte)'u' => 4, (byte)'U' => 8, _ => 0 } : 0;
            if (digits > 0 && TryHex(bytes, index + 2, digits, out var code))
            {
                AppendCode(text, code);
                index += digits + 1;
                continue;
            }

            text.Append((char)bytes[index]);
        }

        return text.ToString();
    }

    // The escapes of a Python 2 string literal.
    private static string DecodeQuoted(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf((byte)'\\') < 0)
            return Encoding.Latin1.GetString(bytes);

        StringBuilder text = new(bytes.Length);
        for (var index = 0; index < bytes.Length; index++)
        {
            if (bytes[index] != (byte)'\\' || index + 1 == bytes.Length)
            {
                text.Append((char)bytes[index]);
                continue;
            }

            index++;
            switch (bytes[index])
            {
                case (byte)'\n':
                    break;
                case (byte)'n':
                    text.Append('\n');
                    break;
                case (byte)'r':
                    text.Append('\r');
                    break;
                case (byte)'t':
                    text.Append('\t');
                    break;
                case (byte)'a':
                    text.Append('\a');
                    break;
                case (byte)'b':
                    text.Append('\b');
                    break;
                case (byte)'f':
                    text.Append('\f');
                    break;
                case (byte)'v':
                    text.Append('\v');
                    break;
                case (byte)'\\' or (byte)'\'' or (byte)'"':
                    text.Append((char)bytes[index]);
                    break;
                case (byte)'x' when TryHex(bytes, index + 1, 2, out var code):
                    text.Append((char)code);
                    index += 2;
                    break;
                case >= (byte)'0' and <= (byte)'7':
                    var octal = 0;
                    var end = Math.Min(index + 3, bytes.Length);
                    for (; index < end && bytes[index] is >= (byte)'0' and <= (byte)'7'; index++)
                        octal = (octal * 8) + bytes[index] - '0';
                    index--;
                    text.Append((char)(octal & 0xFF));
                    break;
                default:
                    text.Append('\\').Append((char)bytes[index]);
                    break;
            }
        }

        return text.ToString();
    }

    private static bool TryHex(ReadOnlySpan<byte> bytes, int start, int digits, out uint code)
    {
        code = 0;
        return start + digits <= bytes.Length
            && uint.TryParse(bytes.Slice(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code);
    }

    private static void AppendCode(StringBuilder text, uint code)
    {
        if (code <= 0xFFFF)
            text.Append((char)code);
        else if (Rune.IsValid(code))
            text.Append(new Rune(code).ToString());
        else
            text.Append('\uFFFD');
    }
}
