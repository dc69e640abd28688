using System.Buffers.Binary;
using System.IO.Compression;
using Precinto.Files;
using Precinto.Formats.Compression;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>
/// The compressions that <c>joblib.load</c> recognizes by their first bytes, whatever the file is called: zlib, gzip, bzip2, xz, lzma and lz4,
/// and what joblib before 0.10 wrote: <c>ZF</c>, the expanded size in hexadecimal, and a zlib stream. And Zstandard, by which pandas reads pickles.
/// </summary>
internal static class CompressedPickle
{
    public static bool IsCompressed(ReadOnlySpan<byte> head) => head switch
    {
        // A zlib header is a multiple of 31.
        [0x78, var flags, ..] => ((0x78 << 8) | flags) % 31 == 0,
        [0x1F, 0x8B, 0x08, ..] => true,
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => true,
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00, ..] => true,
        [0x5D, 0x00, 0x00, ..] => true,
        [0x04, 0x22, 0x4D, 0x18, ..] => true,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => true,
        [(byte)'Z', (byte)'F', ..] => true,
        _ => false,
    };

    /// <summary>A reader of the decompressed bytes; more than the limits allow are malformed.</summary>
    public static BoundedReader Open(ModelContent content, ReadOnlySpan<byte> head, InspectionLimits limits, out Stream stream, out ContentStream source)
    {
        // The framework's decompressors take in what they are given. In pieces, and byte by byte towards the end of the file, it is seen where one stopped.
        source = head[0] is 0x78 or 0x1F or (byte)'Z' ? new(content, singleBytes: LastBytes, piece: LastBytes / 2) : new(content);
        stream = Create(source, head);
        return new(stream, Limit(content, limits));
    }

    /// <summary>How many bytes the file may expand to.</summary>
    public static long Limit(ModelContent content, InspectionLimits limits)
    {
        var proportional = content.Length > limits.ExpandedBytes / limits.ExpansionRatio ? limits.ExpandedBytes : content.Length * limits.ExpansionRatio;
        return Math.Min(limits.ExpandedBytes, Math.Max(InspectionContext.FreeModelExpansion, proportional));
    }

    /// <summary>
    /// Whether what was read to its end has an end, for those formats whose decompressor is content without: zlib stops by itself where its checksum
    /// stands; gzip ends in the expanded size of its last member.
    /// </summary>
    public static bool IsWhole(ModelContent content, ReadOnlySpan<byte> head, long expanded, ContentStream source)
    {
        Span<byte> size = stackalloc byte[4];
        return head[0] switch
        {
            0x78 or (byte)'Z' => !source.HasAskedBeyondEnd,
            0x1F => content.Length >= 18 && content.Read(content.Length - 4, size) == 4 && BinaryPrimitives.ReadUInt32LittleEndian(size) <= expanded,
            _ => true,
        };
    }

    private static Stream Create(ContentStream source, ReadOnlySpan<byte> head) => head[0] switch
    {
        0x78 => new ZLibStream(source, CompressionMode.Decompress),
        0x1F => new GZipStream(source, CompressionMode.Decompress),
        (byte)'B' => new ConcatenatedBZip2(source),
        0xFD => new XzStream(source),
        0x5D => LzmaStream.Alone(source),
        0x04 => new Lz4Stream(source),
        0x28 => new ZstandardStream(source),
        (byte)'Z' => CreateCompatible(source, head),
        _ => throw new ArgumentException("The compression is not known.", nameof(head)),
    };

    // joblib/numpy_pickle_compat.py: "ZF", the size in 19 characters, of Python 2 one blank more. Who loads it stops where the size says otherwise.
    private static ZLibStream CreateCompatible(ContentStream source, ReadOnlySpan<byte> head)
    {
        var start = 2 + 19;
        if (head.Length > start && head[start] == ' ')
            start++;
        source.Position = Math.Min(start, source.Length);
        return new(source, CompressionMode.Decompress);
    }

    private const int LastBytes = 1024;
}
