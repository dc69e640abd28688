using Precinto.Formats.Hdf5;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.Hdf5.Hdf5Forge;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Hdf5;

/// <summary>What PyTables, pandas and hickle unpickle: attributes of every object, rows of objects, datasets.</summary>
public sealed class Hdf5PicklesTests
{
    [Theory]
    [InlineData("TITLE")]
    [InlineData("info")]
    [InlineData("whatever")]
    public void A_pickle_in_an_attribute_of_any_object_is_inspected(string name)
    {
        AssertDanger(Make(TextAttribute(name, Command)), $"/@{name}");
        AssertDanger(Make(HardLink("df", FirstObject), Header(TextAttribute(name, Command))), $"/df@{name}");
        AssertDanger(Make(HardLink("w", FirstObject), Dataset([2], TextAttribute(name, Command + "\0\0"))), $"/w@{name}");
        AssertDanger(Make(TextAttribute(name, Command + " and more.")), $"/@{name}");
    }

    [Theory]
    [InlineData("N.")]
    [InlineData("(lp0\nVvalues_block_0\np1\na.")]
    [InlineData("regular")]
    [InlineData("a.u.")]
    [InlineData(".")]
    [InlineData("I1\n0.")]
    [InlineData("cosine\nsimilarity of two.")]
    [InlineData("(((((((.")]
    public void A_text_or_a_harmless_pickle_in_an_attribute_is_clean(string text) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Make(TextAttribute("x", text)), "a.h5").Verdict);

    [Fact]
    public void Rows_of_objects_that_are_kept_where_nothing_is_read_are_never_clean()
    {
        // A row takes a length, an address of eight bytes, and a number; chunks are found by an array that grows.
        var rows = Header([.. Message(1, [2, 1, 0, 1, .. Number(1)]), .. Message(3, [0x19, 0, 0, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]),
            .. Message(8, [4, 2, 0, 2, 1, 1, 16, 4, 0, 0, 0, 0, 0, .. Number(48)]), .. TextAttribute("PSEUDOATOM", "object")]);
        var found = Inspect(Make(HardLink("o", FirstObject), rows), "a.h5");
        AssertFinding(found, Hdf5Rules.NotRead);
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
    }

    [Fact]
    public void What_PyTables_and_pandas_write_is_clean()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "tables", """
            import tables, numpy as np, pandas as pd
            frame = pd.DataFrame({'a': [1, 2], 'b': ['x', None], 'c': pd.date_range('2020', periods=2, tz='Europe/Madrid')})
            for name, options in (('fixed', {}), ('table', {'format': 'table'}), ('packed', {'complib': 'zlib', 'complevel': 9}), ('packed_table', {'format': 'table', 'complib': 'zlib', 'complevel': 5})):
                frame.to_hdf(name + '.h5', 'df', **options)
            pd.Series([{'a': 1}, [1, 2], np.float32(3), None], dtype=object).to_hdf('series.h5', 's')
            pd.DataFrame(np.ones((3, 2)), index=pd.date_range('2020', periods=3, freq='B', name='when')).to_hdf('freq.h5', 'x', format='table')
            h = tables.open_file('own.h5', 'w', title='A file of mine.')
            h.root._v_attrs.obj = {'a': [1, (2, 3)]}
            h.root._v_attrs.unit = 'a.u.'
            rows = h.create_vlarray('/', 'rows', tables.ObjectAtom(), filters=tables.Filters(complevel=5, complib='zlib'))
            for i in range(300):
                rows.append({'i': i, 'array': np.arange(3)})
            h.create_vlarray('/', 'texts', tables.VLStringAtom()).append(b'N.')
            h.create_vlarray('/', 'words', tables.VLUnicodeAtom()).append('abc')
            h.create_vlarray('/', 'numbers', tables.Int32Atom()).append([1, 2, 3])
            h.close()
            """);
        foreach (var path in Directory.GetFiles(folder.Path, "*.h5"))
        {
            var found = Inspect(File.ReadAllBytes(path), path);
            Assert.True(found.Verdict == InspectionVerdict.Clean, Path.GetFileName(path) + string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
        }
    }

    [Fact]
    public void A_row_of_PyTables_that_runs_a_command_is_found_however_the_rows_are_kept()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "tables", """
            import os, tables, pandas as pd, h5py, shutil, numpy as np
            class Evil:
                def __reduce__(self):
                    return os.system, ('id',)
            pd.Series([1, Evil()], dtype=object).to_hdf('series.h5', 's')
            for name, filters in (('plain', None), ('zlib', tables.Filters(complevel=5, complib='zlib')), ('lzo', tables.Filters(complevel=5, complib='lzo')), ('bzip2', tables.Filters(complevel=5, complib='bzip2'))):
                h = tables.open_file(name + '.h5', 'w')
                rows = h.create_vlarray('/', 'o', tables.ObjectAtom(), filters=filters, expectedrows=200000)
                for i in range(1, 70000 if name == 'zlib' else 50):
                    rows.append(0)
                rows.append(Evil())
                h.close()
            shutil.copy('plain.h5', 'pseudo.h5')
            with h5py.File('pseudo.h5', 'a') as f:
                del f['o'].attrs['PSEUDOATOM']
                f['o'].attrs['PSEUDOATOM'] = np.bytes_(b'Vobject\n.')
            shutil.copy('plain.h5', 'flavor.h5')
            with h5py.File('flavor.h5', 'a') as f:
                del f['o'].attrs['PSEUDOATOM']
                f['o'].attrs['FLAVOR'] = np.bytes_(b'Object')
            """);
        foreach (var name in (ReadOnlySpan<string>)["series", "plain", "zlib", "pseudo", "flavor"])
            AssertDanger(File.ReadAllBytes(folder[name + ".h5"]), name == "series" ? "/s/values" : "/o");
        // Filters that are libraries of their own, and that a reader may have all the same.
        foreach (var name in (ReadOnlySpan<string>)["lzo", "bzip2"])
        {
            if (Inspect(File.ReadAllBytes(folder[name + ".h5"]), name) is { Verdict: not InspectionVerdict.Dangerous } found)
                AssertFinding(found, Hdf5Rules.NotRead);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("dict(compression='gzip', shuffle=True, fletcher32=True)")]
    [InlineData("dict(compression='lzf')")]
    [InlineData("dict(chunks=(1, 3))")]
    public void What_hickle_unpickles_is_inspected(string options)
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "h5py", $$"""
            import h5py, numpy as np, pickle
            command = b"cposix\nsystem\n(S'id'\ntR."
            options = {{options}}
            def one(options):
                return dict(options, chunks=(3,)) if 'chunks' in options else options
            for name, type, value in (('honest', pickle.dumps(dict), pickle.dumps({'x': [1] * 3000})), ('type', command, pickle.dumps(1)), ('value', pickle.dumps(dict), command)):
                with h5py.File(name + '.h5', 'w') as f:
                    f.attrs['HICKLE_VERSION'] = '5.0.3'
                    f.attrs['HICKLE_PYTHON_VERSION'] = '3.11'
                    table = f.create_group('hickle_types_table')
                    bytes = np.frombuffer(type, 'S1')
                    entry = table.create_dataset('0', data=bytes, shape=(1, bytes.size), **options)
                    entry.attrs['base_type'] = table.create_dataset('dict', shape=None, dtype='S1').ref
                    data = f.create_group('data')
                    data.attrs['type'] = entry.ref
                    data.create_dataset("'k'", data=bytearray(value), **one(options))
                    data.create_dataset('n', data=np.arange(5)).attrs['type'] = entry.ref
            with h5py.File('old.h5', 'w') as f:
                f.attrs['CLASS'] = b'hickle'
                f.create_dataset('data_0', data=[command]).attrs['type'] = [b'pickle']
            with h5py.File('latest.h5', 'w', libver='latest') as f:
                f.attrs['HICKLE_VERSION'] = '5.0.3'
                f.create_dataset('data', data=bytearray(command * 99), chunks=(99,))
            """);
        var honest = Inspect(File.ReadAllBytes(folder["honest.h5"]), "honest.hkl");
        Assert.True(honest.Verdict == InspectionVerdict.Clean, string.Join(", ", honest.Findings.Select(finding => finding.Code + " " + finding.Message)));
        AssertDanger(File.ReadAllBytes(folder["type.h5"]), "/hickle_types_table/0");
        AssertDanger(File.ReadAllBytes(folder["value.h5"]), "/data/'k'");
        AssertDanger(File.ReadAllBytes(folder["old.h5"]), "/data_0");
        AssertFinding(Inspect(File.ReadAllBytes(folder["latest.h5"]), "latest.hkl"), Hdf5Rules.NotRead);
    }

    [Fact]
    public void Bytes_that_look_like_a_pickle_and_import_nothing_are_no_finding()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "h5py", """
            import h5py, numpy as np
            with h5py.File('a.h5', 'w') as f:
                f.attrs['bytes'] = np.array([0x80, 4, 1, 2, 3], 'u1')
                f['image'] = np.array([0x80, 4, 0x63, 1, 2] * 1000, 'u1')
                f['words'] = np.array([b'N.', b'I1\n.', b'.'], 'S5')
                f['texts'] = ['N.', 'I5\n.', 'a.b.']
                f['void'] = np.void(b'N.')
                rows = f.create_dataset('rows', (3,), h5py.vlen_dtype('u1'))
                rows[0] = np.frombuffer(b'\x80\x04garbage', 'u1')
            """);
        var found = Inspect(File.ReadAllBytes(folder["a.h5"]), "a.h5");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Fact]
    public void Hostile_bytes_are_survived_in_chunks_and_in_heaps()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "h5py", """
            import h5py, numpy as np
            with h5py.File('a.h5', 'w') as f:
                f.attrs['HICKLE_VERSION'] = '5.0.3'
                f.create_dataset('d', data=bytearray(b'N.' * 20), chunks=(8,), compression='gzip', shuffle=True)
                f.create_dataset('l', data=bytearray(b'N.' * 20), chunks=(40,), compression='lzf')
                rows = f.create_dataset('rows', (2,), h5py.vlen_dtype('u1'), chunks=(2,))
                rows.attrs['PSEUDOATOM'] = np.bytes_(b'object')
                rows[0] = np.frombuffer(b'N.', 'u1')
            """);
        AssertFlipsAreSurvived(File.ReadAllBytes(folder["a.h5"]), "a.h5");
    }

    private static void AssertDanger(byte[] bytes, string member)
    {
        var found = Inspect(bytes, "a.h5");
        Assert.True(found.Findings.Any(finding => finding.Rule == PickleRules.DangerousCall && finding.Member == member), member + ": " + string.Join(", ", found.Findings.Select(finding => $"{finding.Code} {finding.Member} {finding.Message}")));
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    private const string Command = "cposix\nsystem\n(S'id'\ntR.";
}
