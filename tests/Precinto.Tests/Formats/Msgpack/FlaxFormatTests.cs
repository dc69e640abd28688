using System.Text;
using Precinto.Formats.Msgpack;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Msgpack;

public sealed class FlaxFormatTests
{
    [Fact]
    public void Arrays_are_listed_with_name_type_and_shape()
    {
        var found = Inspect(Document(1, Array([4, 3], "float32", 48)), "flax_model.msgpack");

        Assert.Equal(("msgpack", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("flax", 12L), (found.Facts.Framework, found.Facts.ParameterCount));
        var tensor = Assert.Single(found.Facts.Tensors);
        Assert.Equal(("params.kernel", "float32"), (tensor.Name, tensor.ElementType));
        Assert.Equal([4L, 3L], tensor.Shape);
        AssertTruncationsAreNoticed(Document(1, Array([4, 3], "float32", 48)), "m.msgpack");
        AssertFlipsAreSurvived(Document(1, Array([4, 3], "float32", 48)), "m.msgpack");
        AssertFinding(Inspect([.. Document(1, Array([4, 3], "float32", 48)), 0], "m.msgpack"), InspectionRules.TrailingBytes);
    }

    [Theory]
    [InlineData("float32", 44)]
    [InlineData("float64", 48)]
    [InlineData("object", 48)]
    [InlineData("float32; import os", 48)]
    public void An_array_whose_bytes_and_type_do_not_fit_is_noticed(string type, int length) =>
        AssertFinding(Inspect(Document(1, Array([4, 3], type, length)), "m.msgpack"), MsgpackRules.Array);

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(78)]
    public void An_extension_of_the_application_is_noticed(int type) =>
        AssertFinding(Inspect(Document(type, Array([4, 3], "float32", 48)), "m.msgpack"), MsgpackRules.Extension);

    [Fact]
    public void A_time_is_no_extension_of_an_application() => Assert.DoesNotContain(Inspect(Document(-1, new byte[8]), "m.msgpack").Findings, finding => finding.Rule == MsgpackRules.Extension);

    [Theory]
    [InlineData("nd kind data", 0xA0)]
    [InlineData("data kind nd", 0xA0)]
    [InlineData("kind data nd", 0xC4)]
    [InlineData("data nd kind", 0xC4)]
    public void Objects_of_msgpack_numpy_are_inspected_as_the_pickles_that_they_are(string order, int kind)
    {
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Objects(order, (byte)kind, "cposix\nsystem\n(Vid\ntR."), "m.msgpack").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Objects(order, (byte)kind, "(lI1\naI2\na."), "m.msgpack").Verdict);
        AssertFinding(Inspect(Objects(order, (byte)kind, "no pickle"), "m.msgpack"), InspectionRules.NameDisagrees);
    }

    [Fact]
    public void Maps_in_maps_end_somewhere()
    {
        byte[] deep = [.. Enumerable.Repeat(new byte[] { 0x81, 0xA1, (byte)'a' }, 100_000).SelectMany(part => part), 0xC0];
        Assert.Equal(InspectionVerdict.Malformed, Inspect(deep, "m.msgpack").Verdict);
        Assert.Equal(InspectionVerdict.Malformed, Inspect([0xDF, 0xFF, 0xFF, 0xFF, 0xFF, 0xA1, (byte)'a', 0xC0], "m.msgpack").Verdict);
        Assert.Equal(InspectionVerdict.Malformed, Inspect([0x81, 0x90, 0xC0], "m.msgpack").Verdict);
    }

    [Fact]
    public void What_the_library_of_MessagePack_writes_is_read()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "msgpack", """
            import msgpack
            array = lambda shape, type, data: msgpack.ExtType(1, msgpack.packb((shape, type, data), use_bin_type=True))
            leaves = {str(i): array((i, 2), 'float64', bytes(16 * i)) for i in range(40)}
            scalar = msgpack.ExtType(3, msgpack.packb(((), 'int64', bytes(8)), use_bin_type=True))
            open('m.msgpack', 'wb').write(msgpack.packb({'params': leaves, 'step': scalar, 'rate': 0.5, 'n': -70000, 'big': 2 ** 63, 'text': 'x' * 300, 'none': None, 'c': msgpack.ExtType(2, b'\x92\x01\x02')}, use_bin_type=True))
            """);
        var found = Inspect(File.ReadAllBytes(folder["m.msgpack"]), "m.msgpack");

        Assert.Equal(("msgpack", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal((41, (40 * 39) + 1L), (found.Facts.Tensors.Count, found.Facts.ParameterCount));
    }

    private static byte[] Document(int type, byte[] array) =>
        [0x82, .. Text("params"), 0x81, .. Text("kernel"), 0xC7, (byte)array.Length, unchecked((byte)(sbyte)type), .. array, .. Text("step"), 0x03];

    // Keys and values as texts, which raw=True makes bytes, or as bytes.
    private static byte[] Objects(string order, byte kind, string pickle)
    {
        byte[] Written(string text) => kind == 0xC4 ? [0xC4, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)] : [0xD9, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
        byte[] Value(string key) => key switch { "nd" => [0xC3], "kind" => Written("O"), _ => Written(pickle) };
        return [0x81, .. Text("w"), 0x83, .. order.Split(' ').SelectMany(key => (byte[])[.. Written(key), .. Value(key)])];
    }

    private static byte[] Array(byte[] shape, string type, int length) =>
        [0x93, (byte)(0x90 | shape.Length), .. shape, .. Text(type), 0xC4, (byte)length, .. new byte[length]];

    private static byte[] Text(string text) => [(byte)(0xA0 | text.Length), .. Encoding.UTF8.GetBytes(text)];
}
