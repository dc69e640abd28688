using Precinto.Formats.Compression;
using Precinto.Formats.Zip;

namespace Precinto.Fuzz.Targets;

/// <summary>The decompressors by themselves: what lies in a model's format reaches them only behind its checksums.</summary>
internal static class DecoderTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Of("decoder-bzip2", source => new BZip2Stream(source), "BZh9", "1AY&SY"),
        Of("decoder-lz4", source => new Lz4Stream(source)),
        Of("decoder-lzma", LzmaStream.Alone),
        Of("decoder-xz", source => new XzStream(source), "YZ"),
        Of("decoder-zstandard", source => new ZstandardStream(source)),
    ];

    private static DocumentTarget Of(string name, Func<Stream, Stream> open, params string[] words) =>
        new(name, bytes => Expand(open(new MemoryStream(bytes))), exception => exception is InvalidDataException, words);

    // A few kilobytes may be gigabytes of zeros: whoever reads them stops, and so does this.
    private static string Expand(Stream stream)
    {
        using (stream)
        {
            var buffer = new byte[10_000];
            var (length, crc) = (0L, 0U);
            while (length < MostExpanded && stream.Read(buffer) is var read and > 0)
            {
                length += read;
                crc = Crc32.Append(crc, buffer.AsSpan(0, read));
            }

            return $"{length} bytes, {crc:X8}";
        }
    }

    private const long MostExpanded = 4 << 20;
}
