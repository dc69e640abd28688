using System.Formats.Tar;
using System.IO.Compression;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Inspection;

/// <summary>Packing what nothing is known of makes it no better known.</summary>
public sealed class UnknownContentTests
{
    private static readonly byte[] Unknown = [.. Enumerable.Range(0, 64).Select(index => (byte)(0x80 | (index * 7 % 128)))];

    [Fact]
    public void What_is_unknown_stays_unknown_in_whatever_it_is_packed()
    {
        Assert.Equal(InspectionVerdict.Unknown, Inspect(Unknown, "weights.bin").Verdict);
        foreach (var (name, packed) in (ReadOnlySpan<(string, byte[])>)
        [
            ("weights.gz", Gzip(Unknown)), ("weights.zip", Zip(("weights.bin", Unknown))), ("weights.tar", Tar(("weights.bin", Unknown))),
            ("weights.tar.gz", Gzip(Tar(("weights.bin", Unknown)))), ("weights.zip", Zip(("inner.zip", Zip(("weights.bin", Unknown))))),
            ("weights.zip", Zip(("weights.gz", Gzip(Unknown)), ("more.bin", Unknown))),
        ])
        {
            var found = Inspect(packed, name);
            Assert.NotEqual("unknown", found.Format);
            Assert.Equal(InspectionVerdict.Unknown, found.Verdict);
        }
    }

    [Fact]
    public void A_file_of_no_known_format_beside_a_model_is_no_finding()
    {
        var model = OnnxForge.Adder();
        Assert.Equal(InspectionVerdict.Clean, Inspect(Zip(("notes.bin", Unknown), ("m.onnx", model)), "m.zip").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Gzip(Tar(("notes.bin", Unknown), ("m.onnx", model))), "m.tar.gz").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Zip(("notes.bin.gz", Gzip(Unknown)), ("m.onnx.gz", Gzip(model))), "m.zip").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Zip(("vocab.txt", "one\ntwo\n"u8.ToArray()), ("notes.bin", "Größe\t1\r\n"u8.ToArray())), "m.zip").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Zip(("config.json", "{}"u8.ToArray())), "m.zip").Verdict);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] members)
    {
        MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in members)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return packed.ToArray();
    }

    private static byte[] Tar(params (string Name, byte[] Bytes)[] members)
    {
        MemoryStream packed = new();
        using (TarWriter tar = new(packed, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, bytes) in members)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }

        return packed.ToArray();
    }
}
