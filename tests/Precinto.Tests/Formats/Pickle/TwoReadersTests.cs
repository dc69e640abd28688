using System.IO.Compression;
using System.Text;
using Precinto.Files;
using Precinto.Inspection;
using Xunit;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>Files that joblib and plain pickle read differently, or that hold more than one loader reads.</summary>
public sealed class TwoReadersTests
{
    [Fact]
    public void The_bytes_of_a_joblib_array_that_run_a_command_under_plain_pickle_are_dangerous()
    {
        var inspection = Inspect(ArrayOf("Ncos\nsystem\n(S'true'\ntR0"));
        Assert.Equal(InspectionVerdict.Dangerous, inspection.Verdict);
        Assert.Contains(inspection.Findings, finding => finding.Code == "PKL101" && finding.Message.Contains("without joblib", StringComparison.Ordinal));
        Assert.Contains(inspection.Findings, finding => finding.Code == "PKL102");
    }

    [Fact]
    public void An_unknown_import_among_the_bytes_of_a_joblib_array_is_no_clean_file()
    {
        var inspection = Inspect(ArrayOf("NNNNNNNNNNcsomewhere\nfunction\n(tR0"));
        Assert.Contains(inspection.Findings, finding => finding.Code == "PKL201");
        Assert.NotEqual(InspectionVerdict.Clean, inspection.Verdict);
    }

    [Fact]
    public void The_bytes_of_an_honest_joblib_array_are_no_finding()
    {
        Random random = new(7);
        var data = new byte[80];
        for (var turn = 0; turn < 2000; turn++)
        {
            random.NextBytes(data);
            var inspection = Inspect(ArrayOf(Encoding.Latin1.GetString(data)));
            Assert.DoesNotContain(inspection.Findings, finding => finding.Severity != FindingSeverity.Info);
        }
    }

    [Fact]
    public void A_second_zlib_stream_behind_the_first_is_noticed()
    {
        byte[] both = [.. Zlib("\x80\x02]."), .. Zlib("\x80\x02cos\nsystem\nU\x04trueq\x00\x85R.")];
        Assert.Equal("joblib", Inspect(Zlib("\x80\x02].")).Format);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Zlib("\x80\x02].")).Verdict);
        Assert.Contains(Inspect(both).Findings, finding => finding.Code == "FMT005");
    }

    [Fact]
    public void Pickles_in_pickles_that_read_in_two_ways_do_not_double_the_work()
    {
        byte[] inner = [.. Encoding.Latin1.GetBytes("\x80\x04N.")];
        for (var depth = 0; depth < 40; depth++)
            inner = [.. Encoding.Latin1.GetBytes("\x80\x04\x95\x01\0\0\0\0\0\0\0K\x01" + "0c_pickle\nloads\nB"), .. BitConverter.GetBytes(inner.Length), .. inner, 0x85, (byte)'R', (byte)'.'];
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var inspection = Inspector.Inspect(ModelContent.FromBytes(inner), "model.pkl", TestContext.Current.CancellationToken);
        Assert.NotEqual(InspectionVerdict.Clean, inspection.Verdict);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    private static FileInspection Inspect(byte[] file) => Inspector.Inspect(ModelContent.FromBytes(file), "model.joblib", TestContext.Current.CancellationToken);

    private static byte[] Zlib(string pickle)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionMode.Compress, leaveOpen: true))
            zlib.Write(Encoding.Latin1.GetBytes(pickle));
        return stream.ToArray();
    }

    /// <summary>A file as joblib before 1.2 writes one: the wrapper of an array of ten numbers, then the bytes of the array, then STOP.</summary>
    private static byte[] ArrayOf(string data)
    {
        const string Wrapper = "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\x08\0\0\0subclasscnumpy\nndarray\nX\x05\0\0\0shapeK\x0a\x85X\x05\0\0\0orderX\x01\0\0\0CX\x05\0\0\0dtype"
            + "cnumpy\ndtype\nX\x02\0\0\0f8\x89\x88\x87R(K\x03X\x01\0\0\0<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbX\x0a\0\0\0allow_mmap\x89ub";
        return [0x80, 0x02, .. Encoding.Latin1.GetBytes(Wrapper), .. Encoding.Latin1.GetBytes(data.PadRight(80, 'N')[..80]), (byte)'.'];
    }
}
