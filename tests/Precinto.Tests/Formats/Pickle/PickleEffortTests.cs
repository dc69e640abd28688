using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>What inspection costs, counted and not timed, so that it is the same on every machine.</summary>
public sealed class PickleEffortTests
{
    public static TheoryData<string, byte[], byte[]> Tensors => new()
    {
        { "BINBYTES8", Of(Proto(4), 0x8E, Int64(Size)), Of(Stop) },
        { "BYTEARRAY8", Of(Proto(5), 0x96, Int64(Size)), Of(Stop) },
        { "a state of NumPy", Of(Proto(4), Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R(K", 1, 0x8A, 5, Int64(Size)[..5], 0x85,
            Import("numpy", "dtype"), Text("u1"), 0x89, 0x88, 0x87, "R(K", 3, Text("|"), "NNNJ", Int32(-1), "J", Int32(-1), "K", 0, "tb", 0x89, 0x8E, Int64(Size)), Of("tb.") },
        { "an array of joblib", Of(Proto(4), JoblibWrapper("f8", [0x8A, 5, .. Int64(Size / 8)[..5]]), 0), Of(Stop) },
    };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void The_bytes_of_a_tensor_are_skipped_and_not_read(string form, byte[] head, byte[] tail)
    {
        using SparseContent content = new(head, Size, tail);
        var found = Inspector.Inspect(content, "model.pkl", TestContext.Current.CancellationToken);

        Assert.True(found.Verdict == InspectionVerdict.Clean, form + ": " + string.Join(" ", found.Findings.Select(finding => finding.Code + finding.Message)));
        // Some windows of the readers: to detect the format, to read, to read without joblib, and to look for an archive at the end.
        Assert.InRange(content.BytesRead, 1, 12 * Precinto.Formats.BoundedReader.WindowSize);
    }

    [Theory]
    [InlineData("x", "(N")]
    [InlineData("x", "(")]
    [InlineData("", "N.")]
    [InlineData("", "(lp0\n.")]
    public void Bytes_behind_a_pickle_that_may_all_begin_another_cost_no_time(string junk, string piece)
    {
        var file = Of(Proto(4), "N.", junk, string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var found = Inspector.Inspect(ModelContent.FromBytes(file), "model.pkl", TestContext.Current.CancellationToken);
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        // A minute without a bound.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("small numbers", 48)]
    [InlineData("floats in tuples", 56)]
    [InlineData("dictionaries of texts", 56)]
    public void An_opcode_costs_few_bytes_of_memory(string what, int most)
    {
        byte[] piece = what switch
        {
            "small numbers" => Of("(", string.Concat(Enumerable.Repeat("K\u0001", 1000)), "e"),
            "floats in tuples" => Of("(", Of([.. Enumerable.Repeat<object>(Of("G", new byte[8], "K", 1, "N", 0x87, Memoize), 200)]), "e"),
            _ => Of("(", Of([.. Enumerable.Repeat<object>(Of("}", Memoize, "(", Text("name"), Memoize, Text("value"), Memoize, Text("n"), Memoize, "K", 1, "u"), 100)]), "e"),
        };
        var pickle = Of(Proto(4), "]", Of([.. Enumerable.Repeat<object>(piece, 200)]), Stop);
        InspectionContext context = new(InspectionLimits.Default);
        PickleSession session = new(context, PickleKeep.Texts);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(PickleReader.Inspect(ModelContent.FromBytes(pickle), session));
        var perOpcode = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)session.Steps;

        Assert.Empty(context.Findings);
        Assert.True(perOpcode <= most, $"{what}: {perOpcode} bytes for each of {session.Steps} opcodes");
    }

    private const long Size = 4_000_000_000;

    /// <summary>A file of some bytes, then zeros that exist nowhere, then some bytes; it counts what is read.</summary>
    private sealed class SparseContent(byte[] head, long zeros, byte[] tail) : ModelContent
    {
        public long BytesRead { get; private set; }

        public override long Length => head.Length + zeros + tail.Length;

        private protected override int ReadCore(long offset, Span<byte> destination)
        {
            BytesRead += destination.Length;
            for (var index = 0; index < destination.Length; index++)
            {
                var at = offset + index;
                destination[index] = at < head.Length ? head[at] : at < head.Length + zeros ? (byte)0 : tail[(int)(at - head.Length - zeros)];
            }

            return destination.Length;
        }
    }
}
