using Precinto.Files;
using Precinto.Formats.Numpy;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>NumPy's types and shapes as pickles state them.</summary>
public sealed class PickledArrayTests
{
    [Fact]
    public void A_size_that_a_number_cannot_have_does_not_change_it()
    {
        // The state says three bytes of an 8-byte integer: NumPy keeps the eight, and so three bytes are no such number.
        byte[] pickle = Of(Proto(4), "}", Text("classes"), Import("numpy.core.multiarray", "scalar"), Type("i8", size: 3), Bytes(1, 2, 3), Tuple2, "R", "s.");

        var value = Read(pickle).Root.Dictionary!.Entries[0].Value;

        Assert.Null(PickleScalars.TryRead(value, Read(pickle)));
        Assert.Equal(8, PickledDataType.TryRead(value.Object!.Arguments.Tuple!.Items[0])!.ItemSize);
    }

    [Fact]
    public void An_empty_dimension_does_not_hide_that_the_others_overflow()
    {
        byte[] huge = [0x8A, 6, 0, 0, 0, 0, 0, 1];
        byte[] array = Of(
            Proto(4), Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, Tuple1, Bytes((byte)'b'), 0x87, "R",
            "(K", 1, huge, huge, "K", 0, 0x87, Type("i8"), 0x89, Bytes(), "tb.");

        var inspection = Inspector.Inspect(ModelContent.FromBytes(array), "array.pkl");

        Assert.Equal("ndarray", inspection.Facts.Type);
        Assert.Empty(inspection.Facts.Tensors);
        Assert.Null(NumpyArray.TryRead(Read(array).Root, Read(array)));
    }

    [Fact]
    public void Elements_without_bytes_are_counted_without_overflow()
    {
        byte[] huge = [0x8A, 6, 0, 0, 0, 0, 0, 1];
        byte[] array = Of(
            Proto(4), Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, Tuple1, Bytes((byte)'b'), 0x87, "R",
            "(K", 1, huge, huge, Tuple2, Type("S0"), 0x89, Bytes(), "tb.");

        Assert.Null(NumpyArray.TryRead(Read(array).Root, Read(array)));
    }

    [Theory]
    [InlineData("f8", NumpyKind.Real, 8)]
    [InlineData("float32", NumpyKind.Real, 4)]
    [InlineData("int64", NumpyKind.SignedInteger, 8)]
    [InlineData("U5", NumpyKind.Text, 20)]
    [InlineData("object", NumpyKind.PythonObject, 8)]
    internal void A_type_is_the_one_that_an_array_file_has(string code, NumpyKind kind, int size)
    {
        var type = PickledDataType.TryRead(Read(Of(Proto(4), Type(code), ".")).Root);

        Assert.NotNull(type);
        Assert.Equal((kind, size), (type.Kind, type.ItemSize));
    }

    [Theory]
    [InlineData("i3")]
    [InlineData("f")]
    [InlineData("S99999999")]
    [InlineData("")]
    public void What_is_no_type_is_none(string code) => Assert.Null(PickledDataType.TryRead(Read(Of(Proto(4), Type(code), ".")).Root));

    private static PickleDocument Read(byte[] pickle) => PickleReader.Read(ModelContent.FromBytes(pickle), new(InspectionLimits.Default));

    private static byte[] Type(string code, int size = -1) => Of(
        Import("numpy", "dtype"), Text(code), 0x89, 0x88, 0x87, "R", "(K", 3, Text("<"), "NNNJ", Int32(size), "J", Int32(-1), "K", 0, "tb");
}
