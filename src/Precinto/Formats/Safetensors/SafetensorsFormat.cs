using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Safetensors;

/// <summary>
/// Tensors and nothing else (huggingface/safetensors, format description of its README):
/// length of the header (8 bytes) · JSON header, padded by spaces · the tensors, which cover the rest without gap and overlap.
/// </summary>
internal sealed class SafetensorsFormat : ModelFormat
{
    public override string Name => "safetensors";

    public override IReadOnlyList<string> Endings => [".safetensors"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. SafetensorsRules.All, .. SecretRules.All];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        if (head.Length < 10)
            return false;

        var fits = BinaryPrimitives.ReadUInt64LittleEndian(head) is >= 2 and var length && length <= (ulong)content.Length - 8;
        var opens = head[8] == '{';
        var claims = name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
        return (fits && opens) || (claims && (fits || opens));
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        BoundedReader reader = new(content);
        var length = reader.ReadUInt64();
        if (length > LargestHeader || length > (ulong)reader.Remaining)
        {
            context.Add(SafetensorsRules.HeaderLength, $"The header declares {length} bytes, {reader.Remaining} follow.", 0);
            return;
        }

        var json = reader.ReadBytes((long)length, LargestHeader);
        if (json is not [(byte)'{', ..])
            throw new MalformedModelException(8, "The header does not start with a brace.");

        if (SafetensorsHeader.Read(json, 8, context) is not { } header)
        {
            context.Add(InspectionRules.LimitReached, $"Declares more than the {context.Limits.Tensors} tensors that are read.", 8);
            return;
        }

        CheckTensors(header, reader.Position, content.Length, context);
        WriteFacts(header, context.Facts);
        foreach (var (key, value) in header.Metadata)
            SecretSearch.Notice(value, $"'{key}'", 8, context);
    }

    private static void CheckTensors(SafetensorsHeader header, long start, long fileLength, InspectionContext context)
    {
        var available = fileLength - start;
        long position = 0;
        SafetensorsTensor? last = null;
        foreach (var tensor in header.Tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            CheckSize(tensor, context);
            if (tensor.End < tensor.Begin || tensor.End > available)
            {
                context.Add(SafetensorsRules.OutOfRange, $"'{tensor.Name}' lies at {tensor.Begin} to {tensor.End} of {available} bytes.", tensor.DeclaredAt);
                continue;
            }

            if (tensor.Begin < position)
                context.Add(SafetensorsRules.Overlap, $"'{tensor.Name}' overlaps '{last?.Name}'.", tensor.DeclaredAt);
            else if (tensor.Begin > position)
                context.Add(SafetensorsRules.Gap, $"{tensor.Begin - position} bytes before '{tensor.Name}' belong to no tensor.", start + position);
            if (tensor.End > position)
                (position, last) = (tensor.End, tensor);
        }

        if (position < available)
            context.Add(InspectionRules.TrailingBytes, $"{available - position} bytes follow the last tensor.", start + position);
    }

    private static void CheckSize(SafetensorsTensor tensor, InspectionContext context)
    {
        var bits = SafetensorsHeader.BitsOf(tensor.ElementType);
        if (bits == 0)
        {
            context.Add(SafetensorsRules.UnknownType, $"'{tensor.Name}' has elements of type '{tensor.ElementType}'.", tensor.DeclaredAt);
            return;
        }

        var total = TensorShape.Count(tensor.Shape) is { } count ? (Int128)count * bits : -1;
        if (total < 0 || total % 8 != 0 || total / 8 != (Int128)tensor.End - tensor.Begin)
            context.Add(SafetensorsRules.SizeMismatch,
                $"'{tensor.Name}' of type {tensor.ElementType} and shape [{string.Join(", ", tensor.Shape)}] has {(Int128)tensor.End - tensor.Begin} bytes.", tensor.DeclaredAt);
    }

    private static void WriteFacts(SafetensorsHeader header, ModelFacts facts)
    {
        facts.Framework = header.Metadata.FirstOrDefault(entry => entry.Key == "format").Value switch
        {
            "pt" => "pytorch",
            "tf" => "tensorflow",
            "flax" => "flax",
            "np" => "numpy",
            "mlx" => "mlx",
            _ => "safetensors",
        };
        facts.Tensors = [.. header.Tensors.Select(tensor => new TensorFact(tensor.Name, tensor.ElementType, [.. tensor.Shape.Select(length => (long?)length)]))];
        facts.Settings = [.. header.Metadata.Select(entry => KeyValuePair.Create(entry.Key, ScalarValue.From(entry.Value)))];
        facts.Parts = [.. header.Tensors.GroupBy(tensor => tensor.ElementType).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, (long)group.Count()))];

        Int128 parameters = 0;
        foreach (var tensor in header.Tensors)
            parameters += TensorShape.Count(tensor.Shape) ?? 0;
        facts.ParameterCount = parameters <= long.MaxValue ? (long)parameters : null;
    }

    private const int LargestHeader = 100_000_000;
}
