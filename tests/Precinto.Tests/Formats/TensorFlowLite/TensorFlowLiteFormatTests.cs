using System.Buffers.Binary;
using System.Text;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.TensorFlowLite;

public sealed class TensorFlowLiteFormatTests
{
    [Fact]
    public void A_model_states_its_inputs_operators_and_tensors()
    {
        var found = Inspect(Model(), "m.tflite");
        Assert.Empty(found.Findings);
        Assert.Equal(("tflite", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("tensorflow-lite", "schema 3", "main", 3L), (found.Facts.Framework, found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.ParameterCount));
        Assert.Equal("x FLOAT32", Assert.Single(found.Facts.Inputs) is { } input ? $"{input.Name} {input.ElementType}" : "");
        Assert.Equal([1, 3], found.Facts.Inputs[0].Shape);
        Assert.Equal([new("builtin 9", 1)], found.Facts.Parts);
        Assert.Equal("tflite", Inspect(Model(), "renamed.bin").Format);
    }

    [Theory]
    [InlineData("TFL101", InspectionVerdict.Suspicious, "MyOperator")]
    [InlineData("TFL102", InspectionVerdict.Suspicious, "FlexErf")]
    [InlineData("TFL103", InspectionVerdict.Dangerous, "FlexWriteFile")]
    [InlineData("TFL103", InspectionVerdict.Dangerous, "FlexPyFunc")]
    [InlineData(null, InspectionVerdict.Clean, "TFLite_Detection_PostProcess")]
    public void An_operator_is_judged_by_who_computes_it(string? code, InspectionVerdict verdict, string custom)
    {
        var found = Inspect(Model(custom: custom), "m.tflite");
        Assert.Equal(verdict, found.Verdict);
        Assert.Equal(code is null ? [] : [code], found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData(7, 1, 0)]
    [InlineData(1, 7, 0)]
    [InlineData(1, -2, 0)]
    [InlineData(1, 1, 5)]
    public void A_reference_to_what_is_not_there_is_malformed(int buffer, int tensor, int code)
    {
        var found = Inspect(Model(buffer, tensor, code), "m.tflite");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.Contains("TFL104", found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("FlexTFRecordDataset", "TFL103")]
    [InlineData("FlexSqlDataset", "TFL103")]
    [InlineData("FlexRestoreV2", "TFL103")]
    [InlineData("FlexEagerPyFunc", "TFL103")]
    public void The_delegate_and_the_graph_have_one_list(string custom, string code) =>
        Assert.Equal([code], Inspect(Model(custom: custom), "m.tflite").Findings.Select(finding => finding.Code));

    [Theory]
    [InlineData("WriteFile", null, InspectionVerdict.Dangerous)]
    [InlineData("PrintV2", "file:///tmp/x", InspectionVerdict.Dangerous)]
    [InlineData("PrintV2", "stderr", InspectionVerdict.Suspicious)]
    [InlineData("Add", null, InspectionVerdict.Suspicious)]
    public void The_delegate_runs_the_node_in_the_options_whatever_the_operator_is_called(string operation, string? stream, InspectionVerdict verdict)
    {
        ProtobufWriter node = new();
        node.Text(1, "n").Text(2, operation);
        if (stream is not null)
            node.Message(5, entry => entry.Text(1, "output_stream").Message(2, value => value.Text(2, stream)));
        Assert.Equal(verdict, Inspect(Model(custom: "FlexAdd", options: Options(operation, node.ToArray())), "m.tflite").Verdict);
    }

    [Fact]
    public void Options_that_cannot_be_read_are_survived()
    {
        var options = Options("Add", new ProtobufWriter().Text(1, "n").Text(2, "WriteFile").ToArray());
        for (var index = 0; index < options.Length; index++)
        {
            foreach (var value in (ReadOnlySpan<byte>)[0, 1, 0x28, 0x7F, 0x80, 0xFF])
            {
                var changed = (byte[])options.Clone();
                changed[index] = value;
                Assert.NotEqual(InspectionVerdict.Clean, Inspect(Model(custom: "FlexAdd", options: changed), "m.tflite").Verdict);
            }
        }
    }

    [Theory]
    [InlineData(1L << 40, 16L, false)]
    [InlineData(-8L, 16L, false)]
    [InlineData(8L, long.MaxValue, false)]
    [InlineData(8L, 12L, true)]
    [InlineData(1L, 12L, true)]
    public void Values_behind_the_model_lie_in_the_file(long offset, long size, bool isThere) =>
        Assert.Equal(isThere ? [] : ["TFL104"], Inspect(Model(far: (offset, size)), "m.tflite").Findings.Select(finding => finding.Code));

    [Fact]
    public void A_text_that_many_tables_share_is_read_once()
    {
        FlatForge.Shared name = new(new string('A', 60_000));
        FlatForge.Shared tensor = new(new Dictionary<int, object> { [0] = new[] { 1 }, [3] = new string('B', 60_000) });
        var codes = Enumerable.Range(0, 3000).Select(_ => new Dictionary<int, object> { [0] = (sbyte)32, [1] = name, [3] = 32 }).ToArray();
        var bytes = FlatForge.Make("TFL3", new()
        {
            [0] = 3,
            [1] = codes,
            [2] = new Dictionary<int, object>[] { new() { [0] = Enumerable.Repeat(tensor, 20_000).ToArray() } },
        });
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Inspect(bytes, "m.tflite");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void Texts_that_overlap_are_read_up_to_a_limit()
    {
        // Every four bytes are the length of a text that reaches over those behind it.
        var lengths = new byte[400_000];
        for (var index = 0; index < lengths.Length; index += 4)
            BinaryPrimitives.WriteInt32LittleEndian(lengths.AsSpan(index), 60_000);
        var codes = Enumerable.Range(0, 5000).Select(index => new Dictionary<int, object> { [0] = (sbyte)32, [1] = new FlatForge.Behind(4 * index), [3] = 32 }).ToArray();
        var found = Inspect(FlatForge.Make("TFL3", new() { [0] = 3, [1] = codes }, behind: lengths), "m.tflite");
        AssertFinding(found, InspectionRules.Malformed);
    }

    [Fact]
    public void An_archive_behind_a_model_is_inspected()
    {
        var clean = ZipForge.Make(new ForgedMember("labels.txt", "cat\ndog\n"u8.ToArray()));
        Assert.Equal(InspectionVerdict.Clean, Inspect([.. Model(), .. clean], "m.tflite").Verdict);
        var evil = ZipForge.Make(new ForgedMember("schema.json", Encoding.UTF8.GetBytes("""{"__class__": "system", "__module__": "os", "__loader__": "FunctionNode"}""")));
        foreach (var file in (byte[][])[[.. Model(), .. evil], [.. Model(), .. evil, 0]])
        {
            var found = Inspect(file, "m.tflite");
            Assert.Equal(("tflite", InspectionVerdict.Dangerous), (found.Format, found.Verdict));
            Assert.Contains(found.Findings, finding => finding is { Code: "SKO101", Member: "schema.json" });
        }

        Assert.Contains(Inspect([.. new byte[50], .. evil, 0], "m.bin").Findings, finding => finding.Code == "SKO101");
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = Model();
        AssertTruncationsAreNoticed(bytes, "m.tflite");
        AssertFlipsAreSurvived(bytes, "m.tflite");
    }

    private static byte[] Model(int buffer = 1, int tensor = 1, int code = 0, string? custom = null, byte[]? options = null, (long Offset, long Size)? far = null) => FlatForge.Make("TFL3", new()
    {
        [0] = 3,
        [1] = new Dictionary<int, object>[] { custom is null ? new() { [0] = (sbyte)9, [3] = 9 } : new() { [0] = (sbyte)32, [1] = custom, [3] = 32 } },
        [2] = new Dictionary<int, object>[]
        {
            new()
            {
                [0] = new Dictionary<int, object>[]
                {
                    new() { [0] = new[] { 1, 3 }, [2] = 0, [3] = "x" },
                    new() { [0] = new[] { 3 }, [2] = buffer, [3] = "w" },
                    new() { [0] = new[] { 1 }, [2] = 0, [3] = "y" },
                },
                [1] = new[] { 0 },
                [2] = new[] { 2 },
                [3] = new Dictionary<int, object>[] { Step(code, tensor, options) },
                [4] = "main",
            },
        },
        [4] = new Dictionary<int, object>[] { new(), far is { } place ? new() { [1] = place.Offset, [2] = place.Size } : new() { [0] = new byte[12] } },
    });

    private static Dictionary<int, object> Step(int code, int tensor, byte[]? options)
    {
        Dictionary<int, object> step = new() { [0] = code, [1] = new[] { 0, tensor, -1 }, [2] = new[] { 2 } };
        if (options is not null)
            step[5] = options;
        return step;
    }

    // A list of two texts: each behind its length, the offsets back to them, their types, and the root behind all.
    private static byte[] Options(string name, byte[] node)
    {
        List<byte> options = [];
        var places = new List<int>();
        foreach (var text in (byte[][])[Encoding.ASCII.GetBytes(name), node])
        {
            options.AddRange(BitConverter.GetBytes((short)text.Length));
            places.Add(options.Count);
            options.AddRange(text);
            options.Add(0);
        }

        options.AddRange(BitConverter.GetBytes((short)2));
        var list = options.Count;
        foreach (var place in places)
            options.AddRange(BitConverter.GetBytes((short)(options.Count - place)));
        options.AddRange([(5 << 2) | 1, (5 << 2) | 1]);
        options.Add((byte)(options.Count - list));
        options.AddRange([(10 << 2) | 1, 1]);
        return [.. options];
    }
}
