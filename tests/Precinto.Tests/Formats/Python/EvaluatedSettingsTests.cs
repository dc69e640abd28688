using System.Text;
using Precinto.Formats.Python;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Python;

public sealed class EvaluatedSettingsTests
{
    [Theory]
    [MemberData(nameof(Honest))]
    public void What_is_a_literal_or_only_words_is_clean_in_every_place(string key, string value)
    {
        foreach (var (what, name, bytes) in Places(key, value))
            Assert.DoesNotContain(Inspect(bytes, name).Findings, finding => finding.Rule == PythonRules.Evaluated && what.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Acting))]
    public void What_does_something_when_it_is_evaluated_is_a_danger_in_every_place(string value)
    {
        foreach (var key in (ReadOnlySpan<string>)["names", "imgsz", "kpt_shape", "args", "stride"])
        {
            foreach (var (what, name, bytes) in Places(key, value))
            {
                var found = Inspect(bytes, name);
                Assert.True(found.Findings.Any(finding => finding.Rule == PythonRules.Evaluated), $"{what} {key}: {value}");
                Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
            }
        }
    }

    [Fact]
    public void A_setting_of_another_name_is_nobodys_to_evaluate() =>
        Assert.DoesNotContain(Inspect(Onnx(("description", "f(x) = 2 * x")), "m.onnx").Findings, finding => finding.Rule == PythonRules.Evaluated);

    [Fact]
    public void A_setting_behind_ten_thousand_others_is_judged()
    {
        var settings = Enumerable.Range(0, 10_500).Select(index => ($"k{index}", "x")).Append(("names", "__import__('os').system('id')"));
        AssertFinding(Inspect(Onnx([.. settings]), "m.onnx"), PythonRules.Evaluated);
    }

    [Fact]
    public void A_text_that_is_hidden_in_escapes_is_a_danger()
    {
        var archive = ZipForge.Make(new ForgedMember("temp_meta.txt", Encoding.ASCII.GetBytes("""{'names': '\x5f\x5fimport\x5f\x5f\x28"os"\x29'}""")));
        AssertFinding(Inspect(archive, "a.zip"), PythonRules.Evaluated);
    }

    [Theory]
    [InlineData("1 if 2 else 3")]
    [InlineData("1if 2else 3")]
    [InlineData("f'{x}'")]
    [InlineData("rf'{x}'")]
    [InlineData("'a'.x")]
    [InlineData("1.0.real")]
    [InlineData("x")]
    [InlineData("lambda: 0")]
    [InlineData("2**9")]
    [InlineData("'unended")]
    [InlineData("\"a\nb\"")]
    [InlineData("[i for i in 'ab']")]
    [InlineData("\u0430(1)")]
    public void What_names_or_computes_is_no_literal(string text) => Assert.False(PythonLiteral.Is(text));

    [Theory]
    [InlineData("")]
    [InlineData("{0: 'person', 1: \"it's\", 2: 'caf\u00e9 (big) * 2'}")]
    [InlineData("[640, 640]")]
    [InlineData("(17, 3)")]
    [InlineData("{'batch': 1, 'half': False, 'x': None, 'f': -1.5e-3, 'h': 0xFF, 'r': r'a\\b', 'b': b'x', 'c': 1_000j}")]
    [InlineData("'''a\nb'''")]
    [InlineData("'it\\'s'")]
    public void What_Python_writes_of_its_values_is_a_literal(string text) => Assert.True(PythonLiteral.Is(text));

    public static TheoryData<string, string> Honest => new()
    {
        { "names", "{0: 'person', 1: 'traffic light', 2: \"it's (a) call\"}" },
        { "names", "['a', 'b']" },
        { "imgsz", "[640, 640]" },
        { "kpt_shape", "[17, 3]" },
        { "args", "{'batch': 1, 'half': False, 'nms': None}" },
        { "stride", "32" },
        { "names", "cat,dog, bird" },
        { "names", "the cat's" },
        { "args", "--batch 32 --lr 0.1 --data coco.yaml" },
    };

    public static TheoryData<string> Acting =>
    [
        "__import__('os').system('id')", "[__import__('os').system('id')]", "{0: exec('x')}", "10**10**10", "[0]*10**10", "'%1000000000d' % 1", "1<<10**10",
        "[a for a in 'xx' for b in 'xx']", "f'{1:1000000000}'", "(lambda: 0)()", "'a'.join(x for x in y)", "1 if exit() else 0", "x@y",
    ];

    private static IEnumerable<(string What, string Name, byte[] Bytes)> Places(string key, string value)
    {
        yield return ("ONNX", "m.onnx", Onnx((key, value)));
        var json = $"{{\"task\": \"detect\", \"{key}\": \"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"}}";
        yield return ("TorchScript", "m.torchscript", ZipForge.Make(new("m/data.pkl", [0x80, 2, (byte)'}', (byte)'.']), new ForgedMember("m/extra/config.txt", Encoding.UTF8.GetBytes(json))));
        var text = value.Contains('\'', StringComparison.Ordinal) ? $"'{value.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{value}\"";
        yield return ("OpenVINO", "m/metadata.yaml", Encoding.UTF8.GetBytes($"task: detect\n{key}: {text}\n"));
        if (!value.Contains('"', StringComparison.Ordinal))
            yield return ("TensorFlow Lite", "a.zip", ZipForge.Make(new ForgedMember("temp_meta.txt", Encoding.UTF8.GetBytes($"{{'stride': 32, '{key}': \"{value}\"}}"))));
        yield return ("Core ML", "m.mlmodel", CoreML(key, value));
    }

    private static byte[] Onnx(params (string Key, string Value)[] settings) => OnnxForge.Adder(more: model =>
    {
        foreach (var (key, value) in settings)
            model.Message(14, entry => entry.Text(1, key).Text(2, value));
    });

    private static byte[] CoreML(string key, string value)
    {
        ProtobufWriter model = new();
        model.Integer(1, 7).Message(2, description => description.Message(100, metadata => metadata.Message(100, entry => entry.Text(1, key).Text(2, value)))).Message(502, _ => { });
        return model.ToArray();
    }
}
