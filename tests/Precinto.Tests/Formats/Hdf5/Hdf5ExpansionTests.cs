using Precinto.Formats.Hdf5;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.Hdf5.Hdf5Forge;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Hdf5;

public sealed class Hdf5ExpansionTests
{
    [Theory]
    [InlineData(1L << 36)]
    [InlineData(1L << 26)]
    public void A_dataset_that_nobody_wrote_is_held_against_the_file(long length) =>
        AssertExpansion(Make(HardLink("w", FirstObject), Dataset([length])));

    [Fact]
    public void Many_datasets_that_nobody_wrote_are_counted_together()
    {
        var (first, second) = (Dataset([30_000_000]), Dataset([5, 6_000_000]));
        AssertExpansion(Make([.. HardLink("a", FirstObject), .. HardLink("b", FirstObject + first.Length)], first, second));
        // One dataset under two names is one.
        Assert.Equal(InspectionVerdict.Clean, Inspect(Make([.. HardLink("a", FirstObject), .. HardLink("b", FirstObject)], first), "a.h5").Verdict);
    }

    [Fact]
    public void Chunks_that_nobody_wrote_are_held_against_the_file()
    {
        byte[] chunked = [3, 2, 2, .. Number(-1), 0, 4, 0, 0, 4, 0, 0, 0];
        AssertExpansion(Make(HardLink("w", FirstObject), Chunked(1L << 36, chunked)));
        AssertExpansion(Make(HardLink("w", FirstObject), Chunked(1L << 36, chunked, Filter(1))));
        Assert.Equal(InspectionVerdict.Clean, Inspect(Make(HardLink("w", FirstObject), Chunked(1L << 20, chunked)), "a.h5").Verdict);
    }

    [Fact]
    public void What_was_written_is_no_finding_however_large_it_is()
    {
        byte[] large = [.. Make(HardLink("w", FirstObject), Dataset([1L << 26])), .. new byte[2 << 20]];
        Assert.DoesNotContain(Inspect(large, "a.h5").Findings, finding => finding.Rule == Hdf5Rules.Expansion);
    }

    [Fact]
    public void The_expansion_of_chunks_that_are_read_is_bounded()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "h5py", """
            import h5py, numpy as np
            with h5py.File('a.h5', 'w') as f:
                f.attrs['HICKLE_VERSION'] = '5.0.3'
                for i in range(40):
                    f.create_dataset('d%d' % i, data=np.zeros(8 << 20, 'u1'), chunks=(8 << 20,), compression='gzip', compression_opts=9)
            """);
        var before = GC.GetTotalAllocatedBytes();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(File.ReadAllBytes(folder["a.h5"]), "a.h5").Verdict);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 2L << 30);
    }

    private static byte[] Chunked(long length, byte[] layout, params byte[][] more) => Header(
        [.. Message(1, [2, 1, 0, 1, .. Number(length)]), .. Message(3, [0x11, 0x20, 0x1F, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]), .. Message(8, layout), .. more.SelectMany(part => part)]);

    private static void AssertExpansion(byte[] bytes)
    {
        var found = Inspect(bytes, "a.h5");
        AssertFinding(found, Hdf5Rules.Expansion);
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
    }
}
