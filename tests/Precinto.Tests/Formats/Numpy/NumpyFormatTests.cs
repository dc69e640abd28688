using System.Text;
using Precinto.Formats;
using Precinto.Formats.Numpy;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Numpy;

public sealed class NumpyFormatTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_array_of_each_version_states_its_shape(int version)
    {
        var found = Inspect(Array("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 48, version), "a.npy");
        Assert.Equal(("npy", InspectionVerdict.Clean), (found.Format, found.Verdict));
        var tensor = Assert.Single(found.Facts.Tensors);
        Assert.Equal("float64", tensor.ElementType);
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Equal(6, found.Facts.ParameterCount);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }")]
    [InlineData("{'descr': [('a', '<i8'), ('b', '|O')], 'fortran_order': False, 'shape': (1,), }")]
    [InlineData("{'descr': [('a', [('b', [('c', 'O', (2,))])])], 'fortran_order': False, 'shape': (1,), }")]
    public void An_object_anywhere_in_the_type_makes_the_body_a_pickle(string header)
    {
        // These bytes are no pickle, so nothing could be inspected.
        var found = Inspect(Array(header, 3), "a.npy");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        AssertFinding(found, NumpyRules.ObjectArray);
    }

    [Fact]
    public void The_body_of_an_object_array_is_inspected_by_its_bytes()
    {
        var header = Array("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 0);
        var found = Inspect([.. header, .. OnnxForge.Adder(OnnxForge.External("w", "/x"))], "a.npy");
        Assert.Equal("objects", Assert.Single(found.Findings, finding => finding.Code == "ONX101").Member);
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 47, "NPY103")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 49, "FMT005")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 8, "FMT001")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 9223372036854775807, 9223372036854775807), }", 0, "FMT001")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", 8, "FMT001")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,), }", 8, "FMT001")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': [1], }", 8, "FMT001")]
    [InlineData("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }", 8, "FMT001")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, }", 8, "FMT001")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}", 8, "FMT001")]
    [InlineData("{'descr': '<f8', 'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 8, "FMT001")]
    [InlineData("{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': (1,)}", 8, "FMT001")]
    [InlineData("{'descr': '<x8', 'fortran_order': False, 'shape': (1,)}", 8, "FMT001")]
    [InlineData("{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}", 8, "FMT001")]
    [InlineData("{'descr': [('a', '<U99999999999999999999')], 'fortran_order': False, 'shape': (1,)}", 8, "FMT001")]
    [InlineData("[1, 2]", 8, "FMT001")]
    [InlineData("", 8, "FMT001")]
    public void A_header_that_lies_is_malformed(string header, int data, string code)
    {
        var found = Inspect(Array(header, data), "a.npy");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_header_nested_deeply_is_malformed_without_recursion() =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Array("{'descr': " + new string('[', 60_000), 0, 2), "a.npy").Verdict);

    [Fact]
    public void An_archive_of_arrays_lists_them()
    {
        var array = Array("{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }", 12);
        var found = Inspect(ZipForge.Make(new("weights.npy", array), new("bias.npy", array) { Deflate = true }), "a.bin");
        Assert.Equal(("npz", InspectionVerdict.Clean, 6L), (found.Format, found.Verdict, found.Facts.ParameterCount));
        Assert.Equal(["weights", "bias"], found.Facts.Tensors.Select(tensor => tensor.Name));

        AssertFinding(Inspect(ZipForge.Make(new("a.npy", array), new("b.txt", [1])), "a.npz"), NumpyRules.ForeignMember);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a.npy", Array("{'descr': '|O', 'fortran_order': False, 'shape': ()}", 5))), "a.npz"), NumpyRules.ObjectArray);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = Array("{'descr': [('x', '<f4', (2,)), ('y', '|S5')], 'fortran_order': False, 'shape': (2,), }", 26);
        AssertTruncationsAreNoticed(bytes, "a.npy");
        AssertFlipsAreSurvived(bytes, "a.npy");
    }

    [Theory]
    [InlineData("<f8", "float64", 8)]
    [InlineData("|b1", "bool", 1)]
    [InlineData("?", "bool", 1)]
    [InlineData(">i2", "int16", 2)]
    [InlineData("<U10", "str10", 40)]
    [InlineData("|S7", "bytes7", 7)]
    [InlineData("<M8[ns]", "datetime64", 8)]
    [InlineData("<c16", "complex128", 16)]
    [InlineData("|V12", "void12", 12)]
    [InlineData("|O", "object", 8)]
    [InlineData("O8", "object", 8)]
    public void A_description_has_a_name_and_a_size(string description, string name, int size)
    {
        var type = NumpyDataType.Parse(description);
        Assert.Equal((name, (long)size), (type.Name, type.ItemSize));
        Assert.Equal(description.StartsWith('>'), type.IsBigEndian);
        Assert.Equal(name == "object", type.HasObjects);
    }

    [Fact]
    public void A_structure_has_its_fields_at_their_offsets()
    {
        var type = NumpyDataType.From(PythonLiteral.Parse("[('a', '<i4'), (('title', 'b'), '<f8', (2, 3)), ('', '|V4'), ('c', [('d', '|u1')])]", 0));
        Assert.Equal(57, type.ItemSize);
        Assert.Equal([0, 4, 52, 56], type.Fields.Select(part => part.Offset));
        Assert.Equal([2, 3], type.Fields[1].Type.SubShape);
        Assert.Equal("b", type.Fields[1].Name);
        Assert.Throws<MalformedModelException>(() => NumpyDataType.From(PythonLiteral.Parse("[('a', '<i4'), ('a', '<i4')]", 0)));
        Assert.Throws<MalformedModelException>(() => NumpyDataType.From(PythonLiteral.Parse("[('a', '<i4', (2147483647, 2147483647))]", 0)));
    }

    [Theory]
    [InlineData("(1)")]
    [InlineData("(1 2)")]
    [InlineData("{'a'}")]
    [InlineData("{'a': }")]
    [InlineData("{'a': 1, 'b'}")]
    [InlineData("[1,,2]")]
    [InlineData("[,]")]
    [InlineData("[1]]")]
    [InlineData("[1)")]
    [InlineData("'a")]
    [InlineData("'a\\q'")]
    [InlineData("'a' 'b'")]
    [InlineData("1 + 1")]
    [InlineData("99999999999999999999")]
    [InlineData("nan")]
    public void What_is_no_literal_is_malformed(string text) =>
        Assert.Throws<MalformedModelException>(() => PythonLiteral.Parse(text, 0));

    [Fact]
    public void A_literal_of_Python_2_is_read()
    {
        var literal = PythonLiteral.Parse("  (10L, u'a\\x41', b\"\\'\", True, None, (), {}) \n", 0);
        Assert.Equal(10, literal.Items[0].Number);
        Assert.Equal(["aA", "'"], literal.Items.Skip(1).Take(2).Select(item => item.Text));
        Assert.Equal(PythonLiteralKind.Tuple, literal.Items[5].Kind);
    }

    internal static byte[] Array(string header, int data, int version = 1)
    {
        var text = Encoding.Latin1.GetBytes(header + "\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. new byte[data]];
    }
}
