using System.Diagnostics;
using System.Text;
using Precinto.Formats.Json;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Json;

public sealed class JsonFormatTests
{
    [Theory]
    [InlineData("""{"a": [1, 2.5, "x", null, true]}""")]
    [InlineData("[1, 2, 3]")]
    [InlineData("""{"loss": NaN, "grad_norm": [Infinity, -Infinity], "note": "NaN is \" no Infinity"}""")]
    [InlineData("{}")]
    [InlineData("\uFEFF [\"a\"]\n")]
    [InlineData("""{"trust_remote_code": false, "_name_or_path": "bert-base-uncased"}""")]
    [InlineData("""{"a": {"x": 1}, "b": {"x": 1}}""")]
    public void Data_is_clean(string json)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(json), "data.json");
        Assert.Equal(("json", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal("json", Inspect(Encoding.UTF8.GetBytes(json), "data").Format);
    }

    [Theory]
    [InlineData("""{"loss": NaN, "limits": [0.0, Infinity, -Infinity], "note": "NaN \" Infinity"}""")]
    [InlineData("{\"a\": 1}\n{\"a\": NaN}\n\n[2]\n")]
    [InlineData("{\"a\": \"x\\n\\ud83d\", \"\\ud83d\": 1, \"\\ude00\": 2, \"\\ud83d\\ude00\": 3}")]
    public void What_Python_writes_is_clean(string text)
    {
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes(text), "trainer_state.json").Verdict);
        Assert.Equal("json", Inspect("""{"loss": NaN}"""u8.ToArray(), "state").Format);
    }

    [Theory]
    [InlineData("""{"loss": nan}""")]
    [InlineData("""{"loss": NaNs}""")]
    [InlineData("""{"loss": 1Infinity}""")]
    [InlineData("""{"loss": 1.Infinity}""")]
    [InlineData("""{"loss": 1e-Infinity}""")]
    [InlineData("""{"loss": -NaN}""")]
    [InlineData("{\"a\": 1} {\"a\": 2}")]
    [InlineData("{\"a\": 1}\nb\n")]
    public void What_only_looks_like_it_is_malformed(string text) => Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.UTF8.GetBytes(text), "trainer_state.json").Verdict);

    [Fact]
    public void Every_line_of_several_is_looked_at() =>
        Assert.Contains(Inspect("{\"a\": 1}\n{\"auto_map\": {\"AutoModel\": \"x--y.Z\"}}"u8.ToArray(), "train.json").Findings, finding => finding.Code.StartsWith("CFG", StringComparison.Ordinal));

    [Fact]
    public void A_configuration_states_its_architecture()
    {
        var facts = Inspect("""{"architectures": ["BertModel"], "model_type": "bert", "transformers_version": "4.40.0"}"""u8.ToArray(), "config.json").Facts;
        Assert.Equal(("BertModel", "transformers", "4.40.0"), (facts.Type, facts.Framework, facts.FrameworkVersion));
        Assert.Equal("bert", Inspect("""{"model_type": "bert", "x": {"model_type": "no"}}"""u8.ToArray(), "config.json").Facts.Type);
    }

    [Theory]
    [InlineData("CFG101", """{"auto_map": {"AutoModel": "modeling.Model"}}""")]
    [InlineData("CFG101", """{"deep": {"auto_map": ["a"]}}""")]
    [InlineData("CFG106", """{"auto_map": {"AutoModel": "evil/repo--modeling.Model"}}""")]
    [InlineData("CFG102", """{"trust_remote_code": true}""")]
    [InlineData("CFG102", """{"x": [{"trust_remote_code": "True"}]}""")]
    [InlineData("CFG102", "{\"trust_remote_\\u0063ode\": true}")]
    [InlineData("CFG103", """{"_name_or_path": "https://example.com/model"}""")]
    [InlineData("CFG104", """{"custom_pipelines": {"mine": {"impl": "pipe.Mine"}}}""")]
    [InlineData("CFG104", """{"custom_pipeline": "pipe.py"}""")]
    [InlineData("CFG101", """{"custom_generate": "someone/repo"}""")]
    [InlineData("CFG103", """{"base_model_name_or_path": "\\\\server\\share\\model"}""")]
    [InlineData("CFG103", """{"name_or_path": "s3://bucket/model"}""")]
    [InlineData("CFG109", """[{"idx": 0, "name": "0", "path": "", "type": "custom_st.Transformer"}]""")]
    [InlineData("CFG102", """{"trust_remote_code": 1}""")]
    [InlineData("CFG102", """{"trust_remote_code": "yes"}""")]
    [InlineData("CFG102", """{"x": {"trust_remote_code": [true]}}""")]
    [InlineData("CFG102", """{"trust_remote_code": [0]}""")]
    [InlineData("CFG102", """{"trust_remote_code": [[]]}""")]
    [InlineData("CFG102", """{"trust_remote_code": {"a": null}}""")]
    [InlineData("CFG102", """{"trust_remote_code": NaN}""")]
    [InlineData("CFG102", """{"trust_remote_code": "False"}""")]
    [InlineData("CFG102", """{"trust-remote-code": true}""")]
    [InlineData("CFG105", """{"\ud83d": 1, "\ud83d": 2}""")]
    [InlineData("CFG113", """{"_target_": "torch.export.load", "f": "x.pt2"}""")]
    [InlineData("CFG113", """{"_target_": "transformers.pipeline", "model": "someone/x"}""")]
    [InlineData("CFG113", """{"_target_": "transformers.pipelines.pipeline"}""")]
    [InlineData("CFG113", """{"_target_": "datasets.load_dataset", "path": "someone/x"}""")]
    [InlineData("CFG113", """{"_target_": "diffusers.loaders.FromSingleFileMixin.from_single_file"}""")]
    [InlineData("CFG113", """{"_target_": "torchvision.datasets.utils.download_url"}""")]
    [InlineData("CFG113", """{"_target_": "speechbrain.inference.interfaces.foreign_class"}""")]
    [InlineData("CFG104", """{"_class_name": ["pipeline", "Mine"], "_diffusers_version": "0.30.0"}""")]
    [InlineData("CFG109", """{"peft_type": "LORA", "auto_mapping": {"base_model_class": "X", "parent_library": "package.module"}}""")]
    [InlineData("CFG109", """{"peft_type": "LORA", "megatron_core": "package.module"}""")]
    [InlineData("CFG109", """{"in_features": 2, "out_features": 2, "activation_function": "package.module.function"}""")]
    [InlineData("CFG109", """{"tokenizer_class": "package.module.Tokenizer"}""")]
    [InlineData("CFG109", """{"_target_": "torch.nn.${y}"}""")]
    [InlineData("CFG113", """{"_target_": "lightning.pytorch.LightningModule.load_from_checkpoint"}""")]
    [InlineData("CFG111", """[{"idx": 0, "name": "0", "path": "../../other", "type": "sentence_transformers.models.Transformer"}]""")]
    [InlineData("CFG111", """[{"idx": 0, "name": "0", "path": "/srv/other", "type": "sentence_transformers.models.Transformer"}]""")]
    [InlineData("CFG111", """{"weight_map": {"a": "../../x.safetensors"}}""")]
    [InlineData("CFG111", """{"weight_map": {"a": "..\\..\\x.bin"}}""")]
    [InlineData("CFG111", """{"weight_map": {"a": "/etc/x.bin"}}""")]
    [InlineData("CFG111", """{"chat_template": [{"name": "../../x", "template": "{{ messages }}"}]}""")]
    [InlineData("CFG111", """{"chat_template": {"../../x": "{{ messages }}"}}""")]
    [InlineData("CFG105", """{"a": 1, "a": 2}""")]
    [InlineData("CFG105", "{\"a\": 1, \"\\u0061\": 2}")]
    public void What_makes_a_loader_run_code_is_suspicious(string code, string json)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(json), "config.json");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void What_is_said_of_a_module_is_said_where_the_module_begins()
    {
        var found = Inspect("""[{"idx": 0, "path": "", "type": "x"}, {"idx": 1, "path": "../x", "type": "sentence_transformers.models.Transformer"}]"""u8.ToArray(), "modules.json");
        Assert.Equal(38, Assert.Single(found.Findings, finding => finding.Code == "CFG111").Offset);
    }

    [Theory]
    [InlineData(InspectionVerdict.Dangerous, "{\"model\": {\"_target_\": \"os.system\"}}")]
    [InlineData(InspectionVerdict.Dangerous, "[{\"type\": \"os.system\", \"idx\": 0, \"path\": \"x\"}]")]
    [InlineData(InspectionVerdict.Dangerous, "{\"_target_\": \"numpy.memmap\", \"filename\": \"P\", \"mode\": \"w+\", \"shape\": 1}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"_target_\": \"numpy.core.memmap.memmap\"}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"_target_\": \"numpy.lib.format.open_memmap\"}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"_target_\": \"tensorflow.io.write_file\"}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"_target_\": \"torch.export.save\"}")]
    [InlineData(InspectionVerdict.Clean, "{\"_target_\": \"lightning.pytorch.loggers.CSVLogger\", \"save_dir\": \"logs\"}")]
    [InlineData(InspectionVerdict.Clean, "{\"trust_remote_code\": [], \"a\": {\"trust_remote_code\": {}}}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"_diffusers_version\": \"0.3\", \"vae\": [\"os\", \"system\"]}")]
    [InlineData(InspectionVerdict.Clean, "{\"_class_name\": \"P\", \"_diffusers_version\": \"0.3\", \"vae\": [\"diffusers\", \"AutoencoderKL\"], \"text_encoder\": [\"transformers\", \"CLIPTextModel\"], \"safety_checker\": [null, null], \"feature_extractor\": [\"stable_diffusion\", \"X\"]}")]
    [InlineData(InspectionVerdict.Clean, "[{\"idx\": 0, \"name\": \"0\", \"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"}]")]
    [InlineData(InspectionVerdict.Clean, "{\"vocabulary\": [\"os\", \"system\"], \"kind\": \"os.system\", \"_name_or_path\": \"/home/me/../model\", \"base_model_name_or_path\": \"meta-llama/Llama-3\"}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"model_type\": \"llama\", \"_attn_implementation_internal\": \"someone/repo\"}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"attn_implementation\": {\"text_config\": \"someone/repo@main:function\"}}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"kernel_mapping\": {\"RMSNorm\": {\"cuda\": \"someone/repo:Layer\"}}}")]
    [InlineData(InspectionVerdict.Clean, "{\"attn_implementation\": \"flash_attention_2\", \"text_config\": {\"_attn_implementation\": \"sdpa\", \"_attn_implementation_autoset\": true}}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"in_features\": 2, \"activation_function\": \"os.system\"}")]
    [InlineData(InspectionVerdict.Clean, "{\"in_features\": 2, \"bias\": true, \"activation_function\": \"torch.nn.modules.activation.Tanh\"}")]
    [InlineData(InspectionVerdict.Clean, "{\"activation_function\": \"gelu_new\", \"tokenizer_class\": \"BertTokenizer\", \"processor_class\": \"CLIPProcessor\", \"custom_generate\": null}")]
    [InlineData(InspectionVerdict.Dangerous, "{\"auto_mapping\": {\"base_model_class\": \"system\", \"parent_library\": \"os\"}}")]
    [InlineData(InspectionVerdict.Clean, "{\"auto_mapping\": {\"base_model_class\": \"BertModel\", \"parent_library\": \"transformers.models.bert.modeling_bert\"}, \"megatron_core\": \"megatron.core\", \"base_model_name_or_path\": \"a/b\"}")]
    [InlineData(InspectionVerdict.Clean, "{\"auto_map\": {}, \"custom_pipelines\": [], \"deep\": {\"auto_map\": null}}")]
    [InlineData(InspectionVerdict.Suspicious, "{\"auto_map\": {\"AutoModel\": null}}")]
    [InlineData(InspectionVerdict.Suspicious, "{\"auto_map\": [[]]}")]
    [InlineData(InspectionVerdict.Clean, "{\"auto_mapping\": {\"base_model_class\": \"MLP\", \"parent_library\": \"__main__\"}, \"megatron_core\": null}")]
    [InlineData(InspectionVerdict.Clean, "{\"metadata\": {\"total_size\": 8}, \"weight_map\": {\"a/b\": \"model-00001-of-00002.safetensors\", \"../b\": \"sub/model-00002-of-00002.safetensors\"}}")]
    [InlineData(InspectionVerdict.Clean, "{\"_class_name\": \"UNet2DModel\", \"_diffusers_version\": \"0.30.0\", \"down_block_types\": [\"DownBlock2D\", \"AttnDownBlock2D\"]}")]
    [InlineData(InspectionVerdict.Clean, "{\"trust_remote_code\": 0, \"x\": {\"trust_remote_code\": null}, \"y\": {\"trust_remote_code\": \"\"}}")]
    [InlineData(InspectionVerdict.Clean, "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"{{ messages }}\"}], \"prompts\": [{\"name\": \"/a\"}]}")]
    [InlineData(InspectionVerdict.Dangerous, "[{\"_target_\": \"bui\\u006ctins.eval\"}]")]
    [InlineData(InspectionVerdict.Suspicious, "{\"_target_\": \"project.Model\"}")]
    [InlineData(InspectionVerdict.Clean, "{\"_target_\": \"torch.nn.Linear\"}")]
    [InlineData(InspectionVerdict.Clean, "{\"target\": \"test.data\"}")]
    public void What_is_called_by_name_is_judged_by_the_name(InspectionVerdict verdict, string json) =>
        Assert.Equal(verdict, Inspect(Encoding.UTF8.GetBytes(json), "config.json").Verdict);

    [Theory]
    [InlineData("model.safetensors.index.json", "pytorch_model-1.bin", InspectionVerdict.Suspicious)]
    [InlineData("model.safetensors.index.json", "model-1.safetensors", InspectionVerdict.Clean)]
    [InlineData("model.safetensors.index.fp16.json", "x.bin", InspectionVerdict.Suspicious)]
    [InlineData("model.safetensors.index.fp16.json", "model.fp16-1.safetensors", InspectionVerdict.Clean)]
    [InlineData("pytorch_model.bin.index.fp16.json", "x.bin", InspectionVerdict.Clean)]
    [InlineData("pytorch_model.bin.index.fp16.json", "../x.bin", InspectionVerdict.Suspicious)]
    [InlineData("pytorch_model.bin.index.json", "pytorch_model-1.bin", InspectionVerdict.Clean)]
    [InlineData("tf_model.h5.index.json", "tf_model-1.h5", InspectionVerdict.Clean)]
    public void An_index_of_safetensors_names_no_pickles(string name, string shard, InspectionVerdict verdict) =>
        Assert.Equal(verdict, Inspect(Encoding.UTF8.GetBytes($"{{\"weight_map\": {{\"a\": \"{shard}\"}}}}"), name).Verdict);

    [Theory]
    [InlineData("modules.json", InspectionVerdict.Suspicious)]
    [InlineData("data.json", InspectionVerdict.Clean)]
    public void Modules_need_no_number_where_the_file_is_called_so(string name, InspectionVerdict verdict) =>
        Assert.Equal(verdict, Inspect("""[{"name": "a", "path": "", "type": "custom.Module"}]"""u8.ToArray(), name).Verdict);

    [Theory]
    [InlineData("[\"my_unet\", \"MyUnet\"]", InspectionVerdict.Suspicious)]
    [InlineData("[\"os\", \"system\"]", InspectionVerdict.Dangerous)]
    [InlineData("[\"diffusers\", \"UNet2DModel\"]", InspectionVerdict.Clean)]
    public void The_index_of_a_pipeline_is_judged_by_its_parts(string part, InspectionVerdict verdict)
    {
        foreach (var version in (ReadOnlySpan<string>)["", ", \"_diffusers_version\": \"0.30.0\""])
            Assert.Equal(verdict, Inspect(Encoding.UTF8.GetBytes($"{{\"_class_name\": \"Pipe\"{version}, \"unet\": {part}}}"), "pipe/model_index.json").Verdict);
    }

    [Fact]
    public void Parts_of_a_pipeline_beyond_a_limit_hide_nothing()
    {
        var known = string.Concat(Enumerable.Range(0, 5000).Select(index => $"\"a{index}\": [\"diffusers\", \"X\"], "));
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Encoding.UTF8.GetBytes($"{{\"_diffusers_version\": \"0.3\", {known}\"unet\": [\"os\", \"system\"]}}"), "model_index.json").Verdict);
        AssertFinding(Inspect(Encoding.UTF8.GetBytes($"{{\"_diffusers_version\": \"0.3\", {known.Replace("diffusers", "transformers_x", StringComparison.Ordinal)}\"unet\": [\"os\", \"system\"]}}"), "model_index.json"), InspectionRules.LimitReached);
    }

    [Theory]
    [InlineData("CFG107", "{{ cycler.__init__.__globals__.os.system('x') }}")]
    [InlineData("CFG107", "{% for c in [].__class__.__base__.__subclasses__() %}{% endfor %}")]
    [InlineData("CFG107", "{{ ''|attr('__cl' ~ 'ass__') }}")]
    [InlineData("CFG107", "{{ ''['__class__'] }}")]
    public void A_template_that_reaches_into_Python_is_dangerous(string code, string template)
    {
        foreach (var json in (ReadOnlySpan<string>)["{\"chat_template\": \"$\"}", "{\"chat_template\": [{\"name\": \"default\", \"template\": \"$\"}]}"])
        {
            var found = Inspect(Encoding.UTF8.GetBytes(json.Replace("$", template, StringComparison.Ordinal)), "tokenizer_config.json");
            Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
            Assert.Contains(code, found.Findings.Select(finding => finding.Code));
        }
    }

    [Theory]
    [InlineData("{% for m in messages %}{{ m['content'] }}{% endfor %}")]
    [InlineData("Names such as __init__ in plain text are no code.")]
    [InlineData("{% for m in messages %}{{ '__' + m.role + '__' }}{% endfor %}")]
    public void An_ordinary_template_is_clean(string template) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes($"{{\"chat_template\": \"{template}\"}}"), "tokenizer_config.json").Verdict);

    [Theory]
    [InlineData("{\"a\": ")]
    [InlineData("{\"a\": 1} x")]
    [InlineData("{'a': 1}")]
    [InlineData("{\"a\": 1,}")]
    public void Broken_JSON_is_malformed(string json) =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.UTF8.GetBytes(json), "a.json").Verdict);

    [Fact]
    public void Bytes_that_are_no_text_are_malformed() =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'], "a.json").Verdict);

    [Fact]
    public void Deep_nesting_is_malformed_without_recursion() =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.ASCII.GetBytes(new string('[', 1_000_000)), "a.json").Verdict);

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = """{"model_type": "bert", "auto": {"x": [1, "\u0041"]}, "y": true}"""u8.ToArray();
        AssertTruncationsAreNoticed(bytes, "config.json");
        AssertFlipsAreSurvived(bytes, "config.json");
    }

    // instantiate_from_config and its like call whatever stands there; elsewhere it is the name of a column or a file.
    [Theory]
    [InlineData("timeit.timeit", true)]
    [InlineData("code.interact", true)]
    [InlineData("cProfile.run", true)]
    [InlineData("profile.run", true)]
    [InlineData("webbrowser.open", true)]
    [InlineData("numpy.load", true)]
    [InlineData("joblib.load", true)]
    [InlineData("pandas.read_pickle", true)]
    [InlineData("multiprocessing.Process", true)]
    [InlineData("urllib.request.urlopen", true)]
    [InlineData("builtins.eval", true)]
    [InlineData("test.csv", false)]
    [InlineData("profile.age", false)]
    [InlineData("code.label", false)]
    [InlineData("site.price", false)]
    [InlineData("sales.total", false)]
    [InlineData("system", false)]
    [InlineData("eval", false)]
    [InlineData("os system", false)]
    [InlineData("ldm.models.autoencoder.AutoencoderKL", false)]
    [InlineData("my_project.models.Mine", false)]
    public void What_merely_may_be_called_counts_where_it_is_known_to_be_dangerous(string target, bool isDangerous)
    {
        foreach (var key in (ReadOnlySpan<string>)["target", "_class_", "__target__", "_import_"])
        {
            var verdict = isDangerous ? InspectionVerdict.Dangerous : InspectionVerdict.Clean;
            Assert.Equal(verdict, Inspect(Encoding.UTF8.GetBytes($"{{\"a\": {{\"{key}\": \"{target}\", \"params\": {{\"stmt\": \"x\"}}}}}}"), "config.json").Verdict);
            Assert.Equal(verdict, Inspect(Encoding.UTF8.GetBytes($"a:\n  {key}: {target}\n"), "config.yaml").Verdict);
        }
    }

    [Theory]
    [InlineData("modules.json", "CFG109", "evil.X", "x")]
    [InlineData("modules.json", "CFG109", "joblib.numpy_pickle", "x")]
    [InlineData("modules.json", "CFG108", "os.system", "x")]
    [InlineData("modules.json", "CFG111", "sentence_transformers.models.Transformer", "../../x")]
    [InlineData("1_Dense/modules.json", "CFG109", "evil.X", "x")]
    [InlineData("list.json", null, "evil.X", "../x")]
    [InlineData("modules.json", null, "sentence_transformers.models.Pooling", "1_Pooling")]
    public void Modules_are_known_by_the_name_of_their_file(string name, string? code, string type, string path) =>
        Assert.Equal(code is null ? [] : [code], Inspect(Encoding.UTF8.GetBytes($"[{{\"name\": \"0\", \"path\": \"{path}\", \"type\": \"{type}\"}}]"), name).Findings.Select(finding => finding.Code));

    [Theory]
    [InlineData("[", "]", 250)]
    [InlineData("{\"template\":[", "]}", 120)]
    [InlineData("{\"chat_template\":[", "]}", 120)]
    public void Texts_that_stand_deep_take_as_little_time_as_others(string open, string close, int depth)
    {
        var json = string.Concat(Enumerable.Repeat(open, depth)) + string.Join(',', Enumerable.Repeat("\"\"", 1_000_000)) + string.Concat(Enumerable.Repeat(close, depth));
        var watch = Stopwatch.StartNew();
        Inspect(Encoding.UTF8.GetBytes(json), "a.json");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("{\"chat_template\": [{\"name\": \"default\", \"template\": \"{{ x.__class__ }}\"}]}", "CFG107")]
    [InlineData("{\"chat_template\": {\"a\": {\"b\": \"{{ x.__class__ }}\"}}, \"c\": 1}", "CFG107")]
    [InlineData("{\"chat_template\": {\"../a\": \"x\"}}", "CFG111")]
    [InlineData("{\"chat_template\": [1, [{\"name\": \"../a\"}]]}", "CFG111")]
    [InlineData("{\"chat_template\": [1], \"b\": {\"../a\": \"{{ x.__class__ }}\"}}", null)]
    [InlineData("[{\"chat_template\": 1}, {\"../a\": \"{{ x.__class__ }}\"}]", null)]
    public void What_stands_below_a_template_is_one_and_nothing_beside_it(string json, string? code) =>
        Assert.Equal(code is null ? [] : [code], Inspect(Encoding.UTF8.GetBytes(json), "tokenizer_config.json").Findings.Select(finding => finding.Code).Distinct());
}
