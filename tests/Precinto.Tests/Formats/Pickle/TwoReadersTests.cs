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

    // pickle.dump(array, file, protocol=5) in the middle of the stream: its memo begins anew for joblib, and counts on for everybody else.
    [Theory]
    [InlineData("\x8c\x05Ridge", InspectionVerdict.Clean, null)]
    [InlineData("\x8c\x12" + "sepal length (cm) ", InspectionVerdict.Clean, null)]
    [InlineData("csklearn.linear_model._ridge\nRidge\n)\x81", InspectionVerdict.Clean, null)]
    [InlineData("}", InspectionVerdict.Clean, null)]
    [InlineData("\x8c\x02os", InspectionVerdict.Dangerous, "PKL101")]
    [InlineData("cbuiltins\nstr\n\x8c\x02os\x85R", InspectionVerdict.Dangerous, "PKL103")]
    [InlineData("coperator\nconcat\n\x8c\x01o\x8c\x01s\x86R", InspectionVerdict.Dangerous, "PKL103")]
    public void What_an_array_of_objects_takes_out_of_another_memo_is_judged_by_what_that_can_name(string third, InspectionVerdict expected, string? code)
    {
        var found = Inspect(ObjectArrayBehind(third));
        Assert.True(found.Verdict == expected, string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
        if (code is not null)
            Assert.Contains(found.Findings, finding => finding.Code == code && finding.Message.Contains("without joblib", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pickle_in_the_stream_ends_where_its_frame_does()
    {
        var whole = Encoding.Latin1.GetString(ObjectArrayBehind("\x8c\x05Ridge"));
        var at = whole.IndexOf("\x80\x05", StringComparison.Ordinal) + 2;
        var length = whole.Length - at - 2;
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.Latin1.GetBytes(whole.Insert(at, "\x95" + (char)length + "\0\0\0\0\0\0\0"))).Verdict);
        var early = Inspect(Encoding.Latin1.GetBytes(whole.Insert(at, "\x95" + (char)(length + 1) + "\0\0\0\0\0\0\0")));
        Assert.Contains(early.Findings, finding => finding.Code == "PKL214");
    }

    [Fact]
    public void What_an_array_of_objects_imports_by_itself_is_no_cleaner_for_standing_behind_another_memo()
    {
        var text = Encoding.Latin1.GetString(ObjectArrayBehind("\x8c\x05Ridge"));
        Assert.Contains(Inspect(Encoding.Latin1.GetBytes(text.Replace("]\x94\x8c\x01x", "]\x94" + "cos\nsystem\n", StringComparison.Ordinal))).Findings, finding => finding.Code == "PKL101");
        Assert.Contains(Inspect(Encoding.Latin1.GetBytes(text.Replace("]\x94\x8c\x01x", "]\x94" + "csomewhere\nf\n", StringComparison.Ordinal))).Findings, finding => finding.Code == "PKL201");
    }

    private static FileInspection Inspect(byte[] file) => Inspector.Inspect(ModelContent.FromBytes(file), "model.joblib", TestContext.Current.CancellationToken);

    private static byte[] Zlib(string pickle)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionMode.Compress, leaveOpen: true))
            zlib.Write(Encoding.Latin1.GetBytes(pickle));
        return stream.ToArray();
    }

    /// <summary>A file as joblib 1.5 writes one, with an array of one text behind a memo whose fourth place holds what is given.</summary>
    private static byte[] ObjectArrayBehind(string third)
    {
        const string Wrapper = "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\x08\0\0\0subclasscnumpy\nndarray\nX\x05\0\0\0shapeK\x01\x85X\x05\0\0\0orderX\x01\0\0\0CX\x05\0\0\0dtype"
            + "cnumpy\ndtype\nX\x02\0\0\0O8\x89\x88\x87R(K\x03X\x01\0\0\0|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tbX\x0a\0\0\0allow_mmap\x89ub";
        const string Array = "\x80\x05\x8c\x16numpy._core.multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94K\0\x85\x94" + "C\x01"
            + "b\x94\x87\x94R\x94(K\x01K\x01\x85\x94h\x03\x8c\x05" + "dtype\x94\x93\x94\x8c\x02O8\x94\x89\x88\x87\x94R\x94(K\x03\x8c\x01|\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?t\x94" + "b\x89]\x94\x8c\x01x\x94" + "at\x94" + "b.";
        return Encoding.Latin1.GetBytes("\x80\x04](N\x94N\x94N\x94" + third + "\x94" + Wrapper + Array + "e.");
    }

    /// <summary>A file as joblib before 1.2 writes one: the wrapper of an array of ten numbers, then the bytes of the array, then STOP.</summary>
    private static byte[] ArrayOf(string data)
    {
        const string Wrapper = "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\x08\0\0\0subclasscnumpy\nndarray\nX\x05\0\0\0shapeK\x0a\x85X\x05\0\0\0orderX\x01\0\0\0CX\x05\0\0\0dtype"
            + "cnumpy\ndtype\nX\x02\0\0\0f8\x89\x88\x87R(K\x03X\x01\0\0\0<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbX\x0a\0\0\0allow_mmap\x89ub";
        return [0x80, 0x02, .. Encoding.Latin1.GetBytes(Wrapper), .. Encoding.Latin1.GetBytes(data.PadRight(80, 'N')[..80]), (byte)'.'];
    }
}
