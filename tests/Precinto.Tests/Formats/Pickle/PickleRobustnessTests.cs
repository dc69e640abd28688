using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

public sealed class PickleRobustnessTests
{
    [Fact]
    public void Every_truncation_of_a_pickle_is_something_other_than_clean()
    {
        var whole = Model();
        Assert.Equal(InspectionVerdict.Clean, PickleMachineTests.Inspect(whole).Verdict);
        for (var length = 0; length < whole.Length; length++)
            Assert.NotEqual(InspectionVerdict.Clean, PickleMachineTests.Inspect(whole[..length]).Verdict);
    }

    [Fact]
    public void Every_single_changed_byte_is_read_to_an_end()
    {
        var whole = Model();
        Random random = new(20261122);
        for (var at = 0; at < whole.Length; at++)
        {
            for (var turn = 0; turn < 8; turn++)
            {
                var changed = whole.ToArray();
                changed[at] ^= (byte)random.Next(1, 256);
                Read(changed);
            }
        }
    }

    [Fact]
    public void Random_opcodes_are_read_to_an_end()
    {
        Random random = new(7);
        var opcodes = Enum.GetValues<PickleOpcode>();
        for (var turn = 0; turn < 3000; turn++)
        {
            var bytes = new byte[random.Next(4, 200)];
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length; at += random.Next(1, 4))
                bytes[at] = (byte)opcodes[random.Next(opcodes.Length)];
            Proto(4).CopyTo(bytes, 0);
            Read(bytes);
        }
    }

    [Theory]
    [InlineData("iris-random-forest.joblib")]
    [InlineData("iris-mlp.pkl")]
    public void A_real_model_survives_changed_bytes(string file)
    {
        var whole = Fixtures.Read("sklearn", file);
        Random random = new(3);
        for (var turn = 0; turn < 300; turn++)
        {
            var changed = whole.ToArray();
            for (var change = 0; change < 3; change++)
                changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            Read(changed);
            Read(whole[..random.Next(whole.Length)]);
        }
    }

    public static TheoryData<string, byte[]> Hogs => new()
    {
        { "a memo key of 2^32", Of(Proto(2), "Nr", Int32(-1), Stop) },
        { "an integer of 2^31 bytes", Of(Proto(2), 0x8B, Int32(int.MaxValue), Stop) },
        { "a text of 2^62 bytes", Of(Proto(4), 0x8D, Int64(1L << 62), Stop) },
        { "bytes of 2^63 bytes", Of(Proto(4), 0x8E, Int64(long.MinValue), Stop) },
        { "a frame of 2^63 bytes", Of(Proto(4), 0x95, Int64(long.MinValue), "N.") },
        { "an array of 2^62 elements", Of(Proto(4), JoblibWrapper("f8", [0x8A, 8, .. Int64(1L << 62)]), 0, Stop) },
        { "an array whose size overflows", Of(Proto(4), JoblibWrapper("f8", [0x8A, 8, .. Int64(1L << 62)], [0x8A, 8, .. Int64(1L << 62)]), 0, Stop) },
        { "an array of a negative size", Of(Proto(4), JoblibWrapper("f8", [(byte)'J', .. Int32(-1)]), 0, Stop) },
        { "elements of a negative size", Of(Proto(4), JoblibWrapper("V999999999", [(byte)'K', 0]), 0, Stop) },
    };

    [Theory]
    [MemberData(nameof(Hogs))]
    public void A_declared_size_costs_nothing(string what, byte[] pickle)
    {
        PickleMachineTests.Inspect(pickle);
        var before = GC.GetAllocatedBytesForCurrentThread();
        PickleMachineTests.Inspect(pickle);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 1 << 20, $"{what}: {allocated}");
    }

    [Fact]
    public void A_billion_laughs_are_few_steps_and_suspicious()
    {
        List<object> parts = [Proto(4), "]", Text("ha"), "a"];
        for (var level = 0; level < 40; level++)
            parts.Add(Of(Memoize, "0](", Of([.. Enumerable.Repeat<object>(Of("j", Int32(level)), 10)]), "e"));
        parts.Add(Stop);

        var result = PickleMachineTests.Inspect(Of([.. parts]));
        Assert.Equal(InspectionVerdict.Suspicious, result.Verdict);
        Assert.Equal("PKL215", Assert.Single(result.Findings).Code);
    }

    [Fact]
    public void Two_hundred_thousand_levels_are_walked_without_recursion()
    {
        var result = PickleMachineTests.Inspect(Of(Proto(4), new string(']', 200_000), new string('a', 199_999), Stop));
        Assert.Equal(InspectionVerdict.Malformed, result.Verdict);
        Assert.Contains(result.Findings, finding => finding.Code == "FMT003");
    }

    [Fact]
    public void A_list_in_itself_is_walked_once() =>
        Assert.Equal(InspectionVerdict.Clean, PickleMachineTests.Inspect(Of(Proto(4), "]", Memoize, "h", 0, "a.")).Verdict);

    [Fact]
    public void Building_a_large_state_often_costs_its_size_once()
    {
        List<object> parts = [Proto(4), "}", Memoize, "("];
        for (var key = 0; key < 20_000; key++)
            parts.Add(Of(Text("k" + key), "N"));
        parts.Add("u");
        parts.Add(Import("collections", "OrderedDict"));
        parts.Add(")R");
        for (var turn = 0; turn < 20_000; turn++)
            parts.Add(Of("h", 0, "b"));
        parts.Add(Stop);

        InspectionContext context = new(InspectionLimits.Default);
        PickleSession session = new(context, PickleKeep.Texts);
        var document = PickleReader.Inspect(ModelContent.FromBytes(Of([.. parts])), session);
        Assert.Equal(20_000, document!.Root.Object!.BuildCount);
        Assert.Empty(context.Findings);
    }

    [Fact]
    public void Pickles_in_pickles_end_at_the_nesting_limit()
    {
        var pickle = Of(Proto(4), "N.");
        for (var level = 0; level < 100; level++)
            pickle = Of(Proto(4), Import("pickle", "loads"), Bytes(pickle), 0x85, "R.");
        var result = PickleMachineTests.Inspect(pickle);
        Assert.Contains(result.Findings, finding => finding.Code == "FMT003");
    }

    [Fact]
    public void Bytes_that_are_loaded_often_are_inspected_once()
    {
        var nested = Bytes(Of(Proto(4), "B", Int32(100_000), new byte[100_000], Stop));
        List<object> parts = [Proto(4), nested, Memoize];
        for (var turn = 0; turn < 10_000; turn++)
            parts.Add(Of(turn == 0 ? Of(Import("pickle", "loads"), Memoize) : Of("h", 3), "h", 0, 0x85, "R0"));
        parts.Add(Stop);

        var before = GC.GetAllocatedBytesForCurrentThread();
        PickleMachineTests.Inspect(Of([.. parts]));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
    }

    [Fact]
    public void Fields_that_share_their_type_do_not_multiply()
    {
        // Eight levels of a hundred fields of the same type stand for 100^8 fields.
        List<object> parts = [Proto(4), "}", Memoize];
        parts.Add(Of(Import("numpy", "dtype"), Text("f8"), 0x85, "R", "q", 100));
        for (var level = 0; level < 8; level++)
        {
            List<object> names = ["("];
            List<object> fields = ["}("];
            for (var field = 0; field < 50; field++)
            {
                names.Add(Text("f" + field));
                fields.Add(Of(Text("f" + field), "h", 100 + level, "K", 0, 0x86));
            }

            parts.Add(Of(Import("numpy", "dtype"), Text("V8"), 0x85, "R(K", 3, Text("|"), "N", Of([.. names]), "t", Of([.. fields]), "uK", 8, "K", 1, "K", 16, "tbq", 101 + level));
        }

        parts.Add(Of(Import("joblib.numpy_pickle", "NumpyArrayWrapper"), ")", 0x81, "}(", Text("shape"), ")", Text("dtype"), "h", 108, "ub."));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(InspectionVerdict.Dangerous, PickleMachineTests.Inspect(Of([.. parts])).Verdict);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Encoding_one_text_again_and_again_does_not_fill_the_memory()
    {
        var text = new string('a', 60_000);
        List<object> parts = [Proto(2), "]", Text(text), "q", 0, "0X", Int32(6), "latin1q", 1, "0h", 0, "h", 1, 0x86, "q", 2, "0c_codecs\nencode\nq", 3, "0"];
        for (var turn = 0; turn < 50_000; turn++)
            parts.Add(Of("h", 3, "h", 2, "Ra"));
        parts.Add(Stop);
        var pickle = Of([.. parts]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        PickleMachineTests.Inspect(pickle);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 600L << 20);
    }

    [Fact]
    public void A_large_tuple_out_of_the_memo_is_not_copied_at_every_call()
    {
        List<object> parts = [Proto(4), "(", Import("collections", "OrderedDict"), new string('N', 200_000), "tq", 0, "0", Import("copyreg", "__newobj__"), "q", 1, "0"];
        for (var turn = 0; turn < 10_000; turn++)
            parts.Add(Of("h", 1, "h", 0, "R0"));
        parts.Add("N.");

        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = PickleMachineTests.Inspect(Of([.. parts]));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 600L << 20);
        Assert.Contains(result.Findings, finding => finding.Code == "FMT002");
    }

    [Fact]
    public void A_million_small_numbers_cost_a_step_each_and_no_object()
    {
        var numbers = new byte[2_000_000];
        for (var index = 0; index < numbers.Length; index += 2)
            numbers[index] = (byte)'K';
        var pickle = Of(Proto(4), "](", numbers, "e.");

        InspectionContext context = new(InspectionLimits.Default);
        PickleSession session = new(context, PickleKeep.Texts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(PickleReader.Inspect(ModelContent.FromBytes(pickle), session));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(1_000_005, session.Steps);
        Assert.True(allocated < 64 * 1_000_000L, $"{allocated} bytes");
    }

    private static void Read(byte[] bytes)
    {
        PickleMachineTests.Inspect(bytes);
        try
        {
            PickleReader.Read(ModelContent.FromBytes(bytes), new(InspectionLimits.Default));
        }
        catch (MalformedModelException)
        {
        }
    }

    private static byte[] Model() => Of(
        Proto(4), 0x95, Int64(33), Import("sklearn.tree._classes", "Tree"), Memoize, ")", 0x81, Memoize,
        "}(", Text("max_depth"), "K", 3, Text("values"), Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, 0x85,
        Bytes((byte)'b'), 0x87, "R(K", 1, "K", 2, 0x85, Import("numpy", "dtype"), Text("f8"), 0x89, 0x88, 0x87, "R(K", 3, Text("<"), "NNNJ", Int32(-1), "J", Int32(-1), "K", 0, "tb",
        0x89, Bytes(new byte[16]), "tb", Text("array"), JoblibWrapper("i4", [(byte)'K', 3]), 3, new byte[] { 255, 255, 255 }, new byte[12],
        Text("names"), "](", Text("a"), Text("b"), "e", "ub.");
}
