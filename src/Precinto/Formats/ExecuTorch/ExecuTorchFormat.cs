using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.FlatBuffers;
using Precinto.Inspection;

namespace Precinto.Formats.ExecuTorch;

/// <summary>
/// A program of ExecuTorch: a FlatBuffer with the mark <c>ET12</c> (executorch, schema/program.fbs), and behind it, where the extended header <c>eh00</c>
/// says so, segments with weights and with what was compiled for backends. Methods hold values, the operators that they call, and delegates.
/// </summary>
internal sealed class ExecuTorchFormat : ModelFormat
{
    public override string Name => "executorch";

    public override IReadOnlyList<string> Endings => [".pte"];

    public override IReadOnlyList<FindingRule> Rules => ExecuTorchRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head.Length >= 8 && head[4..].StartsWith("ET12"u8);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var (programSize, segmentsAt) = ReadHeader(content);
        var program = FlatTable.Root(new ContentSlice(content, 0, programSize));
        context.Facts.Framework = "executorch";
        context.Facts.FrameworkVersion = $"schema {program.Integer(0, 4, 0)}";

        var segments = program.Tables(4, MostTables);
        NoticeSegments(content, segments, programSize, segmentsAt, context);
        var constants = Math.Max(program.List(2, 4).Count, program.Table(5)?.List(1, 8).Count ?? 0);
        SortedDictionary<string, long> parts = new(StringComparer.Ordinal);
        ExecuTorchMethod? first = null;
        foreach (var plan in program.Tables(1, MostMethods))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var method = ExecuTorchMethod.Read(plan, constants, segments.Count, program.List(3, 4).Count, context);
            foreach (var (part, count) in method.Parts)
                parts[part] = parts.GetValueOrDefault(part) + count;
            first ??= method;
        }

        context.Facts.Parts = [.. parts];
        if (first is null)
            return;
        (context.Facts.Type, context.Facts.Inputs, context.Facts.Outputs) = (first.Name, first.Inputs, first.Outputs);
        (context.Facts.Tensors, context.Facts.ParameterCount) = (first.Constants, first.Parameters);
    }

    // Behind the mark: eh00, the header's length, the size of the FlatBuffer, and where segments begin (schema/extended_header.h).
    private static (long ProgramSize, long SegmentsAt) ReadHeader(ModelContent content)
    {
        Span<byte> head = stackalloc byte[32];
        if (content.Read(0, head) < head.Length || !head[8..].StartsWith("eh00"u8))
            return (content.Length, 0);

        var size = BinaryPrimitives.ReadUInt64LittleEndian(head[16..]);
        var segments = BinaryPrimitives.ReadUInt64LittleEndian(head[24..]);
        if (size > (ulong)content.Length || size < (ulong)head.Length || segments > (ulong)content.Length || (segments != 0 && segments < size))
            throw new MalformedModelException(8, $"The header declares a program of {size} bytes and segments at {segments}, of {content.Length} bytes.");
        return ((long)size, (long)segments);
    }

    private static void NoticeSegments(ModelContent content, List<FlatTable> segments, long programSize, long segmentsAt, InspectionContext context)
    {
        var end = programSize;
        foreach (var segment in segments)
        {
            var (offset, size) = (segment.Integer(0, 8, 0), segment.Integer(1, 8, 0));
            if (segmentsAt == 0 || offset < 0 || size < 0 || offset > content.Length - segmentsAt || size > content.Length - segmentsAt - offset)
                context.Add(ExecuTorchRules.Reference, $"A segment of {size} bytes at {offset} lies outside of the file.", segment.Position);
            else
                end = Math.Max(end, segmentsAt + offset + size);
        }

        // Zeros up to the next page are filling.
        var left = new byte[(int)Math.Min(content.Length - end, LargestFilling)];
        content.Read(end, left);
        if (content.Length - end > LargestFilling || left.AsSpan().ContainsAnyExcept((byte)0))
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - end} bytes follow the last segment.", end);
    }

    private const int MostTables = 1_000_000;
    private const int MostMethods = 10_000;
    private const int LargestFilling = 64 << 10;
}
