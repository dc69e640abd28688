using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Precinto.Inspection;

namespace Precinto.Cli.Output;

/// <summary>
/// One JSON document on stdout. Data such as paths and labels stand there exactly as they are (in ASCII, so that nothing in them acts on a terminal);
/// prose is escaped as everywhere else.
/// </summary>
internal static class JsonText
{
    public static void Write(TextWriter output, Action<Utf8JsonWriter> write) => output.WriteLine(Render(write));

    /// <summary>The document as a text without a line feed at its end.</summary>
    public static string Render(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default }))
            write(writer);

        // "##[" and "##vso[" in a line are orders to CI runners, and only strings can hold them.
        return Encoding.ASCII.GetString(buffer.WrittenSpan).Replace("##", @"\u0023\u0023", StringComparison.Ordinal);
    }

    /// <summary>A text as it is; one that JSON cannot hold, with a lone surrogate, escaped.</summary>
    public static void WriteData(this Utf8JsonWriter writer, string name, string? value) =>
        writer.WriteString(name, value is null || IsWellFormed(value) ? value : Escaping.Escape(value));

    /// <summary>Sentences and names that may quote a model.</summary>
    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(Escaping.Escape(value));
        writer.WriteEndArray();
    }

    /// <summary>A list of words that are the user's or ours; nothing of it comes from a model.</summary>
    public static void WriteWords(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    /// <summary>A sentence that may quote a model.</summary>
    public static void WriteProse(this Utf8JsonWriter writer, string name, string value) => writer.WriteString(name, Escaping.Escape(value));

    public static void WriteNumber(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    public static void WriteTime(this Utf8JsonWriter writer, string name, DateTimeOffset? value) =>
        writer.WriteString(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>A label or a setting in its own type: a real number keeps its point.</summary>
    public static void WriteScalar(this Utf8JsonWriter writer, ScalarValue value)
    {
        switch (value.Kind)
        {
            case ScalarKind.Null:
                writer.WriteNullValue();
                break;
            case ScalarKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean());
                break;
            case ScalarKind.Integer:
                writer.WriteNumberValue(value.AsInteger());
                break;
            case ScalarKind.Real:
                writer.WriteReal(value.AsReal());
                break;
            case ScalarKind.Text:
                var text = value.AsText();
                writer.WriteStringValue(IsWellFormed(text) ? text : Escaping.Escape(text));
                break;
            default:
                throw new InvalidOperationException($"Unknown kind {value.Kind}.");
        }
    }

    /// <summary>A real number; JSON has none that is not finite, so that it becomes <c>"NaN"</c>, <c>"Infinity"</c> or <c>"-Infinity"</c>.</summary>
    public static void WriteReal(this Utf8JsonWriter writer, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
            writer.WriteStringValue(text);
        else
            writer.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text);
    }

    /// <summary>A probability: a number, and a text where it is none.</summary>
    public static void WriteProbability(this Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteReal(value);
    }

    private static bool IsWellFormed(string text)
    {
        for (var index = 0; index < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, index, out var rune))
                return false;
            index += rune.Utf16SequenceLength;
        }

        return true;
    }
}
