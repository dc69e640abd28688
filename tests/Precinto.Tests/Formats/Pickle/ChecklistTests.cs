using System.Text;
using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>What a machine must do to see what the unpicklers do, each fact learnt from a reader that missed it. More in <see cref="EvasionTests"/> and <see cref="EvasionMatrixTests"/>.</summary>
public sealed class ChecklistTests
{
    [Fact]
    public void Every_opcode_of_all_protocols_is_read()
    {
        // One stream with each of them, and something that imports at its end.
        var stream = Of(
            Proto(5), 0x95, Int64(2), "N0", "(0((1N20", "I1\n0L1L\n0", 0x8A, 1, 1, "0", 0x8B, Int32(1), 1, "0J", Int32(1), "0K", 1, "0M", 1, 0, "0F1.5\n0G", new byte[8], "0",
            0x88, "0", 0x89, "0", "S'a'\n0T", Int32(1), "a0U", 1, "a0Va\n0X", Int32(1), "a0", 0x8C, 1, "a0", 0x8D, Int64(1), "a0", "B", Int32(1), "a0C", 1, "a0", 0x8E, Int64(1), "a0",
            0x96, Int64(1), "a0", "]Na(Ne0(Nl0}NNs(NNu0(NNd0)0(Nt0N", 0x85, "0NN", 0x86, "0NNN", 0x87, "0", 0x8F, "(N", 0x90, "0(N", 0x91, "0",
            "Np5\nq", 6, "r", Int32(7), Memoize, "0g5\n0h", 6, "0j", Int32(7), "0",
            "ccollections\nOrderedDict\n0", Import("collections", "OrderedDict"), ")R}b0(icollections\nOrderedDict\n0(", Import("collections", "OrderedDict"), "o0",
            Import("collections", "OrderedDict"), ")", 0x81, "0", Import("collections", "OrderedDict"), ")}", 0x92, "0",
            0x82, 1, "0", 0x83, 1, 0, "0", 0x84, Int32(1), "0Pa\n0NQ0", 0x97, 0x98, "0", Import("os", "system"), Stop);

        var found = HostileBytes.Inspect(stream, "model.pkl");

        Assert.DoesNotContain(found.Findings, finding => finding.Rule.IsMalformed);
        Assert.Contains(found.Findings, finding => finding.Code == "PKL101");
        var used = stream.Distinct();
        Assert.Empty(Enum.GetValues<PickleOpcode>().Select(opcode => (byte)opcode).Except(used));
        Assert.Equal(68, Enum.GetValues<PickleOpcode>().Length);
    }

    [Fact]
    public void A_memo_that_a_used_unpickler_still_has_gives_the_second_pickle_its_names()
    {
        var found = HostileBytes.Inspect(Of(Proto(4), Text("os"), "q", 1, ".", Proto(4), "h", 1, Text("system"), StackGlobal, ")R."), "model.pkl");
        Assert.Equal(["PKL101", "PKL102", "PKL211", "PKL301"], found.Findings.Select(finding => finding.Code).Order());
    }

    [Theory]
    [InlineData("\u0082\u0009")]
    [InlineData("\u0083\u0009\u0000")]
    [InlineData("\u0084\u0009\u0000\u0000\u0000")]
    public void An_extension_registered_in_the_stream_is_the_name_that_it_was_given(string extension)
    {
        var registered = Of(Proto(2), "ccopy_reg\nadd_extension\n(X", Int32(5), "posixX", Int32(6), "systemK", 9, "tR0");
        Assert.Contains(HostileBytes.Inspect([.. registered, .. Of(extension, ")R.")], "m.pkl").Findings, finding => finding.Code == "PKL102");
        Assert.Equal(["PKL205"], HostileBytes.Inspect(Of(Proto(2), extension, Stop), "m.pkl").Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_text_that_only_another_encoding_decodes_does_not_end_the_reading()
    {
        Assert.Equal(InspectionVerdict.Dangerous, HostileBytes.Inspect(Of("S'\\xff\u00ff'\n0cposix\nsystem\n(S'x'\ntR."), "m.pkl").Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, HostileBytes.Inspect(Of(Proto(2), "U", 2, "\u00ff\u00fe0cposix\nsystem\n)R."), "m.pkl").Verdict);
    }

    [Fact]
    public void What_an_opcode_leaves_of_its_frame_is_lost_to_one_reader_and_read_by_the_other()
    {
        // Read on, the bytes in the frame take one byte of what follows less than they do where the frame was fetched as a whole.
        var hidden = "os\nsystem\n(S'echo'\ntR.".PadRight('c', 'x');
        var found = HostileBytes.Inspect(Of(Proto(4), 0x95, Int64(3), 0x8C, 4, "x", "yyyC", "c", hidden, Stop), "model.pkl");

        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Contains(found.Findings, finding => finding.Code == "PKL214");
        Assert.Contains(found.Findings, finding => finding.Code == "PKL102" && finding.Message.Contains("frame by frame", StringComparison.Ordinal));
        // Bytes are filled from both sides of the end, by every reader.
        Assert.Equal(["PKL214"], HostileBytes.Inspect(Of(Proto(4), 0x95, Int64(3), "C", 4, "x", "yyyC", "c", hidden, Stop), "m.pkl").Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_line_that_leaves_its_frame_begins_again_behind_it()
    {
        // Read on, the name of the module is "reos", of which nothing is known.
        var found = HostileBytes.Inspect(Of(Proto(4), 0x95, Int64(3), "cre", "os\nsystem\n)R."), "model.pkl");
        Assert.Contains(found.Findings, finding => finding.Code == "PKL101");
    }

    [Fact]
    public void An_array_of_joblib_within_a_frame_is_read_elsewhere_by_joblib()
    {
        var body = Of(JoblibWrapper("f8", [(byte)'K', 2]), 0, new byte[16], "N");
        Assert.Contains(HostileBytes.Inspect(Of(Proto(4), 0x95, Int64(body.Length), body, Stop), "m.joblib").Findings, finding => finding.Code == "PKL214");

        var wrapper = JoblibWrapper("f8", [(byte)'K', 2]);
        Assert.Equal(InspectionVerdict.Clean, HostileBytes.Inspect(Of(Proto(4), 0x95, Int64(wrapper.Length), wrapper, 0, new byte[16], Stop), "m.joblib").Verdict);
    }

    [Fact]
    public void An_array_of_joblib_made_with_arguments_keeps_what_its_state_does_not_say()
    {
        // The constructor sets an alignment: joblib then skips bytes that a reader of the state alone takes for opcodes.
        var type = Of(Import("numpy", "dtype"), Text("f8"), 0x89, 0x88, 0x87, "R(K", 3, Text("<"), "NNNJ", Int32(-1), "J", Int32(-1), "K", 0, "tb");
        var made = Of(Proto(4), Import("joblib.numpy_pickle", "NumpyArrayWrapper"), "(", Import("numpy", "ndarray"), "K", 2, 0x85, Text("C"), type, "tR}(", Text("shape"), "K", 2, 0x85, Text("dtype"), type, "ub");
        Assert.Contains(HostileBytes.Inspect(Of(made, new byte[16], Stop), "m.joblib").Findings, finding => finding.Code == "PKL107");
    }

    [Theory]
    [InlineData("NDArrayWrapper")]
    [InlineData("ZNDArrayWrapper")]
    public void An_array_that_stands_in_a_file_of_its_own_is_noticed_wherever_its_class_comes_from(string name)
    {
        foreach (var module in new[] { "joblib.numpy_pickle", "joblib.numpy_pickle_compat", "sklearn.externals.joblib.numpy_pickle" })
        {
            var found = HostileBytes.Inspect(PickleContainer.Compatible(Of(Proto(2), $"c{module}\n{name}\n)", 0x81, "}X", Int32(8), "filenameX", Int32(13), "../../etc/x.zsb.")), "m.joblib");
            Assert.Equal(("joblib", "PKL210"), (found.Format, Assert.Single(found.Findings).Code));
        }
    }

    [Theory]
    [InlineData("](K\u0001K\u0002et\u0081.")]
    [InlineData("c__builtin__\neval\n(S'0x1950a86a20f9469cfc6c'\ntR.")]
    public void A_magic_number_of_PyTorch_that_is_computed_is_no_magic_number(string first)
    {
        var found = HostileBytes.Inspect(Of(Proto(2), first, Proto(2), "M", 0xE9, 3, ".", Proto(2), "}.", Proto(2), "cposix\nsystem\n)R.", Proto(2), "]."), "model.pt");
        Assert.NotEqual("pytorch", found.Format);
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
    }

    [Fact]
    public void A_pickle_that_is_called_an_array_is_inspected_as_what_it_is()
    {
        var found = HostileBytes.Inspect(Of(Proto(4), Import("os", "system"), ")R."), "weights.npy");
        Assert.Equal(("pickle", InspectionVerdict.Dangerous), (found.Format, found.Verdict));
        Assert.Contains(found.Findings, finding => finding.Code == "FMT004");
    }

    [Fact]
    public void Code_that_was_embedded_is_suspected_and_not_called_an_attack()
    {
        var found = HostileBytes.Inspect(Of(Proto(4), Import("dill._dill", "_create_function"), "(", Import("dill._dill", "_create_code"), ")RNNNtR."), "m.pkl");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        Assert.All(found.Findings, finding => Assert.Equal("PKL208", finding.Code));
    }

    [Theory]
    [InlineData("to_csv")]
    [InlineData("write_text")]
    [InlineData("tofile")]
    public void A_method_of_a_harmless_class_that_reaches_files_is_dangerous_to_take(string method) =>
        Assert.Contains(HostileBytes.Inspect(Of(Proto(4), Import("builtins", "getattr"), Import("pandas.core.frame", "DataFrame"), Text(method), 0x86, "R."), "m.pkl").Findings, finding => finding.Code == "PKL107");

    [Fact]
    public void A_harmless_function_that_calls_what_it_is_given_is_not_given_what_was_computed()
    {
        var method = Of(Import("builtins", "getattr"), Import("collections", "OrderedDict"), Text("fromkeys"), 0x86, "R");
        Assert.Contains(HostileBytes.Inspect(Of(Proto(4), Import("numpy.random._pickle", "__generator_ctor"), Text("x"), method, 0x86, "R."), "m.pkl").Findings, finding => finding.Code == "PKL203");
        Assert.Contains(HostileBytes.Inspect(Of(Proto(4), Import("torch._tensor", "_rebuild_from_type_v2"), "(", method, "N)NtR."), "m.pkl").Findings, finding => finding.Code == "PKL203");
        Assert.Equal(InspectionVerdict.Clean, HostileBytes.Inspect(Of(Proto(4), Import("numpy.random._pickle", "__generator_ctor"), Text("PCG64"), 0x85, "R."), "m.pkl").Verdict);
    }

    [Fact]
    public void Attributes_of_the_class_of_an_object_are_not_set()
    {
        var type = Of(Import("builtins", "type"), Import("sklearn.linear_model._base", "LinearRegression"), ")R", 0x85, "R");
        Assert.Contains(HostileBytes.Inspect(Of(Proto(4), type, "N}", Text("predict"), Import("builtins", "len"), "s", 0x86, "b."), "m.pkl").Findings, finding => finding.Code == "PKL105");
    }

    [Fact]
    public void An_attribute_whose_name_is_computed_may_be_any()
    {
        var name = Of(Import("builtins", "str"), Bytes([.. "__setstate__"u8]), Text("ascii"), 0x86, "R");
        Assert.Contains(HostileBytes.Inspect(Of(Proto(4), Import("collections", "OrderedDict"), ")R}", name, "Nsb."), "m.pkl").Findings, finding => finding.Code == "PKL106");
    }

    [Theory]
    [InlineData("\u008a\u0005\u0000\u0000\u0000\u0000\u0001")]
    [InlineData("J\u0000\u0000\u0001\u0000J\u0000\u0000\u0001\u0000")]
    public void An_array_as_large_as_no_memory_is_noticed(string dimensions)
    {
        var found = HostileBytes.Inspect(Of(Proto(4), Import("numpy", "ndarray"), "(", dimensions, "t", 0x85, "R."), "m.pkl");
        Assert.Equal(["PKL215"], found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("gASVBQAAAAAAAABLAS4uLi4u")]
    [InlineData("gAJjcG9zaXgKc3lzdGVtCi4=")]
    [InlineData("80049505000000000000004b012e")]
    public void A_text_that_is_an_encoded_pickle_is_told(string text)
    {
        var found = HostileBytes.Inspect(Of(Proto(4), Text(text), Stop), "m.pkl");
        Assert.Equal(("PKL401", InspectionVerdict.Clean), (Assert.Single(found.Findings).Code, found.Verdict));
    }

    [Fact]
    public void A_great_pickle_of_protocol_0_is_recognized_behind_its_first_bytes()
    {
        StringBuilder text = new("(lp0\n");
        for (var key = 1; key < 5000; key++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"(dp{key}\nVname\nI{key}\nsa");
        Assert.Equal(("pickle", InspectionVerdict.Clean), Judged(text + "."));
        Assert.Equal(("pickle", InspectionVerdict.Dangerous), Judged(text + "0cposix\nsystem\n(S'x'\ntR."));

        static (string, InspectionVerdict) Judged(string pickle) =>
            HostileBytes.Inspect(Encoding.Latin1.GetBytes(pickle), "m.pkl") is var found ? (found.Format, found.Verdict) : default;
    }

    [Fact]
    public void Names_without_end_reach_the_limit_and_not_the_memory()
    {
        StringBuilder text = new();
        for (var name = 0; name < 2_000_000; name++)
            text.Append('c').Append('a').Append('\n').Append('n').Append(name).Append("\n0");

        PickleSession session = new(new(InspectionLimits.Default), PickleKeep.Texts);
        var content = ModelContent.FromBytes(Encoding.ASCII.GetBytes(text.Append("N.").ToString()));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(PickleReader.Inspect(content, session));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1500L << 20);
        Assert.InRange(session.Imports.Count, 100_000, 1_800_000);
    }
}
