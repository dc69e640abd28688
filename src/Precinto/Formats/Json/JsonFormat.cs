using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Boosting;
using Precinto.Formats.Jinja;
using Precinto.Formats.Keras;
using Precinto.Formats.Paddle;
using Precinto.Formats.Python;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>A JSON object or array (RFC 8259), such as the configurations that lie beside a model.</summary>
internal sealed class JsonFormat : ModelFormat
{
    public override string Name => "json";

    public override IReadOnlyList<string> Endings => [".json"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. JsonRules.All, .. JinjaRules.All, .. SecretRules.All, .. PaddleRules.All, .. KerasRules.All, PythonRules.Evaluated];

    // JSON has no mark: what starts like it counts if the first 4 KiB are JSON, or if its name says so.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        var text = SkipMark(head).TrimStart(" \t\r\n"u8);
        if (text is not [(byte)'{' or (byte)'[', ..] || XgboostFormat.IsText(text))
            return false;
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return true;

        return IsJson(SkipMark(PythonJson.Replaced(head.ToArray())), isWhole: head.Length == content.Length);
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        if (content.Length > context.Limits.JsonBytes)
        {
            context.Add(InspectionRules.LimitReached, $"Has {content.Length} bytes; {context.Limits.JsonBytes} are read.");
            return;
        }

        var bytes = PythonJson.Replaced(content.ToArray());
        var text = SkipMark(bytes);
        BoundedJson reader = new(text, bytes.Length - text.Length, DeepestNesting, IsLines(text), isPython: true);
        JsonConfiguration configuration = new(name, context);
        while (reader.Read())
            configuration.Take(ref reader);
        configuration.WriteFacts();
        KerasConfiguration.InspectText(text, context);
    }

    // JSON Lines: one value a line, as data sets are kept beside models. Where the first line is a value, and the second begins one.
    private static bool IsLines(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        return end >= 0 && text[(end + 1)..].TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] && IsJson(text[..end], isWhole: true);
    }

    private static bool IsJson(ReadOnlySpan<byte> text, bool isWhole)
    {
        Utf8JsonReader reader = new(text, isWhole, new JsonReaderState(new() { MaxDepth = DeepestNesting }));
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    private const int DeepestNesting = 256;
}
