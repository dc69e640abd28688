using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>
/// Files that are recognized by their marks and not looked into: RAR, the engines of TensorRT, whose layout is not published and which hold
/// programs for a graphics card, and what R saves, whose values may be code that runs when they are first looked at (CVE-2024-27322). They are never clean.
/// </summary>
internal sealed class ClosedFormat : ModelFormat
{
    private readonly byte[][] _marks;

    private ClosedFormat(string name, string[] endings, params byte[][] marks)
    {
        Name = name;
        Endings = endings;
        _marks = marks;
    }

    public static ClosedFormat Rar { get; } = new("rar", [".rar"], [.. "Rar!\u001A\u0007"u8]);

    public static ClosedFormat TensorRt { get; } = new("tensorrt", [".engine"], [.. "ftrt"u8], [.. "ptrt"u8]);

    // "R Internals", section 1.8: a workspace names its form (binary, text, in the machine's order) and version first; a single value begins with the form.
    public static ClosedFormat R { get; } = new("rdata", [".rds", ".rdata", ".rda"],
        [.. "RDX2\n"u8], [.. "RDX3\n"u8], [.. "RDA2\n"u8], [.. "RDA3\n"u8], [.. "RDB2\n"u8], [.. "RDB3\n"u8],
        [.. "X\n\0\0\0"u8, 2], [.. "X\n\0\0\0"u8, 3], [.. "B\n"u8, 2, 0, 0, 0], [.. "B\n"u8, 3, 0, 0, 0]);

    public override string Name { get; }

    public override IReadOnlyList<string> Endings { get; }

    public override IReadOnlyList<FindingRule> Rules => ArchiveRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => StartsWithAny(head) || (Name == "rdata" && SerializationOfR.Is(head, content));

    public override void Inspect(ModelContent content, string name, InspectionContext context) =>
        context.Add(ArchiveRules.NotLookedInto, $"A file of the format {Name} is not looked into.", 0);

    private bool StartsWithAny(ReadOnlySpan<byte> head)
    {
        foreach (var mark in _marks)
        {
            if (head.StartsWith(mark))
                return true;
        }

        return false;
    }
}
