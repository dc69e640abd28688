using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Precinto.Formats;

/// <summary>Texts in any of the encodings of Unicode, as Python's readers of JSON and YAML take them: told by a mark, or by the zeros of the first letters.</summary>
internal static class UnicodeText
{
    /// <summary>The encoding in which bytes are a text; bytes that are no text have one, too.</summary>
    public static Encoding EncodingOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [not 0, 0, 0, 0, ..] => new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true),
        [0, 0, 0xFE, 0xFF, ..] or [0, 0, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true),
        [0xFF, 0xFE, ..] or [not 0, 0, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        [0xFE, 0xFF, ..] or [0, _, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        _ => StrictUtf8,
    };

    /// <summary>The letters behind the mark, in whichever encoding.</summary>
    /// <exception cref="MalformedModelException">The bytes are no text in the encoding with which they begin.</exception>
    public static string Read(ReadOnlySpan<byte> bytes) => Read(bytes, EncodingOf(bytes));

    /// <summary>The letters of what is read as UTF-8 only, in which a zero is a letter.</summary>
    /// <exception cref="MalformedModelException">The bytes are no UTF-8.</exception>
    public static string ReadUtf8(ReadOnlySpan<byte> bytes) => Read(bytes, StrictUtf8);

    private static string Read(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        try
        {
            return encoding.GetString(bytes.StartsWith(encoding.Preamble) ? bytes[encoding.Preamble.Length..] : bytes);
        }
        catch (DecoderFallbackException broken)
        {
            throw new MalformedModelException(0, $"Is no {encoding.WebName.ToUpperInvariant()}.", broken);
        }
    }

    /// <summary>Whether the first bytes of a file are UTF-8; they may end within a letter.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> head)
    {
        for (var cut = 0; cut < 4 && cut < head.Length; cut++)
        {
            if (Utf8.IsValid(head[..^cut]))
                return true;
        }

        return false;
    }

    /// <summary>Whether the first bytes of a file are a plain text: UTF-8 without control characters but those that part lines and columns.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> head) => head.IndexOfAny(Controls) < 0 && IsUtf8(head);

    private static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Select(value => (byte)value).Except("\t\n\f\r"u8.ToArray()), 127]);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
}
