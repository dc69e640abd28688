using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using K4os.Compression.LZ4.Streams;
using Precinto.Tests.Shared;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.LZMA;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>What pickles lie in, as loaders open it.</summary>
/// <param name="IsOrdinary">Whether the container alone is no finding.</param>
internal sealed record PickleContainer(string Name, string File, bool IsOrdinary, Func<byte[], byte[]> Wrap)
{
    public static IReadOnlyList<PickleContainer> All { get; } =
    [
        new("a plain file", "model.pkl", true, pickle => pickle),
        new("zlib", "model.joblib", true, Zlib),
        new("gzip", "model.pkl.gz", true, pickle => Compress(pickle, stream => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))),
        new("bzip2", "model.joblib", true, BZip2),
        new("lzma", "model.joblib", true, Lzma),
        new("xz", "model.joblib", true, Xz),
        new("lz4", "model.joblib", true, pickle => Compress(pickle, stream => LZ4Stream.Encode(stream, leaveOpen: true))),
        new("joblib before 0.10", "model.joblib", true, Compatible),
        new("joblib before 0.10 with Python 2", "model.joblib", true, pickle => [.. Compatible(pickle)[..21], (byte)' ', .. Compatible(pickle)[21..]]),
        new("an array of objects in joblib", "model.joblib", true, pickle => Of(Proto(4), ObjectWrapper, pickle, Stop)),
        new("an array of objects of NumPy", "a.npy", true, Npy),
        new("an archive of NumPy", "a.npz", true, pickle => ZipForge.Make(new ForgedMember("a.npy", Npy(pickle)))),
        new("a tensor in a pickle", "model.pkl", true, pickle => Of(Proto(4), Import("torch.storage", "_load_from_bytes"), Bytes(pickle), Tuple1, Reduce, Stop)),
        new("an archive of PyTorch", "model.pt", true, pickle => ZipForge.Make(new("model/data.pkl", pickle), new("model/version", "3\n"u8.ToArray()))),
        new("an archive of PyTorch, deflated", "model.pt", true, pickle => ZipForge.Make(new("m/data.pkl", pickle) { Deflate = true }, new("m/version", "3\n"u8.ToArray()))),
        new("PyTorch's older format", "model.pth", true, pickle => Of(Magic, Of(Proto(2), "M", 0xE9, 3, Stop), Of(Proto(2), "}."), pickle, Of(Proto(2), "]."))),
        new("a zip archive", "model.zip", true, pickle => ZipForge.Make(new ForgedMember("weights", pickle))),
        new("a zip archive in another", "model.zip", false, pickle => ZipForge.Make(new ForgedMember("inner", ZipForge.Make(new ForgedMember("a.txt.pkl", pickle))))),
        new("a tar archive", "model.tar", true, Tar),
        new("a tar archive compressed", "model.tar.gz", true, pickle => Compress(Tar(pickle), stream => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))),
        new("the first of two members of one name", "model.zip", false, pickle => ZipForge.Make(new("a", pickle), new("a", Clean))),
        new("the last of two members of one name", "model.zip", false, pickle => ZipForge.Make(new("a", Clean), new("a", pickle))),
        new("a member with another name in its own header", "model.pt", false, pickle => ZipForge.Make(new ForgedMember("model/data.pkl", pickle) { LocalName = "model/other.pkl" })),
        new("a member with a wrong checksum", "model.pt", false, pickle => ZipForge.Make(new ForgedMember("model/data.pkl", pickle) { Crc = 1 })),
        new("a member that claims to be encrypted", "model.pt", false, pickle => ZipForge.Make(new ForgedMember("model/data.pkl", pickle) { Flags = 1 })),
        new("behind an array of joblib", "model.joblib", false, pickle => Of(Proto(4), "(", JoblibWrapper("f8", [(byte)'K', 2]), 0, new byte[16], "t0", pickle[^1] == Stop ? pickle : [.. pickle, Stop])),
    ];

    public override string ToString() => Name;

    public static byte[] Zlib(byte[] bytes) => Compress(bytes, stream => new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] BZip2(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (var bzip2 = BZip2Stream.Create(stream, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false))
            bzip2.Write(bytes);
        return stream.ToArray();
    }

    public static byte[] Lzma(byte[] bytes)
    {
        using MemoryStream stream = new();
        byte[] properties;
        using (var lzma = LzmaStream.Create(new LzmaEncoderProperties(eos: false), isLzma2: false, stream))
        {
            lzma.Write(bytes);
            properties = lzma.Properties;
        }

        return [.. properties, .. Int64(bytes.Length), .. stream.ToArray()];
    }

    /// <summary>The format of xz, version 1.1.0, with one block of stored chunks of LZMA2 and without a check.</summary>
    public static byte[] Xz(byte[] bytes)
    {
        MemoryStream block = new();
        block.Write(WithCrc([0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00]));
        for (var at = 0; at < bytes.Length; at += 1 << 16)
        {
            var size = Math.Min(1 << 16, bytes.Length - at);
            block.Write([(byte)(at == 0 ? 1 : 2), (byte)((size - 1) >> 8), (byte)((size - 1) & 0xFF)]);
            block.Write(bytes, at, size);
        }

        block.WriteByte(0);
        var unpadded = (int)block.Length;
        while (block.Length % 4 != 0)
            block.WriteByte(0);

        List<byte> index = [0, 1, .. Multibyte(unpadded), .. Multibyte(bytes.Length)];
        while (index.Count % 4 != 0)
            index.Add(0);
        byte[] indexed = WithCrc([.. index]);
        byte[] flags = [0, 0];
        byte[] footer = [.. Int32(indexed.Length / 4 - 1), .. flags];
        return [0xFD, .. "7zXZ"u8, 0, .. WithCrc(flags), .. block.ToArray(), .. indexed, .. Int32(unchecked((int)ZipForge.Crc(footer))), .. footer, .. "YZ"u8];
    }

    /// <summary>joblib/numpy_pickle_compat.py, write_zfile.</summary>
    public static byte[] Compatible(byte[] bytes) => [.. Encoding.ASCII.GetBytes(("ZF0x" + bytes.Length.ToString("x", System.Globalization.CultureInfo.InvariantCulture)).PadRight(21)), .. Zlib(bytes)];

    // As joblib writes it: an array of objects says so in its flags.
    private static byte[] ObjectWrapper => Of(
        Import("joblib.numpy_pickle", "NumpyArrayWrapper"), ")", 0x81, "}(", Text("subclass"), Import("numpy", "ndarray"), Text("shape"), "K", 1, 0x85, Text("order"), Text("C"),
        Text("dtype"), Import("numpy", "dtype"), Text("O8"), 0x89, 0x88, 0x87, "R(K", 3, Text("|"), "NNNJ", Int32(-1), "J", Int32(-1), "K", 63, "tb", Text("allow_mmap"), 0x89, "ub");

    private static byte[] Clean => Of(Proto(4), "N.");

    private static byte[] Magic => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];

    private static byte[] Npy(byte[] pickle)
    {
        var header = Encoding.ASCII.GetBytes("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".PadRight(117) + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. pickle];
    }

    private static byte[] Tar(byte[] pickle)
    {
        MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Pax, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "pickle") { DataStream = new MemoryStream(pickle) });
        return stream.ToArray();
    }

    private static byte[] WithCrc(byte[] bytes) => [.. bytes, .. Int32(unchecked((int)ZipForge.Crc(bytes)))];

    private static IEnumerable<byte> Multibyte(int value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)((value & 0x7F) | 0x80);
        yield return (byte)value;
    }

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> open)
    {
        using MemoryStream stream = new();
        using (var compressing = open(stream))
            compressing.Write(bytes);
        return stream.ToArray();
    }
}
