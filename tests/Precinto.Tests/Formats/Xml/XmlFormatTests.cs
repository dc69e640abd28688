using System.Diagnostics;
using System.Text;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Xml;

public sealed class XmlFormatTests
{
    private const string Net = """
        <?xml version="1.0"?>
        <!-- made by a converter -->
        <net name="classifier" version="11">
            <layers>
                <layer id="0" name="input" type="Parameter" version="opset1"><data shape="1,3,?,224" element_type="f32"/><output><port id="0" precision="FP32"><dim>1</dim></port></output></layer>
                <layer id="1" name="lib/weights.so" type="Const" version="opset1"><data element_type="f32" shape="2, 3" offset="0" size="24"/></layer>
                <layer id="2" name="packed" type="Const" version="opset1"><data element_type="u4" shape="3" offset="24" size="2"/></layer>
                <layer id="3" name="scalar" type="Const" version="opset1"><data element_type="i64" shape="" offset="32" size="8"/></layer>
                <layer id="4" name="add" type="Add" version="opset1"><data auto_broadcast="numpy"/></layer>
                <layer id="5" name="result" type="Result" version="opset1"/>
            </layers>
            <edges><edge from-layer="0" from-port="0" to-layer="4" to-port="0"/></edges>
            <rt_info><MO_version value="2024.1"/><conversion_parameters><input_model value="DIR/model.onnx"/></conversion_parameters></rt_info>
        </net>
        """;

    private const string Tree = """
        <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <PMML xmlns="http://www.dmg.org/PMML-4_4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.dmg.org/PMML-4_4 http://www.dmg.org/v4-4/pmml-4-4.xsd" version="4.4">
            <Header copyright="a &lt; b"><Application name="SkLearn2PMML package" version="0.100"/><Timestamp>2024-01-01</Timestamp></Header>
            <DataDictionary><DataField name="x1" optype="continuous" dataType="double"/><DataField name="y" optype="categorical" dataType="string"><Value value="a"/></DataField></DataDictionary>
            <TransformationDictionary><DerivedField name="d" optype="continuous" dataType="double"><Apply function="+"><FieldRef field="x1"/><Constant>1.5</Constant></Apply></DerivedField></TransformationDictionary>
            <TreeModel functionName="classification"><MiningSchema><MiningField name="y" usageType="target"/><MiningField name="x1"/></MiningSchema><Node score="a"><True/></Node></TreeModel>
        </PMML>
        """;

    [Fact]
    public void An_OpenVINO_model_states_its_inputs_layers_and_constants()
    {
        var found = Inspect(Encoding.UTF8.GetBytes(Net), "openvino_model.xml");
        Assert.Equal(("openvino", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(["OVI104"], found.Findings.Select(finding => finding.Code));
        Assert.Equal(("classifier", "IR 11", 10L), (found.Facts.Type, found.Facts.FrameworkVersion, found.Facts.ParameterCount));
        Assert.Equal([1, 3, null, 224], Assert.Single(found.Facts.Inputs).Shape);
        Assert.Contains(KeyValuePair.Create("Const", 3L), found.Facts.Parts);
    }

    [Fact]
    public void A_PMML_model_states_its_kind_and_fields()
    {
        var found = Inspect(Encoding.UTF8.GetBytes(Tree), "model.pmml");
        Assert.Equal(("pmml", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Empty(found.Findings);
        Assert.Equal(("TreeModel", "4.4"), (found.Facts.Type, found.Facts.FrameworkVersion));
        Assert.Equal(("x1", "y"), (Assert.Single(found.Facts.Inputs).Name, Assert.Single(found.Facts.Outputs).Name));
    }

    [Fact]
    public void Other_encodings_are_read()
    {
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, new UTF8Encoding(true)])
        {
            byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes(Tree.Replace(" encoding=\"UTF-8\"", ""))];
            Assert.Equal(("pmml", InspectionVerdict.Clean), (Inspect(bytes, "m.pmml").Format, Inspect(bytes, "m.pmml").Verdict));
        }
    }

    [Theory]
    [InlineData("XML101", InspectionVerdict.Dangerous, "<!DOCTYPE net [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><net><layers>&x;</layers></net>")]
    [InlineData("XML101", InspectionVerdict.Dangerous, "<?xml version='1.0'?><!-- > --><!DOCTYPE PMML SYSTEM 'http://example.org/x.dtd'><PMML/>")]
    [InlineData("XML101", InspectionVerdict.Dangerous, "<!DOCTYPE net [<!ENTITY % p PUBLIC \"a\" \"b\"> %p;]><net/>")]
    [InlineData("XML102", InspectionVerdict.Malformed, "<!DOCTYPE n [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;>]\">]><net name=\"x\"><layers>&b;</layers></net>")]
    [InlineData("XML103", InspectionVerdict.Suspicious, "<?xml-stylesheet href='x.xsl'?><PMML/>")]
    [InlineData("XML103", InspectionVerdict.Suspicious, "<PMML xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd'/></PMML>")]
    [InlineData("OVI101", InspectionVerdict.Dangerous, "<net><layers><layer name='c' type='Custom' version='extension'><data library='../evil.so'/></layer></layers></net>")]
    [InlineData("OVI101", InspectionVerdict.Dangerous, "<net><layers><layer name='c' type='Add' version='opset1'><data path='x.DLL'/></layer></layers></net>")]
    [InlineData("OVI102", InspectionVerdict.Suspicious, "<net><layers><layer name='c' type='Mine' version='extension'/></layers></net>")]
    [InlineData("OVI103", InspectionVerdict.Malformed, "<net><layers><layer name='c' type='Const' version='opset1'><data element_type='f32' shape='2' offset='0' size='4'/></layer></layers></net>")]
    [InlineData("OVI103", InspectionVerdict.Malformed, "<net><layers><layer name='c' type='Const' version='opset1'><data element_type='f32' shape='1' offset='9223372036854775807' size='4'/></layer></layers></net>")]
    [InlineData("OVI103", InspectionVerdict.Malformed, "<net><layers><layer name='c' type='Const' version='opset1'><data element_type='f32' shape='4611686018427387904,4' offset='0' size='0'/></layer></layers></net>")]
    [InlineData("OVI103", InspectionVerdict.Malformed, "<net><layers><layer type='TensorIterator' version='opset1'><body><layers><layer name='c' type='Const' version='opset1'><data element_type='f32' shape='4,4' offset='0' size='3'/></layer></layers></body></layer></layers></net>")]
    [InlineData("PMM101", InspectionVerdict.Suspicious, "<PMML><TreeModel><Apply function='java.lang.Runtime'/></TreeModel></PMML>")]
    [InlineData("PMM102", InspectionVerdict.Clean, "<PMML><Extension><include file='x'/></Extension></PMML>")]
    [InlineData("PMM102", InspectionVerdict.Clean, "<PMML><Extension name='x'/></PMML>")]
    [InlineData("FMT001", InspectionVerdict.Malformed, "<net><layers></net>")]
    [InlineData("FMT001", InspectionVerdict.Malformed, "<PMML>&undefined;</PMML>")]
    public void What_is_wrong_is_told(string code, InspectionVerdict verdict, string xml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(xml), "model.dat");
        Assert.Equal(verdict, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_document_type_in_another_encoding_is_seen() =>
        Assert.Equal(InspectionVerdict.Dangerous, Inspect([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("<!DOCTYPE net SYSTEM 'x'><net/>")], "a.xml").Verdict);

    [Theory]
    [InlineData("<a>")]
    [InlineData("<!--")]
    [InlineData("<![CDATA[")]
    [InlineData("<layer type='a' name='b'>")]
    [InlineData("text ")]
    public void A_large_document_takes_little_time(string piece)
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.UTF8.GetBytes("<net>" + string.Concat(Enumerable.Repeat(piece, 200_000))), "a.xml").Verdict);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public void What_stands_before_the_root_hides_nothing()
    {
        const string Evil = "<net><layers><layer name='c' type='Custom' version='extension'><data library='../evil.so'/></layer></layers></net>";
        byte[][] hidden =
        [
            Encoding.UTF8.GetBytes(new string('\n', 5000) + Evil),
            Encoding.UTF8.GetBytes(new string(' ', 100) + Evil),
            Encoding.UTF8.GetBytes($"<!--{new string('x', 2_000_000)}-->{Evil}"),
            [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(Evil)],
            Encoding.UTF32.GetBytes(Evil),
            Encoding.Unicode.GetBytes(Evil),
        ];
        foreach (var bytes in hidden)
            Assert.Equal(("openvino", InspectionVerdict.Dangerous), (Inspect(bytes, "a.xml").Format, Inspect(bytes, "a.xml").Verdict));
    }

    [Theory]
    [InlineData("<?xml version='1.0' encoding='utf-7'?><net/>")]
    [InlineData("<?xml version='1.0' encoding='windows-1252'?><PMML/>")]
    [InlineData("<!-- \u0001 --><net/>")]
    public void What_is_XML_and_cannot_be_read_is_malformed(string xml) =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.UTF8.GetBytes(xml), "a.xml").Verdict);

    [Fact]
    public void XML_in_the_encoding_of_mainframes_is_malformed() =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect([0x4C, 0x6F, 0xA7, 0x94, 0x93, 0x40, 0x6F, 0x6E], "a.xml").Verdict);

    [Fact]
    public void Other_XML_is_of_no_known_format() => Assert.Equal("unknown", Inspect("<html><net/></html>"u8.ToArray(), "page.xml").Format);

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var net = Encoding.UTF8.GetBytes("<net name=\"a\"><layers><layer name=\"c\" type=\"Const\" version=\"opset1\"><data element_type=\"f32\" shape=\"2\" offset=\"0\" size=\"8\"/></layer></layers></net>");
        AssertTruncationsAreNoticed(net, "a.xml");
        AssertFlipsAreSurvived(net, "a.xml");
        AssertFlipsAreSurvived(Encoding.UTF8.GetBytes("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><PMML version='4.4'><Header/></PMML>"), "a.pmml");
    }
}
