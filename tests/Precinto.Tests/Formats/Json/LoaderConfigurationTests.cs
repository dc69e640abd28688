using System.Text;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Json;

public sealed class LoaderConfigurationTests
{
    [Theory]
    [InlineData("{\"a\": \"{{ lipsum.__globals__['os'].popen('id').read() }}\"}", "chat_template.jinja")]
    [InlineData("[1, \"x {{ lipsum.__globals__['os'].popen('id').read() }}\"]", "additional_chat_templates/tools.jinja")]
    [InlineData("{\"a\": \"{{ lipsum.__globals__['os'].popen('id').read() }}\"}", "prompt.j2")]
    [InlineData("{\"a\": \"{{ lipsum.__globals__['os'].popen('id').read() }}\"}", "tool_chat_template")]
    [InlineData("<PMML version=\"4.4\" xmlns=\"http://www.dmg.org/PMML-4_4\" a=\"{{ lipsum.__globals__['os'].popen('id') }}\"></PMML>", "chat_template.jinja")]
    public void What_is_called_a_template_is_read_as_one_whatever_else_it_is(string text, string name)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(text), name);
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Contains(found.Findings, finding => finding.Code == "CFG107");
        Assert.Contains(found.Findings, finding => finding.Code == "FMT004");
    }

    [Fact]
    public void What_is_called_YAML_is_read_as_YAML_although_it_is_XML() =>
        Assert.Equal(InspectionVerdict.Dangerous, Inspect("<net name=\"a\" version=\"10\">: 1\nm: !!python/object/apply:os.mkdir [x]\n# <layers></layers><edges></edges></net>\n"u8.ToArray(), "a.yaml").Verdict);

    [Theory]
    [InlineData("torch.storage._load_from_bytes")]
    [InlineData("torch._functorch._aot_autograd.codegen._compile_and_exec_source")]
    [InlineData("sklearn.utils._testing.assert_run_python_script_without_output")]
    [InlineData("transformers.utils.import_utils.direct_transformers_import")]
    [InlineData("transformers.testing_utils.run_command")]
    [InlineData("torch.export.pt2_archive._package.PT2ArchiveWriter")]
    [InlineData("torch.overrides.resolve_name")]
    [InlineData("transformers.utils.hub.cached_file")]
    public void The_inside_of_a_framework_is_not_what_configurations_name(string target) => Assert.NotEqual(InspectionVerdict.Clean, Yaml($"_target_: {target}\n"));

    [Theory]
    [InlineData("torch.nn.Linear")]
    [InlineData("torch.nn.functional.relu")]
    [InlineData("torch.utils.data.DataLoader")]
    [InlineData("torch.optim.lr_scheduler.CosineAnnealingLR")]
    [InlineData("torchvision.models.resnet18")]
    [InlineData("transformers.get_linear_schedule_with_warmup")]
    [InlineData("lightning.pytorch.callbacks.ModelCheckpoint")]
    [InlineData("pytorch_lightning.loggers.TensorBoardLogger")]
    [InlineData("torchtune.models.llama3.llama3_tokenizer")]
    [InlineData("sklearn.pipeline.make_pipeline")]
    [InlineData("nemo.utils.exp_manager.CallbackParams")]
    public void Public_classes_and_what_builds_models_are_clean(string target) => Assert.Equal(InspectionVerdict.Clean, Yaml($"_target_: {target}\n"));

    [Theory]
    [InlineData("""{"__kind__": "instance", "class": "subprocess.Popen", "args": [["id"]]}""")]
    [InlineData("""{"py/reduce": [{"py/type": "subprocess.Popen"}, {"py/tuple": [["id"]]}]}""")]
    [InlineData("""{"py/repr": "os/os.system('id')"}""")]
    [InlineData("""{"__symbol__": "path:os.system", "__kwargs__": {}}""")]
    [InlineData("""{"chainer": {"pipe": [{"class_name": "subprocess:check_output"}]}}""")]
    [InlineData("""{"model": {"type": "subprocess.Popen"}}""")]
    [InlineData("""{"version": 1, "formatters": {"f": {"()": "os.system"}}}""")]
    [InlineData("""{"version": 1, "handlers": {"f": {"class": "ext://os.system"}}}""")]
    [InlineData("""{"lc": 1, "type": "constructor", "id": ["os", "system"], "kwargs": {}}""")]
    [InlineData("""{"types": {"query_0": "os.system"}, "structure": {"query": ["query_0"]}}""")]
    [InlineData("""{"policy_class": {":type:": "x", ":serialized:": "gASVIQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAZ0b3VjaCB4lIWUUpQu"}}""")]
    [InlineData("""{"__nni_type__": "bytes:gASVIQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAZ0b3VjaCB4lIWUUpQu"}""")]
    [InlineData("""{"x": "$__import__('os').system('id')"}""")]
    [InlineData("""{"imports": ["$import os"], "x": "$[*map(os.system, ['id'])]"}""")]
    [InlineData("""{"x": "\u0024import subprocess"}""")]
    [InlineData("""{"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {"function": ["4wEAAAA=", null, null]}}]}}""")]
    [InlineData("""{"format": "layers-model", "modelTopology": {"model_config": {"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {"function": ["4wEAAAA=", null, null]}}]}}}}""")]
    [InlineData("""{"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"}""")]
    [InlineData("""{"_target_": "logging.FileHandler", "filename": "x", "mode": "w"}""")]
    [InlineData("""{"f": {"()": "logging.handlers.RotatingFileHandler", "filename": "x"}}""")]
    public void What_a_loader_calls_or_decodes_is_dangerous(string json) => Assert.Equal(InspectionVerdict.Dangerous, Json(json));

    [Theory]
    [InlineData("""{"version": 1, "handlers": {"f": {"class": "logging.FileHandler", "stream": "ext://sys.stdout"}}}""")]
    [InlineData("""{"imports": ["$import glob", "$import os"], "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')", "d": "$@network.eval()", "n": "$len(@data) // 2"}""")]
    [InlineData("""{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/x", "price": "$5 (each)", "path": "$HOME/a"}""")]
    [InlineData("""{"types": "index.d.ts", "type": "module", "class": "image.png"}""")]
    [InlineData("""{"types": {"query_0": "sentence_transformers.models.Transformer"}}""")]
    [InlineData("""{"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "PromptTemplate"], "kwargs": {}}""")]
    [InlineData("""{"num_labels": 21843, "num_hidden_layers": 126, "vocab_size": 262144, "pad_to_multiple_of": 8, "b": 1e999}""")]
    [InlineData("""{"tokenizer_file": "tokenizer.json", "vocab_file": "/home/someone/.cache/huggingface/transformers/ab12", "merges_file": null}""")]
    [InlineData("""{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"units": 2, "activation": "relu"}}]}}""")]
    public void What_honest_loaders_write_is_clean(string json) => Assert.Equal(InspectionVerdict.Clean, Json(json));

    [Theory]
    [InlineData("""{"tokenizer_file": "/etc/passwd"}""", "CFG111")]
    [InlineData("""{"vocab_file": "../other/vocab.txt"}""", "CFG111")]
    [InlineData("""{"transformers_weights": "../../evil/model.safetensors"}""", "CFG111")]
    [InlineData("""{"prompt_tuning_init_state_dict_path": "/tmp/evil.bin"}""", "CFG111")]
    [InlineData("""{"types": {"../../evil": "sentence_transformers.models.Transformer"}}""", "CFG111")]
    [InlineData("""{"audio_tokenizer": {"audio_tokenizer_name_or_path": "evil/repo"}}""", "CFG113")]
    [InlineData("""{"num_labels": 3000000000}""", "CFG115")]
    [InlineData("""{"num_hidden_layers": 3000000000}""", "CFG115")]
    [InlineData("""{"padding": {"strategy": {"Fixed": 20000000000}}}""", "CFG115")]
    [InlineData("""{"_class_path": "evilmod.Model"}""", "CFG109")]
    public void Paths_sizes_and_other_models_are_noticed(string json, string code) =>
        Assert.Contains(Inspect(Encoding.UTF8.GetBytes(json), "config.json").Findings, finding => finding.Code == code);

    [Theory]
    [InlineData("[\"transformers\", \"AutoTokenizer.from_pretrained\"]")]
    [InlineData("[\"transformers\", \"pipeline\"]")]
    public void A_part_of_a_pipeline_that_is_no_class_is_judged(string part) =>
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes($$"""{"_class_name": "X", "a": {{part}}}"""), "model_index.json").Verdict);

    [Fact]
    public void A_manifest_of_TorchServe_names_code() =>
        Assert.Contains(Inspect("""{"model": {"handler": "handler.py"}}"""u8.ToArray(), "MAR-INF/MANIFEST.json").Findings, finding => finding.Code == "CFG101");

    [Theory]
    [InlineData("backbone:\n  [[-1, 1, \"__import__('os').system('id')\", [64]]]\n")]
    [InlineData("head:\n  [[-1, 1, Conv, [64, \"__import__('os').system('id')\"]]]\n")]
    [InlineData("activation: \"breakpoint()\"\n")]
    [InlineData("PreProcess:\n  transform_ops:\n  - \"__import__('os').system('id')\": {}\n")]
    [InlineData("x: \"$__import__('os').system('id')\"\n")]
    public void What_YAML_has_evaluated_is_dangerous(string yaml) => Assert.Equal(InspectionVerdict.Dangerous, Yaml(yaml));

    [Theory]
    [InlineData("nc: 80\nactivation: nn.LeakyReLU(0.1)\nbackbone:\n  [[-1, 1, Conv, [64, 6, 2, 2]], [-1, 1, nn.Upsample, [None, 2, \"nearest\"]]]\n")]
    [InlineData("PreProcess:\n  transform_ops:\n  - DecodeImage: {channel_first: false}\n  - NormalizeImage: {scale: 1.0/255.0}\n")]
    [InlineData("download: https://example.org/coco128.zip\n")]
    [InlineData("a: 2\nb: !ref <a> * 4\nc: !ref <a> ** 2\n")]
    public void What_honest_YAML_has_evaluated_is_clean(string yaml) => Assert.Equal(InspectionVerdict.Clean, Yaml(yaml));

    [Theory]
    [InlineData("download: bash evil.sh\n", "CFG114")]
    [InlineData("download: |\n  import os\n  os.system('id')\n", "CFG114")]
    [InlineData("a: 9\nb: !ref <a>**9**9**9\n", "YML103")]
    [InlineData("a: [1]\nb: !ref <a>*10000000000\n", "YML103")]
    public void Scripts_and_sums_of_YAML_are_noticed(string yaml, string code) =>
        Assert.Contains(Inspect(Encoding.UTF8.GetBytes(yaml), "data.yaml").Findings, finding => finding.Code == code);

    [Fact]
    public void MLflow_opens_its_description_as_YAML()
    {
        var found = Inspect("flavors:\n  python_function:\n    loader_module: evilmod\n"u8.ToArray(), "model/MLmodel");
        Assert.Equal("yaml", found.Format);
        Assert.Contains(found.Findings, finding => finding.Code == "CFG101");
        Assert.Equal(InspectionVerdict.Clean, Inspect("flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n"u8.ToArray(), "MLmodel").Verdict);
    }

    private static InspectionVerdict Json(string text) => Inspect(Encoding.UTF8.GetBytes(text), "config.json").Verdict;

    private static InspectionVerdict Yaml(string text) => Inspect(Encoding.UTF8.GetBytes(text), "config.yaml").Verdict;
}
