using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Gguf;

/// <summary>
/// What GGUF replaced in 2023: a mark (<c>ggml</c>, <c>ggmf</c>, <c>ggjt</c>, <c>ggla</c>, as a little-endian number), a version in all but the first,
/// then the model's numbers in an order that only the program for that very model knows. No more than the header can be checked.
/// </summary>
internal sealed class GgmlFormat : ModelFormat
{
    public override string Name => "ggml";

    public override IReadOnlyList<string> Endings => [".ggml"];

    public override IReadOnlyList<FindingRule> Rules => GgufRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        head.Length >= SmallestHeader && KindOf(head) is { } kind && (kind == "GGML" || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) <= LargestVersion);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var head = new byte[SmallestHeader];
        content.Read(0, head);
        var kind = KindOf(head)!;
        var second = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));

        context.Facts.Framework = "ggml";
        context.Facts.FrameworkVersion = kind == "GGML" ? kind : $"{kind} {second}";
        // Without a version, the vocabulary's size comes first in every program that wrote the format.
        if (kind == "GGML" && second is 0 or > 10_000_000)
            throw new MalformedModelException(4, $"Declares a vocabulary of {second} words.");
        if (kind != "GGML" && second == 0)
            throw new MalformedModelException(4, $"{kind} has no version 0.");
        context.Add(GgufRules.Legacy, $"{kind} was replaced by GGUF in 2023; only its header can be checked.", 0);
    }

    private static string? KindOf(ReadOnlySpan<byte> head) =>
        head.StartsWith("lmgg"u8) ? "GGML"
        : head.StartsWith("fmgg"u8) ? "GGMF"
        : head.StartsWith("tjgg"u8) ? "GGJT"
        : head.StartsWith("algg"u8) ? "GGLA"
        : null;

    private const int SmallestHeader = 16;
    private const uint LargestVersion = 65_535;
}
