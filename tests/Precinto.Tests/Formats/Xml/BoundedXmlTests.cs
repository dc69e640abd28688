using System.Text;
using System.Xml;
using CsCheck;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Xml;
using Xunit;

namespace Precinto.Tests.Formats.Xml;

/// <summary>Holds the reader against that of .NET: what that refuses is refused here, and what is accepted is read alike.</summary>
public sealed class BoundedXmlTests
{
    private const string Sample = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a - comment -->
        <PMML xmlns:x="urn:x" version = '4.4' note="a &lt;&#65;&#x42; &quot;b&quot;"><x:Node a="1"/><Text>a]] &amp; b<![CDATA[ <no>&no; ]] ]]></Text>
          <?other program?><Größe höhe="1	2"></Größe>
        </PMML>
        <!-- end -->
        """;

    [Fact]
    public void Elements_and_attributes_are_read_as_they_are_written()
    {
        Assert.Equal(
            ["0 PMML x=urn:x version=4.4 note=a <AB \"b\"", "1 Node a=1", "1 Text", "?", "1 Größe höhe=1 2"],
            Read(Encoding.UTF8.GetBytes(Sample)));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("iso-8859-1")]
    public void An_encoding_is_read_that_the_declaration_states(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        Assert.Equal(["0 Größe a=ß"], Read([.. encoding.Preamble, .. encoding.GetBytes($"<?xml version='1.0' encoding='{encoding.WebName}'?><Größe a='ß'/>")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("<a/>text")]
    [InlineData("<a/><b/>")]
    [InlineData("<a></b>")]
    [InlineData("</a>")]
    [InlineData("<a b=1/>")]
    [InlineData("<a b='1'c='2'/>")]
    [InlineData("<a b='1' b='2'/>")]
    [InlineData("<a b='<'/>")]
    [InlineData("<a b='&x;'/>")]
    [InlineData("<a>&x;</a>")]
    [InlineData("<a>&#0;</a>")]
    [InlineData("<a>&#xD800;</a>")]
    [InlineData("<a>&#xFFFE;</a>")]
    [InlineData("<a>&#x110000;</a>")]
    [InlineData("<a>&#-1;</a>")]
    [InlineData("<a>&#;</a>")]
    [InlineData("<a>& b</a>")]
    [InlineData("<a>]]></a>")]
    [InlineData("<a>\u0001</a>")]
    [InlineData("<a>\uFFFF</a>")]
    [InlineData("<a b='\u0001'/>")]
    [InlineData("<a><!-- -- --></a>")]
    [InlineData("<a><!-- ---></a>")]
    [InlineData("<!-->")]
    [InlineData("<a><![CDATA[</a>")]
    [InlineData("<![CDATA[]]><a/>")]
    [InlineData(" <?xml version='1.0'?><a/>")]
    [InlineData("<?xml version='1.0'?><?xml version='1.0'?><a/>")]
    [InlineData("<?xml version='2.0'?><a/>")]
    [InlineData("<?xml version='1.0' encoding='utf-16'?><a/>")]
    [InlineData("<?xml version='1.0' encoding='utf-7'?><a/>")]
    [InlineData("<?xml version='1.0' encoding='ebcdic'?><a/>")]
    [InlineData("<!DOCTYPE a><a/>")]
    [InlineData("<a><!DOCTYPE a></a>")]
    [InlineData("<a")]
    [InlineData("<a b")]
    [InlineData("<a b='")]
    [InlineData("<1/>")]
    [InlineData("< a/>")]
    [InlineData("<?xml")]
    [InlineData("<?xml ")]
    [InlineData("<?xml encoding='utf-8'?><a/>")]
    [InlineData("<?xml version='1.0' standalone='maybe'?><a/>")]
    public void What_is_not_well_formed_is_malformed(string document) => Assert.Throws<MalformedModelException>(() => Read(Encoding.UTF8.GetBytes(document)));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    public void A_place_is_told_in_bytes(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var before = $"<a>ß€😀{string.Concat(Enumerable.Repeat("😀 ", 20_000))}";
        byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes(before + "<b/></a>")];
        using var content = ModelContent.FromBytes(bytes);
        using BoundedXml xml = new(content);
        Assert.True(xml.Read() && xml.Read());
        Assert.Equal(("b", encoding.Preamble.Length + encoding.GetByteCount(before)), (xml.Name, xml.Position));
    }

    [Fact]
    public void Bytes_that_are_no_characters_are_malformed()
    {
        Assert.Throws<MalformedModelException>(() => Read([.. "<a b='"u8, 0xC3, 0x28, .. "'/>"u8]));
        Assert.Throws<MalformedModelException>(() => Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("<a b='"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes("'/>")]));
    }

    [Fact]
    public void Elements_nested_too_deeply_are_malformed()
    {
        Assert.Equal(10_000, Read(Nested(10_000)).Count);
        Assert.Throws<MalformedModelException>(() => Read(Nested(10_002)));
    }

    [Fact]
    public void What_is_longer_than_the_buffer_is_read_alike()
    {
        for (var padding = 32_700; padding < 32_800; padding++)
        {
            var document = $"<a>{new string('x', padding)}<!--c--><b d=\"1&amp;2\"/><![CDATA[]]]]>&lt;</a>";
            Assert.Equal(["0 a", "1 b d=1&2"], Read(Encoding.UTF8.GetBytes(document)));
        }
    }

    [Fact]
    public void Any_change_is_refused_or_read_as_by_another_reader()
    {
        var sample = Encoding.UTF8.GetBytes(Sample);
        string[] pieces = ["<", ">", "&", "]]>", "--", "'", "\"", "/", "?", "=", "a", " ", "\n", "\u0001", "<b>", "</b>", "&#9;", "<?x?>", "<!---->"];
        Gen.Select(Gen.Int[0, sample.Length], Gen.Int[0, 4], Gen.Int[0, pieces.Length - 1]).Array[1, 3].Sample(
            changes =>
            {
                var bytes = sample;
                foreach (var (at, removed, inserted) in changes)
                {
                    var start = Math.Min(at, bytes.Length);
                    bytes = [.. bytes[..start], .. Encoding.UTF8.GetBytes(pieces[inserted]), .. bytes[Math.Min(start + removed, bytes.Length)..]];
                }

                if (TryRead(bytes) is { } found)
                    Assert.Equal(ReadByOther(bytes), found);
            },
            iter: 20_000);
    }

    private static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth)));

    private static List<string>? TryRead(byte[] bytes)
    {
        try
        {
            return Read(bytes);
        }
        catch (MalformedModelException)
        {
            return null;
        }
    }

    private static List<string> Read(byte[] bytes)
    {
        using var content = ModelContent.FromBytes(bytes);
        using BoundedXml xml = new(content);
        List<string> found = [];
        while (xml.Read())
            found.Add(xml.IsInstruction ? "?" : $"{xml.Depth} {xml.Name}{string.Concat(xml.Attributes.Select(attribute => $" {attribute.Key}={attribute.Value}"))}");
        return found;
    }

    private static List<string> ReadByOther(byte[] bytes)
    {
        using XmlTextReader reader = new(new MemoryStream(bytes)) { DtdProcessing = DtdProcessing.Prohibit, Namespaces = false, Normalization = true };
        List<string> found = [];
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.ProcessingInstruction)
                found.Add("?");
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            var line = $"{reader.Depth} {WithoutPrefix(reader.Name)}";
            while (reader.MoveToNextAttribute())
                line += $" {WithoutPrefix(reader.Name)}={reader.Value}";
            found.Add(line);
        }

        return found;
    }

    private static string WithoutPrefix(string name) => name[(name.IndexOf(':') + 1)..];
}
