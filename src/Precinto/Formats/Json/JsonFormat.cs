using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Boosting;
using Precinto.Formats.Jinja;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>A JSON object or array (RFC 8259), such as the configurations that lie beside a model.</summary>
internal sealed class JsonFormat : ModelFormat
{
    public override string Name => "json";

    public override IReadOnlyList<string> Endings => [".json"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. JsonRules.All, .. JinjaRules.All, .. SecretRules.All];

    // JSON has no mark: what starts like it counts if the first 4 KiB are JSON, or if its name says so.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        var text = SkipMark(head).TrimStart(" \t\r\n"u8);
        if (text is not [(byte)'{' or (byte)'[', ..] || XgboostFormat.IsText(text))
            return false;
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return true;

        Utf8JsonReader reader = new(SkipMark(PythonJson.ReplaceNumbers(head.ToArray()).Span), isFinalBlock: head.Length == content.Length, new JsonReaderState(new() { MaxDepth = DeepestNesting }));
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

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        if (content.Length > context.Limits.JsonBytes)
        {
            context.Add(InspectionRules.LimitReached, $"Has {content.Length} bytes; {context.Limits.JsonBytes} are read.");
            return;
        }

        var bytes = content.ToArray();
        // A state of a training that went wrong holds such numbers, and is honest.
        var text = SkipMark(PythonJson.ReplaceNumbers(bytes).Span);
        BoundedJson reader = new(text, bytes.Length - text.Length, DeepestNesting);
        JsonConfiguration configuration = new(name, context);
        while (reader.Read())
            configuration.Take(ref reader);
        configuration.WriteFacts();
    }

    private static ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    private const int DeepestNesting = 256;
}
