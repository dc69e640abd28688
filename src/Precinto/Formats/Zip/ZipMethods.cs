using System.Buffers.Binary;
using System.IO.Compression;
using Precinto.Files;
using Precinto.Formats.Archives;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.LZMA;
using SharpCompress.Compressors.Xz;

namespace Precinto.Formats.Zip;

/// <summary>
/// The ways in which members are compressed (APPNOTE 6.3.10, 4.4.5) and which are read: those of Python's zipfile before 3.14, which
/// knows Zstandard as well, and xz, which 7-Zip reads.
/// </summary>
internal static class ZipMethods
{
    public static bool IsRead(ushort method) => method is Stored or Deflated or BZip2 or Lzma or Xz;

    /// <summary>Whether a decompressor takes megabytes, however little it decompresses: for a block, or for a dictionary that the member asks for.</summary>
    public static bool IsCostly(ZipEntry entry) => entry.Method is BZip2 or Xz || (entry.Method == Lzma && entry.Size > FreeDictionary);

    /// <summary>The compressed bytes as the decompressor needs them: where it stopped is to be seen from <see cref="ContentStream.Position"/>.</summary>
    // The reader of xz asks for what it needs and no more, and cannot be given less.
    public static ContentStream Source(ModelContent archive, ZipEntry entry) => new(
        new ContentSlice(archive, entry.DataOffset, entry.CompressedSize), entry.Method == Xz ? 0 : SingleBytes, entry.Method == Lzma ? SingleBytes : int.MaxValue);

    /// <summary>The expanded bytes; everything that is broken is so when they are read.</summary>
    public static Stream Open(ZipEntry entry, ContentStream source) => entry.Method switch
    {
        Deflated => new DeflateStream(source, CompressionMode.Decompress),
        _ => new DeferredStream(() => Create(entry, source)),
    };

    /// <summary>How many bytes a decompressor may leave that are its own: the coder of LZMA ends in some that nothing depends on.</summary>
    public static int Unread(ushort method) => method == Lzma ? 8 : 0;

    private static Stream Create(ZipEntry entry, ContentStream source) => entry.Method switch
    {
        BZip2 => BZip2Stream.Create(source, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true),
        Lzma => CreateLzma(entry, source),
        Xz => new XZStream(source),
        _ => throw new InvalidDataException($"Method {entry.Method} is not read."),
    };

    // APPNOTE 5.8.8: the version, the length of the properties, the properties; then the stream, which bit 1 of the flags says to have an end mark.
    private static LzmaStream CreateLzma(ZipEntry entry, ContentStream source)
    {
        var header = new byte[9];
        source.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(2)) != 5)
            throw new InvalidDataException("Its properties have another length than those of LZMA.");

        // A dictionary beyond what comes out is never looked into.
        var properties = header[4..];
        var dictionary = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(properties.AsSpan(1)), Math.Max(entry.Size, SmallestDictionary));
        BinaryPrimitives.WriteUInt32LittleEndian(properties.AsSpan(1), (uint)dictionary);
        return LzmaStream.Create(properties, source, -1, (entry.Flags & HasEndMark) != 0 ? -1 : entry.Size, null, false);
    }

    public const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const ushort BZip2 = 12;
    private const ushort Lzma = 14;
    private const ushort Xz = 95;

    private const ushort HasEndMark = 0x0002;
    private const int SingleBytes = 32;
    private const long SmallestDictionary = 4096;
    private const long FreeDictionary = 64 << 10;
}
