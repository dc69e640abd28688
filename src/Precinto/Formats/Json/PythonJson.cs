using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Precinto.Files;

namespace Precinto.Formats.Json;

/// <summary>JSON as Python's <c>json</c> writes and reads it: RFC 8259 and the three numbers that are none.</summary>
internal static class PythonJson
{
    /// <summary>Parses a configuration; whoever disposes of the document no longer has its elements.</summary>
    /// <exception cref="MalformedModelException">It is no JSON in UTF-8, is nested too deeply, or an object has the same key twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, long offset)
    {
        if (utf8.Length > Largest)
            throw new MalformedModelException(offset, $"A configuration has {utf8.Length} bytes; at most {Largest} are read.");
        // The parser looks into texts and names only when they are asked for, and then throws something else.
        if (!Utf8.IsValid(utf8.Span))
            throw new MalformedModelException(offset, "The configuration is no UTF-8.");
        try
        {
            return JsonDocument.Parse(HoldsNumbers(utf8.Span) ? Replace(utf8.ToArray()) : utf8, Options);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new MalformedModelException(offset, "The configuration is no JSON: " + broken.Message, broken);
        }
    }

    /// <summary>Parses what Python's <c>json</c> takes as bytes: in any of the encodings of Unicode, told by the zeros of the first characters where there is no mark.</summary>
    /// <exception cref="MalformedModelException">It is no such JSON.</exception>
    public static JsonDocument Parse(ModelContent content)
    {
        return Parse(Encoding.UTF8.GetBytes(UnicodeText.Read(content.ToArray())), 0);
    }

    /// <summary>A member of what is an object; null where it is none, or has no such member.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The elements of what is a list; none where it is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>A member that is a whole number; null where it is none.</summary>
    public static long? Whole(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static string? TextOf(this JsonElement element, string name)
    {
        return element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.Text() : null;
    }

    public static string Text(this JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException broken)
        {
            throw new MalformedModelException(0, "A text is no Unicode.", broken);
        }
    }

    /// <summary>Puts a one where Python writes NaN, Infinity and -Infinity as bare words: it is true, as they are, and nobody here needs more of their values. Every other byte keeps its place.</summary>
    /// <returns>The same bytes.</returns>
    public static byte[] Replaced(byte[] bytes) => HoldsNumbers(bytes) ? Replace(bytes) : bytes;

    /// <summary>The text of a string as it is written, escapes and all. Half of a pair, which is no Unicode, becomes a letter for private use: each half one of its own.</summary>
    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        var written = Encoding.UTF8.GetString(raw);
        StringBuilder text = new(written.Length);
        for (var at = 0; at < written.Length; at++)
        {
            if (written[at] != '\\')
            {
                text.Append(written[at]);
                continue;
            }

            var kind = written[++at];
            text.Append(kind switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)ushort.Parse(written.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                _ => kind,
            });
            at += kind == 'u' ? 4 : 0;
        }

        for (var at = 0; at < text.Length; at++)
        {
            if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
                at++;
            else if (char.IsSurrogate(text[at]))
                text[at] = (char)(text[at] - FirstSurrogate + FirstPrivate);
        }

        return text.ToString();
    }

    private static byte[] Replace(byte[] bytes)
    {
        var inText = false;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (inText && bytes[at] == '\\')
                at++;
            else if (bytes[at] == '"')
                inText = !inText;
            else if (!inText && bytes.AsSpan(at).StartsWith("NaN"u8) && BeginsValue(bytes, at))
                "1  "u8.CopyTo(bytes.AsSpan(at));
            else if (!inText && bytes.AsSpan(at).StartsWith("Infinity"u8) && BeginsValue(bytes, at > 0 && bytes[at - 1] == '-' ? at - 1 : at))
                "1       "u8.CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    private static bool BeginsValue(ReadOnlySpan<byte> bytes, int at) => at == 0 || bytes[at - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)':' or (byte)'[';

    private static bool HoldsNumbers(ReadOnlySpan<byte> utf8) => utf8.IndexOf("NaN"u8) >= 0 || utf8.IndexOf("Infinity"u8) >= 0;

    private const int Largest = 64 << 20;
    private const int FirstSurrogate = 0xD800;
    private const int FirstPrivate = 0xE000;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 512 };
}
