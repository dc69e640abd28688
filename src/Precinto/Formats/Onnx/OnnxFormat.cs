using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Python;
using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>
/// An ONNX model (onnx/onnx, onnx.proto, up to IR version 13): one protobuf message, ModelProto,
/// with the graph in field 7; it has no mark, so its structure is what tells it.
/// </summary>
internal sealed class OnnxFormat : ModelFormat
{
    public override string Name => "onnx";

    public override IReadOnlyList<string> Endings => [".onnx"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. OnnxRules.All, PythonRules.Evaluated];

    public override bool IsMessage => true;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => OnnxDetection.IsModel(content);

    public override void Inspect(ModelContent content, string name, InspectionContext context) =>
        WriteFacts(new OnnxReader(content, context).Read(), context);

    private static void WriteFacts(OnnxSummary model, InspectionContext context)
    {
        var facts = context.Facts;
        facts.Framework = "onnx";
        facts.FrameworkVersion = model.IrVersion is { } version ? $"IR {version}" : null;
        facts.Type = Find(model, "model_type") is { Length: > 0 } type ? type : model.Kind ?? (model.GraphName.Length > 0 ? model.GraphName : null);

        HashSet<string> stored = [.. model.Tensors.Select(tensor => tensor.Name)];
        // Up to IR version 3 each initializer is listed as an input as well; nobody passes those.
        facts.Inputs = [.. model.Inputs.Where(input => !stored.Contains(input.Name))];
        facts.Outputs = model.Outputs;
        facts.Tensors = model.Tensors;
        facts.ParameterCount = model.ParameterCount <= long.MaxValue ? (long)model.ParameterCount : null;
        facts.FeatureCount = facts.Inputs is [{ Shape: [.., var last] }] ? last : null;
        facts.Classes = model.Classes ?? (Find(model, "classes") is { } classes ? ReadClasses(classes) : null);
        facts.Parts = [.. model.Operators
            .Select(entry => KeyValuePair.Create(entry.Key.Domain.Length == 0 ? entry.Key.Name : $"{entry.Key.Domain}.{entry.Key.Name}", entry.Value.Count))
            .OrderBy(part => part.Key, StringComparer.Ordinal)];
        facts.Settings = [.. Settings(model)];
    }

    private static IEnumerable<KeyValuePair<string, ScalarValue>> Settings(OnnxSummary model)
    {
        if (model.IrVersion is { } version)
            yield return new("ir_version", ScalarValue.From(version));
        if (model.Producer.Length > 0)
            yield return new("producer_name", ScalarValue.From(model.Producer));
        if (model.ProducerVersion.Length > 0)
            yield return new("producer_version", ScalarValue.From(model.ProducerVersion));
        if (model.Domain.Length > 0)
            yield return new("domain", ScalarValue.From(model.Domain));
        if (model.ModelVersion is { } modelVersion)
            yield return new("model_version", ScalarValue.From(modelVersion));
        if (model.GraphName.Length > 0)
            yield return new("graph", ScalarValue.From(model.GraphName));
        foreach (var (domain, opset) in model.Opsets)
            yield return new("opset." + (domain.Length == 0 ? "ai.onnx" : domain), ScalarValue.From(opset));
        foreach (var (key, value) in model.Metadata)
            yield return new("metadata." + key, ScalarValue.From(value));
    }

    private static string? Find(OnnxSummary model, string key) => model.Metadata.FirstOrDefault(entry => entry.Key == key).Value;

    // A JSON array of texts and whole numbers, as producers write it into the metadata; anything else says nothing.
    private static List<ScalarValue>? ReadClasses(string json)
    {
        try
        {
            BoundedJson reader = new(System.Text.Encoding.UTF8.GetBytes(json), 0, 2);
            if (reader.Next() != System.Text.Json.JsonTokenType.StartArray)
                return null;

            List<ScalarValue> classes = [];
            while (reader.Next() != System.Text.Json.JsonTokenType.EndArray)
            {
                if (reader.Token == System.Text.Json.JsonTokenType.String)
                    classes.Add(ScalarValue.From(reader.ReadText()));
                else if (reader.TryGetInteger(out var number))
                    classes.Add(ScalarValue.From(number));
                else
                    return null;
            }

            return classes.Count > 0 ? classes : null;
        }
        catch (MalformedModelException)
        {
            return null;
        }
    }
}
