using System.IO.Compression;
using System.Text;
using Precinto.Files;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

public sealed class PickleDetectionTests
{
    [Theory]
    [InlineData("{\"a\": 1}")]
    [InlineData("[1, 2, 3]")]
    [InlineData("a,b,c\n1,2,3\n4,5,6\n")]
    [InlineData("1,2,3\n")]
    [InlineData("5.1,3.5,1.4,0.2\n")]
    [InlineData("# A model\n\nIt predicts.\n")]
    [InlineData("class Foo:\n    def bar(self): pass\n")]
    [InlineData("class\nfoo\nbar\n")]
    [InlineData("import os\nos.system('x')\n")]
    [InlineData("config\nname\n")]
    [InlineData("Various words.\nMore words.\n")]
    [InlineData("N.B. this is a note\n")]
    [InlineData("It is 5 o'clock.\n")]
    [InlineData("cmod\n\u00a5\nR")]
    [InlineData("I 1\n")]
    [InlineData("")]
    [InlineData("K")]
    public void Text_is_no_pickle(string text) => Assert.DoesNotContain(Inspector.Detect(ModelContent.FromBytes(Encoding.Latin1.GetBytes(text)), "model.pkl"), new[] { "pickle", "joblib" });

    [Theory]
    [InlineData("N.")]
    [InlineData("(lp0\nI1\naI2\na.")]
    [InlineData("cos\nsystem\n(S'x'\ntR.")]
    [InlineData("(S'x'\nios\nsystem\n.")]
    [InlineData("cos\nsystem\n(S'x'\ntR")]
    [InlineData("}q\u0001U\u0001aK\u0001s.")]
    [InlineData("N.\u0080\u0002N.")]
    [InlineData("Finf\n0cposix\nsystem\n(S'x'\ntR.")]
    [InlineData("F-inf\n.")]
    [InlineData("Fnan\n.")]
    [InlineData("FInfinity\n0F1e5\n0cos\nsystem\n(S'x'\ntR.")]
    [InlineData("I5\0 and more\n0cos\nsystem\n(S'x'\ntR.")]
    public void A_pickle_without_a_mark_is_recognized_by_its_opcodes(string text) =>
        Assert.Equal("pickle", Inspector.Detect(ModelContent.FromBytes(Encoding.Latin1.GetBytes(text)), "anything"));

    public static TheoryData<string, byte[]> LateImports => new()
    {
        { "a long text", Of("V", new string('a', 700_000), "\n0") },
        { "a long string", Of("S'", new string('a', 700_000), "'\n0") },
        { "a long number", Of("I", new string('0', 300_000), "1\n0") },
        { "many numbers", Of(string.Concat(Enumerable.Repeat("I1\n0", 300_000))) },
        { "many entries of a list", Of("(lp0\n", string.Concat(Enumerable.Repeat("I1\na", 100_000)), "0") },
        { "many nothings", Of(new string('N', 1_000_000), new string('0', 1_000_000)) },
        { "many marks", Of(new string('(', 1_000_000), new string('1', 1_000_000)) },
        { "marks upon values", Of("N", string.Concat(Enumerable.Repeat("(N1", 200_000))) },
    };

    [Theory]
    [MemberData(nameof(LateImports))]
    public void What_imports_late_is_recognized_all_the_same(string what, byte[] start)
    {
        var bytes = Of(start, "cposix\nsystem\n(S'x'\ntR.");
        Assert.True(InspectionVerdict.Dangerous == PickleMachineTests.Inspect(bytes, "pytorch_model.bin").Verdict, what);
        Assert.Equal("joblib", Inspector.Detect(ModelContent.FromBytes(Zlib(bytes)), "model.joblib"));
    }

    [Theory]
    [InlineData('(')]
    [InlineData('N')]
    [InlineData(']')]
    [InlineData('V')]
    [InlineData('\u0088')]
    public void Equal_bytes_are_no_pickle(char value) =>
        Assert.NotEqual("pickle", Inspector.Detect(ModelContent.FromBytes(Encoding.Latin1.GetBytes(new string(value, 5_000_000))), "weights.bin"));

    [Fact]
    public void A_compressed_pickle_is_recognized_whatever_its_name() =>
        Assert.Equal("joblib", Inspector.Detect(ModelContent.FromBytes(Zlib(Of(Proto(4), "N."))), "config.json"));

    [Fact]
    public void Compressed_bytes_that_are_no_pickle_are_none() =>
        Assert.Equal("unknown", Inspector.Detect(ModelContent.FromBytes(Zlib(new byte[1000])), "x"));

    [Fact]
    public void A_small_file_that_expands_without_end_is_a_bomb()
    {
        var body = new byte[161 << 20];
        Proto(4).CopyTo(body, 0);
        var at = 2;
        for (; at < 159 << 20; at += 1 << 20)
        {
            Of("B", Int32((1 << 20) - 6)).CopyTo(body, at);
            body[at + (1 << 20) - 1] = (byte)'0';
        }

        for (; at < body.Length; at += 2)
            "N0"u8.CopyTo(body.AsSpan(at));
        var bytes = Zlib(body);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = PickleMachineTests.Inspect(bytes, "model.joblib");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256 << 20);
        Assert.Equal(InspectionVerdict.Malformed, result.Verdict);
        Assert.Contains(result.Findings, finding => finding.Code == "FMT007");
    }

    [Theory]
    [InlineData("zeros.gz")]
    [InlineData("zeros.bz2")]
    [InlineData("zeros.lz4")]
    [InlineData("zeros.joblib")]
    public void What_expands_without_end_is_a_bomb_in_every_compression(string name)
    {
        var zeros = new byte[4 << 20];
        var repeated = PickleContainer.BZip2(zeros);
        byte[] bytes = name switch
        {
            "zeros.gz" => Compress(new byte[170 << 20], stream => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true)),
            "zeros.bz2" => [.. Enumerable.Repeat(repeated, 42).SelectMany(stream => stream)],
            "zeros.lz4" => Compress(new byte[170 << 20], stream => K4os.Compression.LZ4.Streams.LZ4Stream.Encode(stream, leaveOpen: true)),
            _ => [.. Enumerable.Repeat(PickleContainer.BZip2(Of(new string('N', 2_000_000), new string('0', 2_000_000))), 44).SelectMany(stream => stream)],
        };

        var found = HostileBytes.Inspect(bytes, name);
        Assert.Contains(found.Findings, finding => finding.Code == "FMT007");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
    }

    [Theory]
    [InlineData("zlib", 4)]
    [InlineData("zlib", 1)]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 1)]
    [InlineData("joblib before 0.10", 4)]
    public void A_compressed_pickle_without_its_last_bytes_is_not_clean(string container, int missing)
    {
        var whole = PickleContainer.All.Single(known => known.Name == container).Wrap(Of(Proto(4), "](", string.Concat(Enumerable.Repeat("K\u0001", 500)), "e."));
        Assert.Equal(InspectionVerdict.Clean, HostileBytes.Inspect(whole, "model.pkl.gz").Verdict);
        Assert.Equal(InspectionVerdict.Malformed, HostileBytes.Inspect(whole[..^missing], "model.pkl.gz").Verdict);
    }

    [Theory]
    [InlineData("N", "Q")]
    [InlineData("]", "")]
    [InlineData(")\u0081", "")]
    [InlineData("C\u0000", "")]
    public void A_small_file_of_millions_of_objects_is_read_no_further_than_its_size_allows(string first, string second)
    {
        var objects = first[0] == ')' ? Of("ccollections\nOrderedDict\n", string.Concat(Enumerable.Repeat("2)\u0081", 5_000_000))) : Of(string.Concat(Enumerable.Repeat(first + second, 5_000_000)));
        var bytes = Zlib(Of(Proto(2), objects, Stop));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = HostileBytes.Inspect(bytes, "model.joblib");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300 << 20);
        Assert.Contains(found.Findings, finding => finding.Code == "FMT002");
    }

    [Fact]
    public void Broken_compression_is_malformed()
    {
        var noise = new byte[20_000];
        new Random(5).NextBytes(noise);
        var body = Of(Proto(4), "]B", Int32(noise.Length), noise, "a.");
        var bytes = Zlib(body);
        var result = PickleMachineTests.Inspect(bytes[..(bytes.Length - 3000)], "model.joblib");
        Assert.Equal(InspectionVerdict.Malformed, result.Verdict);
    }

    private static byte[] Zlib(byte[] bytes) => PickleContainer.Zlib(bytes);

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> open)
    {
        using MemoryStream compressed = new();
        using (var stream = open(compressed))
            stream.Write(bytes);
        return compressed.ToArray();
    }
}
