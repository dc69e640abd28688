using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4.Streams;
using Precinto.Files;
using Precinto.Formats.Archives;
using Precinto.Inspection;
using SharpCompress.Compressors.LZMA;
using SharpCompress.Compressors.Xz;

namespace Precinto.Formats.Pickle;

/// <summary>
/// The compressions that <c>joblib.load</c> recognizes by their first bytes, whatever the file is called: zlib, gzip, bzip2, xz, lzma and lz4,
/// and what joblib before 0.10 wrote: <c>ZF</c>, the expanded size in hexadecimal, and a zlib stream.
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
        [(byte)'Z', (byte)'F', ..] => true,
        _ => false,
    };

    /// <summary>A reader of the decompressed bytes; more than the limits allow are malformed.</summary>
    /// <exception cref="MalformedModelException">The header of the compression is broken, or asks for too much memory.</exception>
    public static BoundedReader Open(ModelContent content, ReadOnlySpan<byte> head, InspectionLimits limits, out Stream stream, out ContentStream source)
    {
        // The reader of xz asks for what it needs and no more, and cannot be given less.
        source = head[0] == 0xFD ? new(content) : new(content, singleBytes: LastBytes, piece: LastBytes / 2);
        var (input, mark) = (source, head[0]);
        stream = new DeferredStream(() => Create(input, mark));
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

    private static Stream Create(ContentStream source, byte mark) => mark switch
    {
        0x78 => new ZLibStream(source, CompressionMode.Decompress),
        0x1F => new GZipStream(source, CompressionMode.Decompress),
        (byte)'B' => new ConcatenatedBZip2(source),
        0xFD => new XZStream(source),
        0x5D => CreateLzma(source),
        0x04 => LZ4Stream.Decode(source),
        (byte)'Z' => CreateCompatible(source),
        _ => throw new InvalidDataException("The compression is not known."),
    };

    // joblib/numpy_pickle_compat.py: "ZF", the size in 19 characters, of Python 2 one blank more. Who loads it stops where the size says otherwise.
    private static ZLibStream CreateCompatible(ContentStream source)
    {
        source.Position = 2 + 19;
        if (source.ReadByte() != ' ')
            source.Position = 2 + 19;
        return new(source, CompressionMode.Decompress);
    }

    // lzma-alone: one byte of properties, four of dictionary size, eight of the expanded size or -1.
    private static LzmaStream CreateLzma(ContentStream source)
    {
        var header = new byte[13];
        source.ReadExactly(header);
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(1));
        if (dictionary > MaximumDictionary)
            throw new InvalidDataException($"Its decompression asks for a dictionary of {dictionary} bytes.");

        return LzmaStream.Create(header[..5], source, -1, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(5)));
    }

    // A decompressor takes in what it is given. In pieces, and byte by byte towards the end of the file, it is seen where it stopped.
    private const int LastBytes = 1024;

    private const uint MaximumDictionary = 256 << 20;
}
