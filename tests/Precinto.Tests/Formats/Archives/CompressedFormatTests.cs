using System.Diagnostics;
using System.IO.Compression;
using Precinto.Inspection;
using SharpCompress.Compressors.BZip2;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Archives;

public sealed class CompressedFormatTests
{
    [Fact]
    public void A_gzip_file_of_several_members_is_read_as_one()
    {
        byte[] members = [.. Gzip(Json[..5]), .. Gzip(Json[5..]), .. Gzip([])];
        var found = Inspect(members, "config.json.gz");
        Assert.Equal(("compressed", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Contains(found.Facts.Parts, part => part.Key == "json");
        byte[] dangerous = [.. Gzip("c"u8.ToArray()), .. Gzip("posix\nsystem\n(S'id'\ntR."u8.ToArray())];
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(dangerous, "model.pkl.gz").Verdict);
    }

    [Fact]
    public void A_gzip_file_whose_last_member_is_cut_off_is_not_clean()
    {
        byte[] members = [.. Gzip(Json[..5]), .. Gzip(Json[5..])];
        for (var length = members.Length - 9; length < members.Length; length++)
            Assert.NotEqual(InspectionVerdict.Clean, Inspect(members[..length], "config.json.gz").Verdict);
    }

    [Fact]
    public void A_bzip2_file_of_several_streams_is_read_as_one()
    {
        byte[] streams = [.. Bzip2(Json[..5]), .. EmptyBzip2, .. Bzip2(Json[5..])];
        var found = Inspect(streams, "config.json.bz2");
        Assert.Equal(("compressed", InspectionVerdict.Clean), (found.Format, found.Verdict));
        AssertFinding(Inspect([.. streams, 1, 2, 3, 4], "config.json.bz2"), InspectionRules.TrailingBytes);
    }

    [Fact]
    public void Thousands_of_streams_that_hold_nothing_cost_no_time()
    {
        byte[] streams = [.. Enumerable.Repeat(EmptyBzip2, 20_000).SelectMany(stream => stream), .. Bzip2(Json)];
        var clock = Stopwatch.StartNew();
        var found = Inspect(streams, "config.json.bz2");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static byte[] Json => """{"hidden_size": 4, "model_type": "bert"}"""u8.ToArray();

    private static byte[] EmptyBzip2 => [.. "BZh9"u8, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0];

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal))
            gzip.Write(bytes);

        // The framework writes nothing at all for nothing; gzip writes an empty member.
        return bytes.Length > 0 ? stream.ToArray() : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Bzip2(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (var bzip2 = BZip2Stream.Create(stream, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false))
            bzip2.Write(bytes);
        return stream.ToArray();
    }
}
