using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>
/// Containers that are recognized by their marks and not looked into: RAR and Zstandard, and the engines of TensorRT, whose layout is not
/// published and which hold programs for a graphics card. They are never clean.
/// </summary>
internal sealed class ClosedFormat : ModelFormat
{
    private readonly byte[] _mark;
    private readonly byte[] _otherMark;

    private ClosedFormat(string name, string ending, ReadOnlySpan<byte> mark, ReadOnlySpan<byte> otherMark = default)
    {
        Name = name;
        Endings = [ending];
        _mark = mark.ToArray();
        _otherMark = otherMark.IsEmpty ? _mark : otherMark.ToArray();
    }

    public static ClosedFormat Rar { get; } = new("rar", ".rar", "Rar!\u001A\u0007"u8);

    public static ClosedFormat Zstandard { get; } = new("zstd", ".zst", [0x28, 0xB5, 0x2F, 0xFD]);

    public static ClosedFormat TensorRt { get; } = new("tensorrt", ".engine", "ftrt"u8, "ptrt"u8);

    public override string Name { get; }

    public override IReadOnlyList<string> Endings { get; }

    public override IReadOnlyList<FindingRule> Rules => ArchiveRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head.StartsWith(_mark) || head.StartsWith(_otherMark);

    public override void Inspect(ModelContent content, string name, InspectionContext context) =>
        context.Add(ArchiveRules.NotLookedInto, $"A file of the format {Name} is not looked into.", 0);
}
