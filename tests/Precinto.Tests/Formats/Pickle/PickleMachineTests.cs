using System.Numerics;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

public sealed class PickleMachineTests
{
    [Theory]
    [InlineData("I42\n.", 42)]
    [InlineData("I-7\n.", -7)]
    [InlineData("I1_0\n.", 10)]
    [InlineData("L42L\n.", 42)]
    [InlineData("L42\n.", 42)]
    [InlineData("K\u00ff.", 255)]
    [InlineData("M\u0001\u0002.", 513)]
    [InlineData("J\u00fe\u00ff\u00ff\u00ff.", -2)]
    [InlineData("\u008a\u0000.", 0)]
    [InlineData("\u008a\u0001\u0080.", -128)]
    [InlineData("\u008a\u0002\u0000\u0080.", -32768)]
    [InlineData("\u008a\u0009\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000.", 1)]
    [InlineData("\u008b\u0001\u0000\u0000\u0000\u0005.", 5)]
    public void Each_form_of_an_integer_is_read(string pickle, long expected) => Assert.Equal(expected, Root(Of(pickle)).Integer);

    [Theory]
    [InlineData("F1.5\n.", 1.5)]
    [InlineData("F-inf\n.", double.NegativeInfinity)]
    [InlineData("G\u003f\u00f8\u0000\u0000\u0000\u0000\u0000\u0000.", 1.5)]
    public void Each_form_of_a_float_is_read(string pickle, double expected) => Assert.Equal(expected, Root(Of(pickle)).Real);

    [Theory]
    [InlineData("I00\n.", false)]
    [InlineData("I01\n.", true)]
    [InlineData("\u0088.", true)]
    [InlineData("\u0089.", false)]
    public void Each_form_of_a_truth_value_is_read(string pickle, bool expected) => Assert.Equal(expected, Root(Of(pickle)).Boolean);

    [Theory]
    [InlineData("S'a\\x41\\n\\''\n.", "aA\n'")]
    [InlineData("S\"it's\"\n.", "it's")]
    [InlineData("S'\\101'\n.", "A")]
    [InlineData("Vab\\u00e9\n.", "ab\u00e9")]
    [InlineData("U\u0003abc.", "abc")]
    [InlineData("T\u0003\u0000\u0000\u0000abc.", "abc")]
    [InlineData("X\u0003\u0000\u0000\u0000abc.", "abc")]
    [InlineData("\u008c\u0003abc.", "abc")]
    [InlineData("\u008d\u0003\u0000\u0000\u0000\u0000\u0000\u0000\u0000abc.", "abc")]
    [InlineData("X\u0002\u0000\u0000\u0000\u00c3\u00a9.", "\u00e9")]
    public void Each_form_of_a_text_is_read(string pickle, string expected) => Assert.Equal(expected, Root(Of(pickle)).Text);

    [Theory]
    [InlineData("C\u0002ab.")]
    [InlineData("B\u0002\u0000\u0000\u0000ab.")]
    [InlineData("\u008e\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u0000ab.")]
    [InlineData("\u0096\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u0000ab.")]
    [InlineData("\u0096\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u0000ab\u0098.")]
    [InlineData("c_codecs\nencode\n(U\u0002abU\u0006latin1tR.")]
    public void Each_form_of_bytes_is_read(string pickle)
    {
        var content = ModelContent.FromBytes(Of(pickle));
        var document = PickleReader.Read(content, new(InspectionLimits.Default));
        Assert.Equal("ab"u8.ToArray(), document.ReadBytes(document.Root.Bytes!, 100));
    }

    [Theory]
    [InlineData("].", "List", 0)]
    [InlineData("(K\u0001K\u0002l.", "List", 2)]
    [InlineData("]K\u0001a.", "List", 1)]
    [InlineData("](K\u0001K\u0002e.", "List", 2)]
    [InlineData(").", "Tuple", 0)]
    [InlineData("K\u0001\u0085.", "Tuple", 1)]
    [InlineData("K\u0001K\u0002\u0086.", "Tuple", 2)]
    [InlineData("K\u0001K\u0002K\u0003\u0087.", "Tuple", 3)]
    [InlineData("(K\u0001t.", "Tuple", 1)]
    [InlineData("}.", "Dictionary", 0)]
    [InlineData("(K\u0001K\u0002d.", "Dictionary", 1)]
    [InlineData("}K\u0001K\u0002s.", "Dictionary", 1)]
    [InlineData("}(K\u0001K\u0002K\u0003K\u0004u.", "Dictionary", 2)]
    [InlineData("\u008f(K\u0001\u0090.", "Set", 1)]
    [InlineData("(K\u0001\u0091.", "Set", 1)]
    [InlineData("(K\u00011].", "List", 0)]
    [InlineData("K\u00010].", "List", 0)]
    [InlineData("(0].", "List", 0)]
    [InlineData("](K\u00012e.", "List", 2)]
    public void Each_container_opcode_fills_what_stands_below_the_mark(string pickle, string kind, int count)
    {
        var root = Root(Of(pickle));
        Assert.Equal(kind, root.Kind.ToString());
        Assert.Equal(count, root.Node switch
        {
            PickleList list => list.Items.Count,
            PickleTuple tuple => tuple.Items.Length,
            PickleDictionary dictionary => dictionary.Entries.Count,
            PickleSet set => set.Items.Count,
            _ => -1,
        });
    }

    [Theory]
    [InlineData("]p5\n0g5\n.")]
    [InlineData("]q\u00050h\u0005.")]
    [InlineData("]r\u0005\u0000\u0000\u00000j\u0005\u0000\u0000\u0000.")]
    [InlineData("]\u00940h\u0000.")]
    [InlineData("K\u0001q\u00070]\u00940h\u0001.")]
    [InlineData("K\u0001q\u00000]q\u00000h\u0000.")]
    [InlineData("]r\u00ff\u00ff\u00ff\u00ff0j\u00ff\u00ff\u00ff\u00ff.")]
    public void The_memo_gives_back_what_was_put_under_a_key(string pickle) => Assert.NotNull(Root(Of(pickle)).List);

    [Theory]
    [InlineData("ccollections\nOrderedDict\n)R.")]
    [InlineData("(icollections\nOrderedDict\n.")]
    [InlineData("(ccollections\nOrderedDict\no.")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.")]
    [InlineData("ccollections\nOrderedDict\n)}\u0092.")]
    [InlineData("\u008c\u000bcollections\u008c\u000bOrderedDict\u0093)R.")]
    [InlineData("ccopy_reg\n_reconstructor\n(ccollections\nOrderedDict\nc__builtin__\nobject\nNtR.")]
    [InlineData("ccopyreg\n__newobj__\n(ccollections\nOrderedDict\ntR.")]
    public void Each_way_of_making_an_object_names_its_class(string pickle)
    {
        var root = Root(Of(pickle));
        Assert.True(root.Object!.Is("collections", "OrderedDict"));
    }

    [Fact]
    public void A_shared_value_stays_one_value()
    {
        var list = Root(Of("](]\u0094h\u0000e.")).List!;
        Assert.Same(list.Items[0].Node, list.Items[1].Node);
    }

    [Fact]
    public void A_large_integer_keeps_its_value()
    {
        var root = Root(Of(0x8A, 10, new byte[] { 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19 }, Stop));
        Assert.Equal(BigInteger.Parse("119547037146038801333356"), ((PickleBigInteger)root.Node!).Value);
    }

    [Theory]
    [InlineData("h\u0005.", "PKL301")]
    [InlineData("g7\n.", "PKL301")]
    [InlineData("0.", "PKL302")]
    [InlineData("t.", "PKL302")]
    [InlineData("\u0086.", "PKL302")]
    [InlineData("(K\u0001K\u0002K\u0003u.", "PKL302")]
    [InlineData("}(K\u0001u.", "PKL302")]
    [InlineData("K\u0001\u0086.", "PKL302")]
    [InlineData("(K\u0001a.", "PKL302")]
    [InlineData("K\u0001(a.", "PKL302")]
    [InlineData("N\u00ff.", "PKL303")]
    [InlineData("Ixyz\n.", "PKL304")]
    [InlineData("Fxyz\n.", "PKL304")]
    [InlineData("Sabc\n.", "PKL304")]
    [InlineData("T\u00ff\u00ff\u00ff\u00ff.", "PKL304")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u00ff.", "PKL304")]
    [InlineData("K\u0001K\u0002R.", "PKL305")]
    [InlineData("K\u0001K\u0002b.", "PKL305")]
    [InlineData("K\u0001K\u0002a.", "PKL305")]
    [InlineData("\u0080\u0009N.", "PKL306")]
    [InlineData("\u0080\u0002N.xyz", "PKL307")]
    public void What_breaks_the_format_is_malformed_and_says_how(string body, string code)
    {
        var bytes = body[0] == 0x80 ? Of(body) : Of(Proto(4), body);
        var result = Inspect(bytes);
        Assert.Equal(InspectionVerdict.Malformed, result.Verdict);
        Assert.Contains(result.Findings, finding => finding.Code == code);
    }

    [Fact]
    public void A_pickle_that_breaks_off_cannot_be_read_for_a_prediction() =>
        Assert.Throws<MalformedModelException>(() => PickleReader.Read(ModelContent.FromBytes(Of(Proto(4), "](K", 1)), new(InspectionLimits.Default)));

    internal static PickleValue Root(byte[] bytes) => PickleReader.Read(ModelContent.FromBytes(bytes), new(InspectionLimits.Default)).Root;

    internal static FileInspection Inspect(byte[] bytes, string name = "model.pkl") =>
        Inspector.Inspect(ModelContent.FromBytes(bytes), name, TestContext.Current.CancellationToken);
}
