using System.IO.Compression;
using Precinto.Files;
using Precinto.Formats.Compression;

namespace Precinto.Formats.Zip;

/// <summary>
/// The ways in which members are compressed (APPNOTE 6.3.10, 4.4.5) and which are read: those of Python's zipfile, and xz, which 7-Zip reads.
/// </summary>
internal static class ZipMethods
{
    public static bool IsRead(ushort method) => method is Stored or Deflated or BZip2 or Lzma or FirstZstandard or Zstandard or Xz;

    /// <summary>Whether a decompressor may take megabytes, however few bytes there are to decompress.</summary>
    public static bool IsCostly(ZipEntry entry) => entry.Method is BZip2 or Xz || (entry.Method is Lzma or FirstZstandard or Zstandard && entry.Size > FreeWindow);

    /// <summary>The compressed bytes as the decompressor needs them: where it stopped is to be seen from <see cref="ContentStream.Position"/>.</summary>
    public static ContentStream Source(ModelContent archive, ZipEntry entry) =>
        new(new ContentSlice(archive, entry.DataOffset, entry.CompressedSize), entry.Method == Deflated ? SingleBytes : 0);

    /// <summary>The expanded bytes; everything that is broken is so when they are read.</summary>
    public static Stream Open(ZipEntry entry, ContentStream source) => entry.Method switch
    {
        Deflated => new DeflateStream(source, CompressionMode.Decompress),
        BZip2 => new BZip2Stream(source),
        Lzma => LzmaStream.Zipped(source, (entry.Flags & HasEndMark) != 0 ? LzmaStream.Unknown : entry.Size),
        FirstZstandard or Zstandard => new ZstandardStream(source),
        Xz => new XzStream(source),
        _ => throw new ArgumentException($"Method {entry.Method} is not read.", nameof(entry)),
    };

    public const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const ushort BZip2 = 12;
    private const ushort Lzma = 14;

    // The number that Zstandard had for some months of 2020.
    private const ushort FirstZstandard = 20;
    private const ushort Zstandard = 93;
    private const ushort Xz = 95;

    private const ushort HasEndMark = 0x0002;
    private const int SingleBytes = 32;
    private const long FreeWindow = 64 << 10;
}
