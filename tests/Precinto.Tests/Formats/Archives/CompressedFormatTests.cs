using System.Diagnostics;
using System.IO.Compression;
using Precinto.Formats.Archives;
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

    [Fact]
    public void A_file_that_is_compressed_again_and_again_is_not_clean_and_takes_no_memory_for_each_time()
    {
        Assert.Equal(InspectionVerdict.Clean, Inspect(Gzip(Gzip(Json)), "config.json.gz.gz").Verdict);
        AssertFinding(Inspect(Gzip(Gzip(Gzip(Json))), "config.json.gz"), ArchiveRules.CompressedAgain);
        AssertFinding(Inspect(Gzip(Bzip2(Gzip(Gzip(Json)))), "config.json.gz"), ArchiveRules.CompressedAgain);
    }

    [Fact]
    public void What_expands_beyond_all_proportion_is_called_so_and_expanded_no_further()
    {
        var zeros = new byte[200 << 20];
        AssertFinding(Inspect(Gzip(zeros), "x.gz"), InspectionRules.ExpansionBomb);
        AssertFinding(Inspect(Bzip2(zeros), "x.bz2"), InspectionRules.ExpansionBomb);
    }

    [Fact]
    public void What_members_in_members_hold_at_once_is_bounded()
    {
        InspectionContext context = new(InspectionLimits.Default);
        using (var outer = context.Hold())
        {
            Assert.True(outer.TryTake(400L << 20));
            using var inner = context.Enter("a").Enter("b").Hold();
            Assert.False(inner.TryTake(200L << 20));
            Assert.True(inner.TryTake(100L << 20));
        }

        Assert.Equal(0, context.Held);
    }

    [Fact]
    public void A_file_compressed_by_lzma_is_known_without_a_mark()
    {
        // Python: lzma.compress(b'{"a": 1}', format=lzma.FORMAT_ALONE).
        var bytes = Convert.FromHexString("5D00008000FFFFFFFFFFFFFFFF003D888822372840D36E7F2DB6FFFF90460000");
        var found = Inspect(bytes, "config.json.lzma");
        Assert.Equal(("compressed", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal("unknown", Inspect([0x5D, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], "a.bin").Format);
    }

    [Fact]
    public void A_file_compressed_by_Zstandard_is_as_clean_as_what_it_holds()
    {
        // zstd -c of {"a": 1}, and of os.system('id') in protocol 0.
        var bytes = Convert.FromBase64String("KLUv/QRYQQAAeyJhIjogMX19kZ15");
        var found = Inspect(bytes, "config.json.zst");
        Assert.Equal(("compressed", InspectionVerdict.Clean), (found.Format, found.Verdict));
        AssertFinding(Inspect([.. bytes, 1, 2, 3], "config.json.zst"), InspectionRules.TrailingBytes);
        AssertTruncationsAreNoticed(bytes, "config.json.zst");
        found = Inspect(Convert.FromBase64String("KLUv/QRYqQAAY29zCnN5c3RlbQooUydpZCcKdFIuM9dh7w=="), "model.pkl.zst");
        Assert.Equal(("joblib", InspectionVerdict.Dangerous), (found.Format, found.Verdict));
    }

    [Theory]
    [InlineData("model.gz")]
    [InlineData("model.pkl.gz")]
    [InlineData("model.z")]
    public void A_name_that_joblib_compresses_by_fits(string name)
    {
        var found = Inspect(Gzip([0x80, 4, (byte)'K', 1, (byte)'.']), name);
        Assert.Equal(("joblib", InspectionVerdict.Clean), (found.Format, found.Verdict));
    }

    [Theory]
    [InlineData("A 2\n262657\n131840\n5\nhello\n", "rdata")]
    [InlineData("A\r\n3\n262657\n197888\n5\nUTF-8\n", "rdata")]
    [InlineData("\nA#2\n1\n1\n5\nhello\n", "rdata")]
    [InlineData("A\n3\n1\n2\n5\n8\n", "unknown")]
    [InlineData("A 3 word list for the model\n", "unknown")]
    public void What_R_saves_as_text_is_told_from_a_column_of_numbers(string text, string format)
    {
        var found = Inspect(Gzip(System.Text.Encoding.ASCII.GetBytes(text)), "model.bin");
        Assert.Equal([new(format, 1)], found.Facts.Parts);
        Assert.Equal(format == "rdata", found.Verdict != InspectionVerdict.Clean);
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
