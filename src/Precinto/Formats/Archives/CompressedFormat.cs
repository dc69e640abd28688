using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>
/// One file that was compressed by gzip (RFC 1952), bzip2, xz, lzma, lz4 or Zstandard; what is in it is inspected as a file of its own.
/// A compressed pickle is no such file but one of joblib, which loads it as it is, compressed by zlib also: two bytes of zlib are too
/// few to be a mark of anything else.
/// </summary>
internal sealed class CompressedFormat : ModelFormat
{
    public override string Name => "compressed";

    public override IReadOnlyList<string> Endings => [".gz", ".tgz", ".bz2", ".xz", ".lzma", ".lz4", ".zst"];

    public override IReadOnlyList<FindingRule> Rules => ArchiveRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => IsCompressed(head);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var head = content.Head(HeadSize);
        var reader = CompressedPickle.Open(content, head, context.Limits, out var stream, out var source);
        using (stream)
        {
            using var held = context.Hold();
            if (Expand(reader, content, held, context) is not { } expanded)
                return;

            if (source.Position < content.Length)
                context.Add(InspectionRules.TrailingBytes, $"{content.Length - source.Position} bytes follow the compressed data.", source.Position);
            if (head is [0x1F, 0x8B, ..] && !EndsAsGzip(content, expanded, context))
                context.Add(InspectionRules.Malformed, "The checksum or the size at the end of the compressed data does not fit.", content.Length);
            Hand(expanded, name, context);
        }
    }

    private static PiecedContent? Expand(BoundedReader reader, ModelContent content, HeldBytes held, InspectionContext context)
    {
        List<byte[]> pieces = [];
        long expanded = 0;

        var isModel = !ZipReading.IsText(InspectionContext.Detect(ModelContent.FromBytes(reader.Peek(BoundedReader.WindowSize).ToArray()), ""));

        // What its size forbids ends here, so that it has one name by whatever it was compressed.
        var limit = CompressedPickle.Limit(content, context.Limits) - BoundedReader.WindowSize;
        while (expanded > limit || !reader.IsAtEnd)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var start = (int)(expanded % PiecedContent.PieceSize);
            var length = expanded > limit ? 0 : Math.Min(reader.Window.Length, PiecedContent.PieceSize - start);
            if (length == 0 || !context.TryExpand(length, isModel))
            {
                context.Add(InspectionRules.ExpansionBomb, $"Expands from {content.Length} to more than {expanded} bytes.");
                return null;
            }

            if (expanded + length > HeldBytes.LargestMember || !held.TryTake(length))
            {
                context.Add(InspectionRules.LimitReached, $"Expands to more than the {HeldBytes.LargestMember} bytes that are read, or than the {context.Limits.HeldBytes} that are held at once.");
                return null;
            }

            if (start == 0)
                pieces.Add(new byte[PiecedContent.PieceSize]);
            reader.ReadSpan(length).CopyTo(pieces[^1].AsSpan(start));
            expanded += length;
        }

        return new(pieces, expanded);
    }

    private static bool IsCompressed(ReadOnlySpan<byte> head) => head switch
    {
        [0x78 or (byte)'Z', ..] => false,
        [0x5D, ..] => IsLzma(head),
        _ => CompressedPickle.IsCompressed(head),
    };

    // Lzma has no mark. Its head is the usual properties, a dictionary of one or three halves of a power of two, a size that is not stated or
    // can be, and a first byte of the coder that is always zero.
    private static bool IsLzma(ReadOnlySpan<byte> head)
    {
        if (head.Length < 14 || head[13] != 0)
            return false;
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(head[1..]);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(head[5..]);
        return dictionary >= SmallestDictionary && (uint.IsPow2(dictionary) || (dictionary % 3 == 0 && uint.IsPow2(dictionary / 3)))
            && size is ulong.MaxValue or < LargestLzma;
    }

    // Whether what was compressed is compressed, and what is in it again: nobody does that who has nothing to hide.
    private static bool IsCompressedTwice(ModelContent content, InspectionLimits limits)
    {
        var head = content.Head(HeadSize);
        if (!IsCompressed(head))
            return false;
        try
        {
            var reader = CompressedPickle.Open(content, head, limits, out var stream, out _);
            using (stream)
                return IsCompressed(reader.Peek(HeadSize));
        }
        catch (MalformedModelException)
        {
            return false;
        }
    }

    // RFC 1952, 2.3.1: CRC-32 and size, of the last member where there are several (2.2). The framework's decompressor checks each that ends,
    // and is content with an end that is cut off.
    private static bool EndsAsGzip(ModelContent content, ModelContent expanded, InspectionContext context)
    {
        Span<byte> end = stackalloc byte[8];
        if (content.Length < 18)
            return false;
        content.Read(content.Length - 8, end);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[4..]);
        return size <= expanded.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(end) == Crc32.Compute(new ContentSlice(expanded, expanded.Length - size, size), context.Cancellation);
    }

    private void Hand(ModelContent content, string name, InspectionContext context)
    {
        if (IsCompressedTwice(content, context.Limits))
        {
            context.Add(ArchiveRules.CompressedAgain, "What was compressed is compressed twice more, and not looked into.");
            return;
        }

        var inner = Endings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } known ? name[..^known.Length]
            // What a blob expands to has no name: it is not what the digest is of.
            : name[(name.LastIndexOf('/') + 1)..];
        inner = name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) ? inner + ".tar" : inner;
        var (member, format) = context.InspectMember(content, inner);
        if (format == "unknown")
            context.Add(ArchiveRules.UnknownContent, "What was compressed is of no known format.");
        context.Facts.Take(member.Facts);
        if (member.Facts.Parts.Count == 0)
            context.Facts.Parts = [new(format, 1)];
    }

    private const int HeadSize = 16;
    private const uint SmallestDictionary = 4096;
    private const ulong LargestLzma = 1UL << 38;
}
