using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>Containers that are recognized by their marks and not looked into: 7z, RAR and Zstandard. They are never clean.</summary>
internal sealed class ClosedArchiveFormat : ModelFormat
{
    private readonly byte[] _mark;

    private ClosedArchiveFormat(string name, string ending, ReadOnlySpan<byte> mark)
    {
        Name = name;
        Endings = [ending];
        _mark = mark.ToArray();
    }

    public static ClosedArchiveFormat SevenZip { get; } = new("7z", ".7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]);

    public static ClosedArchiveFormat Rar { get; } = new("rar", ".rar", "Rar!\u001A\u0007"u8);

    public static ClosedArchiveFormat Zstandard { get; } = new("zstd", ".zst", [0x28, 0xB5, 0x2F, 0xFD]);

    public override string Name { get; }

    public override IReadOnlyList<string> Endings { get; }

    public override IReadOnlyList<FindingRule> Rules => ArchiveRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head.StartsWith(_mark);

    public override void Inspect(ModelContent content, string name, InspectionContext context) =>
        context.Add(ArchiveRules.NotLookedInto, $"A {Name} archive is not looked into.", 0);
}
