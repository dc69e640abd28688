using Precinto.Files;
using Precinto.Formats.Jinja;
using Precinto.Formats.Json;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Gguf;

/// <summary>
/// What llama.cpp and its kin load (ggml-org/ggml, docs/gguf.md, versions 1 to 3, in either byte order):
/// <c>GGUF</c> · version · number of tensors · number of keys · keys with typed values · declarations of tensors · padding · tensors.
/// </summary>
internal sealed class GgufFormat : ModelFormat
{
    public override string Name => "gguf";

    public override IReadOnlyList<string> Endings => [".gguf"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. GgufRules.All, .. JinjaRules.All, JsonRules.Template, .. SecretRules.All];

    // The mark is text; behind it comes a version, small in one of the byte orders.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        head.StartsWith("GGUF"u8) && (head.Length < 8 || (head[4] != 0 && head[6] == 0 && head[7] == 0) || (head[4] == 0 && head[5] == 0 && head[7] != 0));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        GgufReader reader = new(content);
        var tensorCount = reader.ReadCount(SmallestTensor, "tensors");
        var keyCount = reader.ReadCount(SmallestKey, "keys");
        if (tensorCount > context.Limits.Tensors)
            throw new MalformedModelException(8, $"Declares {tensorCount} tensors; {context.Limits.Tensors} are read.");

        var metadata = GgufMetadata.Read(reader, keyCount, context);
        List<GgufTensor> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (long index = 0; index < tensorCount; index++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var tensor = GgufTensor.Read(reader, context);
            if (!names.Add(tensor.Name))
                context.Add(GgufRules.DuplicateTensor, $"'{tensor.Name}' occurs twice.", tensor.DeclaredAt);
            tensors.Add(tensor);
        }

        WriteFacts(reader, metadata, tensors, context.Facts);
        GgufLayout.Check(content, reader.Position, metadata.Alignment, tensors, context);
    }

    private static void WriteFacts(GgufReader reader, GgufMetadata metadata, List<GgufTensor> tensors, ModelFacts facts)
    {
        facts.Framework = "ggml";
        facts.FrameworkVersion = $"GGUF {reader.Version}";
        facts.Type = metadata.Text("general.architecture");
        List<KeyValuePair<string, ScalarValue>> settings = [.. metadata.Values];
        if (metadata.Number("general.file_type") is { } fileType && GgufTypes.Quantization(fileType) is { } quantization)
            settings.Insert(0, new("quantization", ScalarValue.From(quantization)));
        if (reader.IsBigEndian)
            settings.Insert(0, new("byte_order", ScalarValue.From("big")));
        facts.Settings = settings;

        // The file states dimensions innermost first.
        facts.Tensors = [.. tensors.Select(tensor => new TensorFact(tensor.Name, tensor.ElementType, [.. tensor.Dimensions.Reverse().Select(length => (long?)length)]))];
        facts.Parts = [.. tensors.GroupBy(tensor => tensor.ElementType).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, (long)group.Count()))];
        Int128 parameters = 0;
        foreach (var tensor in tensors)
            parameters += tensor.Elements;
        facts.ParameterCount = parameters <= long.MaxValue ? (long)parameters : null;
    }

    // A name's length, the number of dimensions, type and offset; a key's length, its type and one byte: in version 1, the shortest.
    private const int SmallestTensor = 20;
    private const int SmallestKey = 9;
}
