using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4.Streams;
using Precinto.Files;
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
        stream = new ExpandingStream(source, head[0]);
        return new(stream, Limit(content, limits));
    }

    /// <summary>How many bytes the file may expand to.</summary>
    public static long Limit(ModelContent content, InspectionLimits limits)
    {
        var proportional = content.Length > limits.ExpandedBytes / limits.ExpansionRatio ? limits.ExpandedBytes : content.Length * limits.ExpansionRatio;
        return Math.Min(limits.ExpandedBytes, Math.Max(FreeExpansion, proportional));
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

    // A decompressor takes in what it is given. In pieces, and byte by byte towards the end of the file, it is seen where it stopped.
    private const int LastBytes = 1024;

    // A ratio says nothing of small files: a thousand zeros compress well and cost nothing.
    private const long FreeExpansion = 64L << 20;

    /// <summary>A decompressor that is made when it is first read, so that everything it throws is thrown by a read.</summary>
    private sealed class ExpandingStream(ContentStream source, byte mark) : Stream
    {
        private Stream? _expanded;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                _expanded ??= Create();
                return _expanded.Read(buffer, offset, count);
            }
            catch (OutOfMemoryException exhausted)
            {
                // A block of xz declares its own dictionary, of up to four gigabytes.
                throw new InvalidDataException("Its decompression asks for more memory than there is.", exhausted);
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _expanded?.Dispose();
            base.Dispose(disposing);
        }

        private Stream Create() => mark switch
        {
            0x78 => new ZLibStream(source, CompressionMode.Decompress),
            0x1F => new GZipStream(source, CompressionMode.Decompress),
            (byte)'B' => new ConcatenatedBZip2(source),
            0xFD => new XZStream(source),
            0x5D => CreateLzma(),
            0x04 => LZ4Stream.Decode(source),
            (byte)'Z' => CreateCompatible(),
            _ => throw new InvalidDataException("The compression is not known."),
        };

        // joblib/numpy_pickle_compat.py: "ZF", the size in 19 characters, of Python 2 one blank more. Who loads it stops where the size says otherwise.
        private ZLibStream CreateCompatible()
        {
            source.Position = 2 + 19;
            if (source.ReadByte() != ' ')
                source.Position = 2 + 19;
            return new(source, CompressionMode.Decompress);
        }

        // lzma-alone: one byte of properties, four of dictionary size, eight of the expanded size or -1.
        private LzmaStream CreateLzma()
        {
            var header = new byte[13];
            source.ReadExactly(header);
            var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(1));
            if (dictionary > MaximumDictionary)
                throw new InvalidDataException($"Its decompression asks for a dictionary of {dictionary} bytes.");

            return LzmaStream.Create(header[..5], source, -1, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(5)));
        }

        private const uint MaximumDictionary = 256 << 20;
    }
}
