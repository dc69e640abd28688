using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>
/// One file that was compressed by gzip (RFC 1952), bzip2, xz, lzma, zlib or lz4; what is in it is inspected as a file of its own.
/// A compressed pickle is no such file but one of joblib, which loads it as it is.
/// </summary>
internal sealed class CompressedFormat : ModelFormat
{
    public override string Name => "compressed";

    public override IReadOnlyList<string> Endings => [".gz", ".tgz", ".bz2", ".xz", ".lzma", ".lz4"];

    public override IReadOnlyList<FindingRule> Rules => ArchiveRules.All;

    // Two bytes of zlib or of old joblib, and three of lzma, are in too many other files to be a mark.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head is not [0x78 or 0x5D or (byte)'Z', ..] && CompressedPickle.IsCompressed(head);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        Span<byte> head = stackalloc byte[16];
        head = head[..content.Read(0, head)];
        var reader = CompressedPickle.Open(content, head, context.Limits, out var stream, out var source);
        using (stream)
        {
            using MemoryStream expanded = new();
            while (!reader.IsAtEnd)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var piece = reader.ReadSpan(reader.Window.Length);
                if (expanded.Length + piece.Length > LargestInMemory)
                {
                    context.Add(InspectionRules.LimitReached, $"Expands to more than the {LargestInMemory} bytes that are read.");
                    return;
                }

                expanded.Write(piece);
            }

            if (!context.TryExpand(content.Length, expanded.Length))
            {
                context.Add(InspectionRules.ExpansionBomb, $"Expands from {content.Length} to {expanded.Length} bytes.");
                return;
            }

            if (source.Position < content.Length)
                context.Add(InspectionRules.TrailingBytes, $"{content.Length - source.Position} bytes follow the compressed data.", source.Position);
            if (head is [0x1F, 0x8B, ..] && !EndsAsGzip(content, expanded))
                context.Add(InspectionRules.Malformed, "The checksum or the size at the end of the compressed data does not fit.", content.Length);
            Hand(ModelContent.FromBytes(expanded.GetBuffer().AsMemory(0, (int)expanded.Length)), name, context);
        }
    }

    // RFC 1952, 2.3.1: CRC-32 and size, of the last member where there are several (2.2). The framework's decompressor checks each that ends,
    // and is content with an end that is cut off.
    private static bool EndsAsGzip(ModelContent content, MemoryStream expanded)
    {
        Span<byte> end = stackalloc byte[8];
        if (content.Length < 18)
            return false;
        content.Read(content.Length - 8, end);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[4..]);
        return size <= expanded.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(end) == Crc32.Append(0, expanded.GetBuffer().AsSpan((int)(expanded.Length - size), (int)size));
    }

    private void Hand(ModelContent content, string name, InspectionContext context)
    {
        var inner = Endings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } known ? name[..^known.Length] : name;
        inner = name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) ? inner + ".tar" : inner;
        var (member, format) = context.InspectMember(content, inner);
        if (format == "unknown")
            context.Add(ArchiveRules.UnknownContent, "What was compressed is of no known format.");
        var (from, to) = (member.Facts, context.Facts);
        (to.Framework, to.FrameworkVersion, to.Type, to.Module) = (from.Framework, from.FrameworkVersion, from.Type, from.Module);
        (to.Inputs, to.Outputs, to.Tensors, to.ParameterCount) = (from.Inputs, from.Outputs, from.Tensors, from.ParameterCount);
        (to.FeatureCount, to.Classes, to.Settings) = (from.FeatureCount, from.Classes, from.Settings);
        to.Parts = from.Parts.Count > 0 ? from.Parts : [new(format, 1)];
    }

    private const long LargestInMemory = 256L << 20;
}
