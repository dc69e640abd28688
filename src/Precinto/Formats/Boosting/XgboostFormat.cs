using System.Text;
using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>
/// A model of XGBoost as <c>save_model</c> writes it since version 1.0: JSON, or Universal Binary JSON. What a booster is pickled as
/// (<c>XGBoosterSerializeToBuffer</c>) holds such a model beside the configuration of its training.
/// </summary>
internal sealed class XgboostFormat : ModelFormat
{
    public override string Name => "xgboost";

    public override IReadOnlyList<string> Endings => [".ubj", ".json"];

    public override IReadOnlyList<FindingRule> Rules => BoostingRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => IsBinary(head) || IsText(head);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Facts.Framework = "xgboost";
        BoostedModelReader model = new(context, content.Length);
        Span<byte> head = stackalloc byte[(int)Math.Min(32, content.Length)];
        content.Read(0, head);
        if (IsBinary(head))
            InspectBinary(content, model, context);
        else
            InspectText(content, model, context);
        model.Finish(content.Length);
    }

    private static void InspectBinary(ModelContent content, BoostedModelReader model, InspectionContext context)
    {
        UbjsonReader reader = new(new(content));
        for (long events = 0; reader.Read(model); events++)
        {
            if ((events & 0xFFFF) == 0)
                context.Cancellation.ThrowIfCancellationRequested();
        }

        if (reader.Position < content.Length)
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - reader.Position} bytes follow the model.", reader.Position);
    }

    private static void InspectText(ModelContent content, BoostedModelReader model, InspectionContext context)
    {
        if (content.Length > context.Limits.JsonBytes)
        {
            context.Add(InspectionRules.LimitReached, $"Has {content.Length} bytes; {context.Limits.JsonBytes} are read.");
            return;
        }

        // Settings, templates and secrets may stand in it as in any JSON.
        JsonConfiguration configuration = new("", context);
        BoundedJson reader = new(PythonJson.Replaced(content.ToArray()), 0, DeepestNesting);
        while (reader.Read())
        {
            configuration.Take(ref reader);
            switch (reader.Token)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    model.Begin(reader.Token == JsonTokenType.StartObject, reader.Offset);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    model.End(reader.Token == JsonTokenType.EndObject, reader.Offset);
                    break;
                case JsonTokenType.PropertyName:
                    model.Name(reader.ReadText(), reader.Offset);
                    break;
                case JsonTokenType.String:
                    model.Text(reader.ReadText(), reader.Offset);
                    break;
                case JsonTokenType.Number when reader.TryGetInteger(out var value):
                    model.Integer(value, reader.Offset);
                    break;
                default:
                    model.Other(reader.Offset);
                    break;
            }
        }
    }

    // {"learner": { or {"version": [
    public static bool IsText(ReadOnlySpan<byte> head)
    {
        var text = head.TrimStart(" \t\r\n"u8);
        if (text is not [(byte)'{', ..])
            return false;
        text = text[1..].TrimStart(" \t\r\n"u8);
        var isVersion = text.StartsWith("\"version\""u8);
        if (!isVersion && !text.StartsWith("\"learner\""u8))
            return false;
        text = text[9..].TrimStart(" \t\r\n"u8);
        if (text is not [(byte)':', ..])
            return false;
        text = text[1..].TrimStart(" \t\r\n"u8);
        return text is [var next, ..] && (isVersion ? next == (byte)'[' && text.IndexOf("\"learner\""u8) > 0 : next == (byte)'{');
    }

    // The name of the first member, behind its length in one of five sizes.
    private static bool IsBinary(ReadOnlySpan<byte> head)
    {
        if (head is not [(byte)'{', var mark, ..])
            return false;
        var size = (char)mark switch { 'i' or 'U' => 1, 'I' => 2, 'l' => 4, 'L' => 8, _ => 0 };
        if (size == 0 || head.Length <= 2 + size || head.Slice(2, size - 1).ContainsAnyExcept((byte)0))
            return false;
        int length = head[1 + size];
        var name = head[(2 + size)..];
        return name.Length > length && Beginnings.Contains(Encoding.Latin1.GetString(name[..length]));
    }

    private static readonly string[] Beginnings = ["learner", "version", "Config", "Model"];

    private const int DeepestNesting = 64;
}
