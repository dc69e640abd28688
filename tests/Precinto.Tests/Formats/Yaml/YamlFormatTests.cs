using System.Diagnostics;
using System.Text;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Yaml;

public sealed class YamlFormatTests
{
    public static TheoryData<string> Benign => [
        "name: model\nparameters:\n  max_length: 1024 # a comment: !!python/object:os.system\n  temperature: 0.7\nlist:\n- a\n- b: 1\n  c: 'it''s'\n- {x: [1, 2], y: \"z\\n\"}\n",
        // NeMo and Hydra
        "model:\n  _target_: nemo.collections.asr.models.EncDecCTCModelBPE\n  optim:\n    _target_: torch.optim.AdamW\n    lr: 1e-3\n  callback: {_target_: pytorch_lightning.callbacks.ModelCheckpoint, save_top_k: 1}\n  path:\n    _target_: pathlib.Path\n",
        "seed: !!python/tuple [1, 2]\nx: !!python/str abc\ny: !!int 3\nz: !!set {a, b}\n",
        "encoder: !new:speechbrain.lobes.models.ECAPA_TDNN.ECAPA_TDNN\n  input_size: !ref <n_mels>\n",
        "defaults: &defaults\n  a: 1\nb:\n  <<: *defaults\nc: *defaults\n",
        "---\nlicense: mit\ntags:\n- text\n---\nsecond: document\n...\n",
        "text: |\n  !!python/object/apply:os.system is what one must not write\n  trust_remote_code: true\nfolded: >-\n  more\n\n  text\nend: 1\n",
        "quoted: \"!!python/object/apply:os.system\"\nsingle: '_target_: os.system'\ntrust_remote_code: false\n",
        "chat_template: \"{% for m in messages %}{{ m['content'] }}{% endfor %}\"\n",
        "target: test.csv\ndata:\n  target: label\n  dataset: {target: ldm.models.diffusion.ddpm.LatentDiffusion}\n",
        "a: &a torch.nn.Linear\nb: {_target_: *a}\nx: &x [os.system]\ny: *x\nt: &t no\ntrust_remote_code: *t\n",
        "trust_remote_code: OFF\nother: {trust_remote_code: ~}\nmore:\n  trust_remote_code: 0\n",
        "values: &values [a, b, c]\nlr: ${oc.env:LR}\nsize: ${model.size}\nattn_implementation: flash_attention_2\nweight_map: {a: model.safetensors}\n",
        "description: a great\n  !new:os.system thing\n",
        "url: https://example.org:8080/a#b\ntime: 12:30:45\n? complex\n: value\nempty:\n",
    ];

    [Theory]
    [MemberData(nameof(Benign))]
    public void An_honest_document_is_clean(string yaml)
    {
        foreach (var text in (ReadOnlySpan<string>)[yaml, yaml.Replace("\n", "\r\n")])
        {
            var found = Inspect(Encoding.UTF8.GetBytes(text), "model_config.yaml");
            Assert.True(found is { Format: "yaml", Verdict: InspectionVerdict.Clean }, string.Join(" | ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
        }
    }

    [Theory]
    [InlineData("YML101", "a: !!python/object/apply:os.system ['id']\n")]
    [InlineData("YML101", "a: !!python/object/new:subprocess.Popen [id]\n")]
    [InlineData("YML101", "- [x, {y: !!python/object/apply:builtins.eval ['1']}]\n")]
    [InlineData("YML101", "a: !!python/name:os.system\n")]
    [InlineData("YML101", "a: !!python/module:subprocess\n")]
    [InlineData("YML101", "a: !<tag:yaml.org,2002:python/object/apply:os.system> [id]\n")]
    [InlineData("YML101", "a: !!python%2Fobject%2Fapply:os.system [id]\n")]
    [InlineData("YML101", "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [id]\n")]
    [InlineData("YML101", "%TAG !e! tag:yaml.org,2002:python/object/apply:os.\n---\na: !e!system [id]\n")]
    [InlineData("YML101", "text: |\n  block\nafter: !!python/object/apply:os.system [id]\n")]
    [InlineData("YML101", "a: 'x' # c\nb: \"multi\n  line\"\nc: !!python/object/apply:os.system [id]\n")]
    [InlineData("YML101", "{\"a\": !!python/object/apply:os.system [id]}\n")]
    [InlineData("CFG108", "model:\n  _target_: os.system\n  command: id\n")]
    [InlineData("CFG108", "a: [{_target_: subprocess.run}]\n")]
    [InlineData("CFG108", "_target_:\n  builtins.exec\n")]
    [InlineData("CFG108", "\"_target_\": \"os.sy\\x73tem\"\n")]
    [InlineData("CFG108", "_target_: |\n  os.system\n")]
    [InlineData("CFG108", "first_stage:\n  target: os.system\n")]
    [InlineData("CFG108", "a: !apply:os.system [id]\n")]
    [InlineData("CFG108", "_target_: torch.hub.load\n")]
    // Aliases of texts, of lists, of keys and within each other; what is merged was judged where it stands.
    [InlineData("CFG108", "t: &t os.system\na:\n  _target_: *t\n  _args_: [id]\n")]
    [InlineData("CFG108", "t: &t !!str os.system\na: {_target_: *t}\n")]
    [InlineData("CFG108", "k: &k _target_\na: {*k : os.system}\n")]
    [InlineData("CFG108", "k: &k _target_\na:\n  *k: os.system\n")]
    [InlineData("CFG108", "t: &t [os.system]\na:\n  _target_: *t\n")]
    [InlineData("CFG108", "t: &t\n- os.system\nu: &u\n- *t\na:\n  _target_: *u\n")]
    [InlineData("CFG108", "base: &base {_target_: os.system}\na:\n  <<: *base\n")]
    [InlineData("CFG107", "t: &t \"{{ cycler.__init__.__globals__ }}\"\nchat_template: *t\n")]
    [InlineData("CFG107", "t: &t {default: \"{{ cycler.__init__.__globals__ }}\"}\nchat_template: *t\n")]
    [InlineData("CFG107", "k: &k chat_template\n*k : \"{{ cycler.__init__.__globals__ }}\"\n")]
    // Lines by what YAML 1.1 takes for their ends, and a text that is continued.
    [InlineData("CFG108", "a: 1\u0085_target_: os.system\n")]
    [InlineData("CFG108", "# comment\u2028_target_: os.system\n")]
    [InlineData("CFG108", "_target_: \"os.sys\\\n    tem\"\n")]
    // Words that go on in the next line, whatever that begins with; keys behind an anchor; marks of documents that end a block; spaces that are none.
    [InlineData("CFG108", "a: word\n  \"quoted\n_target_: os.system\nb: end\"\n")]
    [InlineData("CFG108", "a: word\n  more\n\n  'quoted\n_target_: os.system\nb: end'\n")]
    [InlineData("CFG108", "- w\n  w2\n  \"q\n- {_target_: os.system, b: 1\"}\n")]
    [InlineData("CFG108", "{a: w\n \"x, _target_: os.system, b: y\"}\n")]
    [InlineData("CFG108", "a: word\n  |\n  x\n_target_: os.system\n")]
    [InlineData("CFG108", "[word\n%x, {_target_: os.system}]\n")]
    [InlineData("CFG108", "- {?_target_: os.system, b: 1}\n")]
    [InlineData("CFG108", "m:\n  &k a: |\n    text\n  _target_: os.system\n")]
    [InlineData("CFG108", "m:\n  !!str a: >-\n    text\n  _target_: os.system\n")]
    [InlineData("CFG108", "--- |\n text\n---\n_target_: os.system\n")]
    [InlineData("CFG108", "{a: x\u00A0#y, _target_: os.system}\n")]
    [InlineData("CFG108", "a: x:\u00A0\"unclosed\n_target_: os.system\n")]
    [InlineData("CFG107", "k: some text\n  { more\nchat_template: |\n  {{ cycler.__init__.__globals__ }}\n")]
    [InlineData("CFG107", "k: some text\n  [ more # a: b\nchat_template: |\n  {{ cycler.__init__.__globals__ }}\n")]
    [InlineData("CFG107", "chat_template: some\n  {{ cycler.__init__.__globals__ }}\n")]
    [InlineData("CFG110", "model:\n  attn_implementation: someone/kernels\n")]
    [InlineData("CFG107", "chat_template:\n  \"{{ config.__class__.__init__.__globals__['os'].system('x')\n  }}\"\n")]
    [InlineData("CFG107", "tokenizer:\n  chat_template: >\n    {{ ''.__class__ }}\n")]
    public void What_has_something_run_is_dangerous(string code, string yaml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "model_config.yaml");
        Assert.True(found.Verdict == InspectionVerdict.Dangerous, yaml);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("YML102", "a: !!python/object:my.Class {x: 1}\n")]
    [InlineData("YML102", "a: !!javax.script.ScriptEngineManager []\n")]
    [InlineData("YML104", "%TAG ! tag:example.org,2000:\n---\na: 1\n")]
    [InlineData("CFG109", "model:\n  _target_: src.models.Mine\n")]
    [InlineData("CFG101", "auto_map:\n  AutoModel: modeling.Model\n")]
    [InlineData("CFG102", "trust_remote_code: true\n")]
    [InlineData("CFG102", "trust_remote_code: ON\n")]
    [InlineData("CFG102", "trust_remote_code: Yes\n")]
    [InlineData("CFG102", "trust_remote_code: 1\n")]
    [InlineData("CFG102", "trust_remote_code: n\n")]
    [InlineData("CFG102", "trust_remote_code: None\n")]
    [InlineData("CFG102", "trust_remote_code: fALSE\n")]
    [InlineData("CFG102", "trust_remote_code: nULL\n")]
    [InlineData("CFG102", "trust_remote_code: \"true\"\n")]
    [InlineData("CFG102", "t: &t true\ntrust_remote_code: *t\n")]
    [InlineData("CFG109", "model:\n  _target_: torch.nn.${y}\n")]
    [InlineData("CFG109", "model:\n  _target_: ${oc.env:TARGET}\n")]
    [InlineData("CFG113", "model:\n  _target_: transformers.AutoModel.from_pretrained\n")]
    [InlineData("CFG113", "model:\n  _target_: nemo.core.classes.common.Serialization.from_config_dict\n")]
    [InlineData("SEC101", "a: 1 # hf_" + "kDfmXyZqWbNvRtLpCsHgJwQaEuOiTrYxMz\n")]
    public void What_cannot_be_judged_is_suspicious(string code, string yaml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "config.yml");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-32BE", false)]
    public void A_document_is_read_in_any_encoding_of_Unicode(string name, bool isMarked)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] Encode(string text) => [.. isMarked ? encoding.Preamble : [], .. encoding.GetBytes(text)];
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Encode("a:\n  _target_: os.system\n"), "a.yaml").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encode("a:\n  _target_: torch.nn.Linear\n"), "a.yaml").Verdict);
    }

    [Theory]
    [InlineData("m: {_target_: !!str {=: os.mkdir}}\n")]
    [InlineData("m:\n  _target_: !!str\n    =: os.mkdir\n")]
    [InlineData("m:\n  ? |-\n   _target_\n  : os.mkdir\n")]
    [InlineData("m:\n  ? >\n    _target_\n  : \"os.\\\n     mkdir\"\n")]
    [InlineData("{#\n a: !!python/object/apply:os.mkdir [P]}\n")]
    public void A_value_in_another_form_is_no_hiding_place(string yaml) => Assert.NotEqual(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Verdict);

    [Theory]
    [InlineData("a: [1, 2\n")]
    [InlineData("a: {b: [1}\n")]
    [InlineData("a: [1\n---\nb: 2\n")]
    public void What_ends_within_brackets_is_malformed(string yaml) => Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Verdict);

    [Fact]
    public void What_is_called_a_document_and_is_none_is_malformed()
    {
        Assert.Equal(InspectionVerdict.Malformed, Inspect("a: 1\n\0"u8.ToArray(), "a.yaml").Verdict);
        Assert.Equal(InspectionVerdict.Malformed, Inspect([0x93, 0xFF, 0, 1, 2, 3, 4, 5], "a.yml").Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect("a: \0\n_target_: os.system\n"u8.ToArray(), "a.yml").Verdict);
    }

    [Fact]
    public void Depth_hides_nothing()
    {
        static byte[] Nest(int depth) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{a: ", depth)) + "{_target_: os.system}" + new string('}', depth));
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Nest(500), "a.yaml").Verdict);
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(Nest(50_000), "a.yaml").Verdict);
    }

    [Fact]
    public void Aliases_of_more_texts_than_are_followed_hide_nothing()
    {
        var list = string.Concat(Enumerable.Repeat("- x\n", 5000)) + "- os.system\n";
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes("t: &t\n" + list + "a: *t\n"), "a.yaml").Verdict);
        AssertFinding(Inspect(Encoding.UTF8.GetBytes("t: &t\n" + list + "a:\n  _target_: *t\n"), "a.yaml"), InspectionRules.LimitReached);
    }

    [Fact]
    public void Tags_of_Python_tell_the_format_under_any_name()
    {
        Assert.Equal("yaml", Inspect("a: !!python/object/apply:os.system [id]\n"u8.ToArray(), "weights.dat").Format);
        Assert.Equal("unknown", Inspect("Never write !!python/object/apply:os.system into a file.\n"u8.ToArray(), "README.md").Format);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Aliases_that_expand_are_malformed(bool isBlock)
    {
        StringBuilder yaml = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 10; level++)
        {
            if (isBlock)
                yaml.Append($"a{level}: &a{level}\n" + string.Concat(Enumerable.Repeat($"  - *a{level - 1}\n", 10)));
            else
                yaml.Append($"a{level}: &a{level} [" + string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10)) + "]\n");
        }

        var found = Inspect(Encoding.UTF8.GetBytes(yaml.ToString()), "a.yaml");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.Contains("YML103", found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("[{")]
    [InlineData("a: &a *a ")]
    [InlineData("a: ")]
    [InlineData(" a:\n ")]
    [InlineData("!!x ")]
    [InlineData("'")]
    [InlineData("|\n")]
    public void A_large_document_takes_little_time(string piece)
    {
        var watch = Stopwatch.StartNew();
        Inspect(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 300_000))), "a.yaml");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("a", "\"x hf_ x hf_ ")]
    [InlineData("chat_template", "\"{% if y %}{{ y }}{% endif %}")]
    public void Aliases_of_a_long_text_take_little_time(string key, string piece)
    {
        var yaml = "a: &a " + piece + string.Concat(Enumerable.Repeat(piece[1..], 5000)) + "\"\n" + key + ": [" + string.Concat(Enumerable.Repeat("*a,", 20_000)) + "]\n";
        var watch = Stopwatch.StartNew();
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
        if (key != "a")
            AssertFinding(found, InspectionRules.LimitReached);
    }

    [Theory]
    [InlineData("utf-8", 10)]
    [InlineData("utf-16", 18)]
    public void What_is_found_has_its_offset_in_bytes(string name, int offset)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] Encode(string text) => name == "utf-8" ? encoding.GetBytes(text) : [.. encoding.Preamble, .. encoding.GetBytes(text)];
        Assert.Equal(offset, Inspect(Encode("é: é\nb: \u0001\n"), "a.yaml").Findings.Single().Offset);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        AssertFlipsAreSurvived("%YAML 1.2\n---\na: &x [1, 'b', \"\\x41\"]\n? b\n: |\n  t\nc: !!int {d: *x}\n"u8.ToArray(), "a.yaml");
        Assert.Equal(InspectionVerdict.Malformed, Inspect([(byte)'a', (byte)':', 0xC3, 0x28], "a.yaml").Verdict);
    }
}
