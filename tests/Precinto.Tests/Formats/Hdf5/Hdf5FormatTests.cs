using Precinto.Formats.Hdf5;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.Hdf5.Hdf5Forge;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Hdf5;

public sealed class Hdf5FormatTests
{
    [Fact]
    public void A_driver_in_the_extension_of_the_superblock_is_noticed() =>
        AssertFinding(Inspect(Hdf5Forge.MakeExtended(Hdf5Forge.FirstObject, [], Hdf5Forge.Header(Hdf5Forge.Message(0x14, 0, (byte)'f', (byte)'a', (byte)'m', (byte)'i', 0, 0, 0, 0, 0, 0))), "a.h5"), Hdf5Rules.SeveralFiles);

    [Theory]
    [InlineData("616263", 32)]
    [InlineData("6162636400FFFFFFFFFFFFFFFF0101", 63)]
    public void Records_that_are_too_short_and_offsets_beyond_all_counting_are_malformed(string record, int heapBits)
    {
        var objects = Hdf5Forge.DenseLinks(Hdf5Forge.FirstObject, Convert.FromHexString(record), heapBits, out var message);
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Hdf5Forge.Make(message, objects), "a.h5").Verdict);
    }

    [Fact]
    public void A_dataset_is_a_tensor()
    {
        var found = Inspect(Weights(), "a.h5");
        Assert.Equal(("hdf5", InspectionVerdict.Clean, 6L), (found.Format, found.Verdict, found.Facts.ParameterCount));
        var tensor = Assert.Single(found.Facts.Tensors);
        Assert.Equal(("w", "float32"), (tensor.Name, tensor.ElementType));
        Assert.Equal([2, 3], tensor.Shape);
    }

    [Fact]
    public void What_leads_out_of_the_file_is_a_danger_and_is_not_followed()
    {
        AssertDanger(Make(ExternalLink("w", "/etc/passwd")), Hdf5Rules.ExternalLink);
        AssertDanger(Make(HardLink("w", FirstObject), Dataset([2], Message(7, 1, 0, 0, 0, 1, 0, 1, 0))), Hdf5Rules.ExternalStorage);
        AssertDanger(Make(HardLink("w", FirstObject), Dataset([2], Message(8, [4, 3, .. Number(48), 1, 0, 0, 0]))), Hdf5Rules.VirtualDataset);
    }

    [Fact]
    public void What_only_some_program_understands_is_not_clean()
    {
        AssertWarning(Make(UserLink("w")), Hdf5Rules.UserDefinedLink);
        AssertWarning(Make(HardLink("w", FirstObject), Dataset([2], Filter(32015))), Hdf5Rules.ForeignFilter);
        AssertWarning(Make([.. TextAttribute("a", "x"), .. TextAttribute("a", "y")]), Hdf5Rules.Contradiction);
        AssertWarning([.. new byte[512], .. Weights()], Hdf5Rules.UserBlock);
    }

    [Fact]
    public void What_MATLAB_puts_before_its_files_is_no_finding()
    {
        byte[] Block(string text, byte rest) =>
            [.. System.Text.Encoding.Latin1.GetBytes(text.PadRight(116)), .. new byte[8], 0, 2, (byte)'I', (byte)'M', .. Enumerable.Repeat(rest, 384)];

        Assert.DoesNotContain(Inspect([.. Block("MATLAB 7.3 MAT-file, Platform: GLNXA64", 0), .. Weights()], "a.mat").Findings, finding => finding.Rule == Hdf5Rules.UserBlock);
        AssertWarning([.. Block("MATLAB 7.3 MAT-file, Platform: GLNXA64", 1), .. Weights()], Hdf5Rules.UserBlock);
        AssertWarning([.. Block("MATLAB 7.3 \n", 0), .. Weights()], Hdf5Rules.UserBlock);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(32000)]
    public void A_filter_that_comes_with_the_library_is_clean(int filter) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Make(HardLink("w", FirstObject), Dataset([2], Filter(filter))), "a.h5").Verdict);

    [Fact]
    public void A_group_that_holds_itself_is_visited_once()
    {
        var file = Make([.. HardLink("a", FirstObject), .. HardLink("b", FirstObject)], Header([.. HardLink("self", FirstObject)]));
        Assert.Equal(InspectionVerdict.Clean, Inspect(file, "a.h5").Verdict);
    }

    [Fact]
    public void A_shape_beyond_counting_is_malformed()
    {
        byte[] space = [2, 2, 0, 1, .. Number(long.MaxValue), .. Number(4)];
        var header = Header([.. Message(1, space), .. Message(3, [0x11, 0, 0, 0, 4, 0, 0, 0]), .. Message(8, [3, 1, .. Number(-1), .. Number(8)])]);
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Make(HardLink("w", FirstObject), header), "a.h5").Verdict);
    }

    [Fact]
    public void Data_outside_of_the_file_is_malformed()
    {
        var header = Dataset([2], Message(8, [3, 1, .. Number(1 << 20), .. Number(8)]));
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Make(HardLink("w", FirstObject), header), "a.h5").Verdict);
    }

    [Fact]
    public void Bytes_behind_the_end_are_noticed() => AssertWarning([.. Weights(), 1], InspectionRules.TrailingBytes);

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = Make([.. HardLink("w", FirstObject), .. TextAttribute("model_config", "{}"), .. TextAttribute("keras_version", "2.1")], Dataset([2], Filter(1)));
        AssertTruncationsAreNoticed(bytes, "a.h5");
        AssertFlipsAreSurvived(bytes, "a.h5");
    }

    [Fact]
    public void A_group_made_anew_for_a_name_that_is_not_ASCII_contradicts_nothing()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "h5py", """
            import h5py
            with h5py.File('m.h5', 'w') as f:
                f.create_group('a')
                f.create_group('ñ')
                f['ñ/w'] = [1.0, 2.0]
            """);
        var found = Inspect(File.ReadAllBytes(Path.Combine(folder.Path, "m.h5")), "m.h5");
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
        Assert.Equal("ñ/w", Assert.Single(found.Facts.Tensors).Name);
    }

    [Fact]
    public void What_h5py_writes_is_read_in_the_old_and_in_the_new_layout()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "h5py", """
            import h5py, numpy as np
            for name, version in (('old.h5', 'earliest'), ('new.h5', 'latest')):
                with h5py.File(name, 'w', libver=version, track_order=(version == 'latest')) as f:
                    f.attrs['text'] = 'x' * 100000 if version == 'latest' else 'x'
                    f.attrs['fixed'] = np.bytes_('y' * 200)
                    for i in range(40):
                        f.attrs['a%d' % i] = np.arange(i)
                    for i in range(300):
                        g = f.create_group('g%03d' % i, track_order=(version == 'latest'))
                        g.create_dataset('kernel', data=np.zeros((3, 4), 'f4'))
                    f.create_dataset('z', data=np.zeros((50, 50), 'f8'), compression='gzip', shuffle=True, chunks=(10, 10))
                    f.create_dataset('flag', data=True)
                    f.create_dataset('label', data='text')
                    f.create_dataset('half', data=np.float16(1))
                    f['same'] = f['z']
                    f['soft'] = h5py.SoftLink('/g000')
                    f['type'] = np.dtype('f4')
                    f.create_dataset('typed', (2,), f['type'])
            with h5py.File('block.h5', 'w', userblock_size=512) as f:
                f['w'] = np.zeros(3)
            with h5py.File('ext.h5', 'w') as f:
                f['e'] = h5py.ExternalLink('/etc/passwd', '/x')
                f.create_dataset('d', (2,), 'u1', external=[('/etc/passwd', 0, 2)])
                v = h5py.VirtualLayout((2,), 'u1'); v[:] = h5py.VirtualSource('other.h5', 'x', (2,))
                f.create_virtual_dataset('v', v)
            for version in ('earliest', 'latest'):
                for name in ('own', 'both'):
                    with h5py.File('%s-%s.h5' % (version, name), 'w', libver=version) as f:
                        f['x'] = np.zeros(8, 'u1')
                        v = h5py.VirtualLayout((2, 4), 'u1')
                        v[0] = h5py.VirtualSource('.', 'x', (8,))[:4]
                        v[1] = h5py.VirtualSource('.' if name == 'own' else 'other.h5', 'x', (8,))[0:8:2]
                        f.create_virtual_dataset('v', v)
            """);
        foreach (var name in (ReadOnlySpan<string>)["old.h5", "new.h5"])
        {
            var found = Inspect(File.ReadAllBytes(Path.Combine(folder.Path, name)), name);
            Assert.True(found.Verdict == InspectionVerdict.Clean, name + string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
            Assert.Equal((300 * 12) + 2500 + 1 + 2, found.Facts.ParameterCount);
            Assert.Equal(305, found.Facts.Tensors.Count);
            Assert.Contains(found.Facts.Tensors, tensor => tensor is { Name: "flag", ElementType: "bool" });
            Assert.Contains(found.Facts.Tensors, tensor => tensor is { Name: "half", ElementType: "float16" });
            Assert.Contains(found.Facts.Tensors, tensor => tensor is { Name: "g299/kernel" });
        }

        AssertWarning(File.ReadAllBytes(Path.Combine(folder.Path, "block.h5")), Hdf5Rules.UserBlock);
        var outside = Inspect(File.ReadAllBytes(Path.Combine(folder.Path, "ext.h5")), "ext.h5");
        AssertFinding(outside, Hdf5Rules.ExternalLink);
        AssertFinding(outside, Hdf5Rules.ExternalStorage);
        AssertFinding(outside, Hdf5Rules.VirtualDataset);
        foreach (var version in (ReadOnlySpan<string>)["earliest", "latest"])
        {
            Assert.Equal(InspectionVerdict.Clean, Inspect(File.ReadAllBytes(Path.Combine(folder.Path, version + "-own.h5")), "own.h5").Verdict);
            AssertFinding(Inspect(File.ReadAllBytes(Path.Combine(folder.Path, version + "-both.h5")), "both.h5"), Hdf5Rules.VirtualDataset);
        }
    }

    private static byte[] Weights() => Make(HardLink("w", FirstObject), Dataset([2, 3]));

    private static void AssertDanger(byte[] bytes, FindingRule rule)
    {
        var found = Inspect(bytes, "a.h5");
        AssertFinding(found, rule);
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    private static void AssertWarning(byte[] bytes, FindingRule rule)
    {
        var found = Inspect(bytes, "a.h5");
        AssertFinding(found, rule);
        Assert.True(found.Verdict is InspectionVerdict.Suspicious or InspectionVerdict.Malformed, string.Join(", ", found.Findings.Select(finding => finding.Code)));
    }
}
