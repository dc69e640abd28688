using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Gguf;

public sealed class GgufFormatTests
{
    private const uint F32 = 0;
    private const uint Q4K = 12;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void A_file_states_what_it_is(uint version, bool isBigEndian)
    {
        var found = Inspect(Llama(new(version, isBigEndian)).ToArray(320, 16, 32), "m.gguf");
        Assert.Empty(found.Findings);
        Assert.Equal(("gguf", InspectionVerdict.Clean), (found.Format, found.Verdict));
        var facts = found.Facts;
        Assert.Equal(("ggml", $"GGUF {version}", "llama"), (facts.Framework, facts.FrameworkVersion, facts.Type));
        Assert.Equal(4 + 512, facts.ParameterCount);
        Assert.Equal(["norm F32 [2, 2]", "w Q4_K [2, 256]"], facts.Tensors.Select(tensor => $"{tensor.Name} {tensor.ElementType} [{string.Join(", ", tensor.Shape)}]"));
        Assert.Contains(KeyValuePair.Create("quantization", ScalarValue.From("Q4_K_M")), facts.Settings);
        Assert.Contains(KeyValuePair.Create("llama.context_length", ScalarValue.From(8192)), facts.Settings);
        Assert.Contains(KeyValuePair.Create("general.license", ScalarValue.From("apache-2.0")), facts.Settings);
        Assert.Equal([new("F32", 1), new("Q4_K", 1)], facts.Parts);
        Assert.Equal("gguf", Inspect(Llama(new()).ToArray(320, 16, 32), "pytorch_model.dat").Format);
    }

    /// <summary>What converters and quantisers really write.</summary>
    [Fact]
    public void Honest_files_are_clean()
    {
        List<byte[]> files =
        [
            // A vocabulary without tensors, with and without padding.
            new GgufForge().Text("general.architecture", "gpt2").Texts("tokenizer.ggml.tokens", "a", "b", "", "{{ not a template").ToArray(),
            [.. new GgufForge().Text("general.architecture", "x").ToArray(), .. new byte[7]],
            // Padding behind the last tensor; an alignment of its own; an empty tensor; a scalar.
            [.. new GgufForge().Tensor("a", F32, 0, 3).ToArray(12), .. new byte[20]],
            new GgufForge { Alignment = 64 }.Number("general.alignment", 64).Tensor("a", F32, 0, 1).Tensor("b", F32, 64, 1).ToArray(68, zeroFrom: 4, zeroTo: 64),
            new GgufForge().Tensor("a", F32, 0, 4).Tensor("e", F32, 32, 0).Tensor("s", F32, 32).ToArray(36, zeroFrom: 16, zeroTo: 32),
            // Part of a split model, an adapter, tensors out of order, every kind of value.
            new GgufForge().Value("split.no", 2, bytes => bytes.Write([1, 0])).Value("split.count", 2, bytes => bytes.Write([3, 0])).Tensor("b", 24, 32, 4).Tensor("a", 24, 0, 32).ToArray(36),
            AllTypes().ToArray(),
            new GgufForge().Text("general.architecture", "llama").Text("general.type", "adapter").Text("adapter.type", "lora").Value("adapter.lora.alpha", 6, bytes => bytes.Write([0, 0, 128, 65])).Tensor("w.lora_a", 1, 0, 16).ToArray(32),
            new GgufForge().Text("tokenizer.chat_template", "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] }}{% endfor %}").Text("general.description", "A model {of braces}").ToArray(),
        ];
        foreach (var file in files)
        {
            var found = Inspect(file, "m.gguf");
            Assert.True(found.Verdict == InspectionVerdict.Clean && found.Findings.Count == 0, string.Join(" | ", found.Findings.Select(finding => finding.Message)));
        }
    }

    [Theory]
    [InlineData("tokenizer.chat_template")]
    [InlineData("tokenizer.chat_template.tool_use")]
    public void A_template_that_reaches_into_Python_is_dangerous(string key)
    {
        var found = Inspect(new GgufForge().Text(key, "{{ cycler.__init__.__globals__.os.popen('id').read() }}").ToArray(), "m.gguf");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Contains("CFG107", found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_template_that_nobody_renders_is_worth_a_note()
    {
        var found = Inspect(new GgufForge().Text("general.description", "{{ cycler.__init__ }}").ToArray(), "m.gguf");
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
        Assert.Contains("TPL105", found.Findings.Select(finding => finding.Code));
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "GGF101", new GgufForge().Text("a", "1").Text("a", "2").ToArray() },
        { "GGF102", new GgufForge().Number("general.alignment", 0).ToArray() },
        { "GGF102", new GgufForge().Number("general.alignment", 24).ToArray() },
        { "GGF102", new GgufForge().Tensor("a", F32, 4, 1).ToArray(8) },
        { "GGF103", new GgufForge().Tensor("a", F32, 0, 8).Tensor("a", F32, 32, 8).ToArray(64) },
        { "GGF104", new GgufForge().Tensor("a", F32, 0, 1UL << 33, 1UL << 33).ToArray(8) },
        { "GGF104", new GgufForge().Tensor("a", F32, 0, 0, ulong.MaxValue).ToArray(8) },
        { "GGF104", new GgufForge().Tensor("a", F32, 0, 1UL << 62).ToArray(8) },
        { "GGF104", new GgufForge().Tensor("a", Q4K, 0, 128, 2).ToArray(144) },
        { "FMT001", new GgufForge().Tensor("a", F32, 0, 1, 1, 1, 1, 1).ToArray(4) },
        { "GGF105", new GgufForge().Tensor("a", 4, 0, 1).ToArray(4) },
        { "GGF105", new GgufForge().Tensor("a", 9999, 0, 1).ToArray(4) },
        { "GGF106", new GgufForge().Tensor("a", F32, 0, 2).ToArray(4) },
        { "GGF106", new GgufForge().Tensor("a", F32, ulong.MaxValue - 31, 8).ToArray(64) },
        { "GGF107", new GgufForge().Tensor("a", F32, 0, 16).Tensor("b", F32, 32, 8).ToArray(64) },
        { "GGF108", new GgufForge().Tensor("a", F32, 64, 8).ToArray(96) },
        { "GGF109", new GgufForge().Tensor("a", F32, 0, 1).Tensor("b", F32, 32, 1).ToArray(36) },
        { "GGF110", new GgufForge().Value("a", 7, bytes => bytes.WriteByte(2)).ToArray() },
        { "GGF110", new GgufForge().Text("general.alignment", "32").ToArray() },
        { "GGF110", new GgufForge().Number("tokenizer.chat_template", 1).ToArray() },
        { "FMT005", new GgufForge().Tensor("a", F32, 0, 8).ToArray(33) },
        { "FMT001", new GgufForge { DeclaredTensors = ulong.MaxValue }.ToArray() },
        { "FMT001", new GgufForge { DeclaredKeys = 1UL << 60 }.ToArray() },
        { "FMT001", new GgufForge { DeclaredKeys = 2 }.Text("a", "").ToArray() },
        { "FMT001", new GgufForge(4).ToArray() },
        { "FMT001", new GgufForge().Value("a", 13, bytes => bytes.WriteByte(0)).ToArray() },
        { "FMT001", new GgufForge().Value("a", 8, bytes => bytes.Write([255, 255, 255, 255, 255, 255, 255, 127])).ToArray() },
        { "FMT001", new GgufForge().Value("a", 9, bytes => bytes.Write([4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64])).ToArray() },
        { "FMT001", new GgufForge().Value("a", 9, bytes => bytes.Write([99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])).ToArray() },
        { "FMT001", new GgufForge().Value("\udc00", 8, bytes => bytes.Write([1, 0, 0, 0, 0, 0, 0, 0, 0xC3])).ToArray() },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_malformed(string code, byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Inspect(bytes, "m.gguf");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_name_that_llama_cpp_refuses_is_said_and_breaks_nothing()
    {
        var found = Inspect(new GgufForge().Tensor(new string('a', 64), F32, 0, 8).ToArray(32), "m.gguf");
        AssertFinding(found, Precinto.Formats.Gguf.GgufRules.LongName);
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
        Assert.Empty(Inspect(new GgufForge().Tensor(new string('a', 63), F32, 0, 8).ToArray(32), "m.gguf").Findings);
    }

    [Fact]
    public void Arrays_in_arrays_are_walked_without_recursion()
    {
        GgufForge forge = new();
        forge.Value("deep", 9, bytes =>
        {
            for (var depth = 0; depth < 100_000; depth++)
            {
                forge.Integer(bytes, 9, 4);
                forge.Length(bytes, 1);
            }
        });
        Assert.Equal(InspectionVerdict.Malformed, Inspect(forge.ToArray(), "m.gguf").Verdict);

        GgufForge pair = new();
        pair.Value("pair", 9, bytes =>
        {
            pair.Integer(bytes, 9, 4);
            pair.Length(bytes, 2);
            foreach (var type in (ReadOnlySpan<ulong>)[4, 8])
            {
                pair.Integer(bytes, type, 4);
                pair.Length(bytes, 1);
                if (type == 4)
                    pair.Integer(bytes, 7, 4);
                else
                    pair.Text(bytes, "x");
            }
        });
        Assert.Empty(Inspect(pair.Text("behind", "it").ToArray(), "m.gguf").Findings);
    }

    [Theory]
    [InlineData("lmgg", 32_000u, InspectionVerdict.Suspicious, "GGF201")]
    [InlineData("lmgg", 0u, InspectionVerdict.Malformed, "FMT001")]
    [InlineData("fmgg", 1u, InspectionVerdict.Suspicious, "GGF201")]
    [InlineData("tjgg", 3u, InspectionVerdict.Suspicious, "GGF201")]
    [InlineData("tjgg", 0u, InspectionVerdict.Malformed, "FMT001")]
    [InlineData("algg", 1u, InspectionVerdict.Suspicious, "GGF201")]
    public void What_came_before_GGUF_is_recognized_and_not_called_clean(string mark, uint second, InspectionVerdict verdict, string code)
    {
        var found = Inspect([.. System.Text.Encoding.ASCII.GetBytes(mark), .. BitConverter.GetBytes(second), .. new byte[64]], "model.bin");
        Assert.Equal(("ggml", verdict), (found.Format, found.Verdict));
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void Prose_that_begins_with_the_mark_is_no_model() =>
        Assert.Equal("unknown", Inspect("GGUF is a file format for models."u8.ToArray(), "notes.txt").Format);

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = Llama(new()).ToArray(320, 16, 32);
        AssertTruncationsAreNoticed(bytes, "m.gguf");
        AssertFlipsAreSurvived(bytes, "m.gguf");
        AssertFlipsAreSurvived(Llama(new(1)).ToArray(320, 16, 32), "m.gguf");
        AssertFlipsAreSurvived(AllTypes().ToArray(), "m.gguf");
    }

    private static GgufForge Llama(GgufForge forge) => forge
        .Text("general.architecture", "llama").Text("general.name", "Tiny").Text("general.license", "apache-2.0")
        .Number("general.file_type", 15).Number("llama.context_length", 8192)
        .Texts("tokenizer.ggml.tokens", "<s>", "</s>", "a").Text("tokenizer.chat_template", "{{ messages[0].content }}")
        .Tensor("norm", F32, 0, 2, 2).Tensor("w", Q4K, 32, 256, 2);

    private static GgufForge AllTypes()
    {
        GgufForge forge = new();
        foreach (var (type, size) in (ReadOnlySpan<(uint, int)>)[(0, 1), (1, 1), (2, 2), (3, 2), (4, 4), (5, 4), (6, 4), (7, 1), (10, 8), (11, 8), (12, 8)])
        {
            forge.Value($"scalar.{type}", type, bytes => bytes.Write(new byte[size]));
            forge.Value($"array.{type}", 9, bytes =>
            {
                forge.Integer(bytes, type, 4);
                forge.Length(bytes, 3);
                bytes.Write(new byte[3 * size]);
            });
        }

        return forge;
    }
}
