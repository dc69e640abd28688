using System.Text;
using Precinto.Formats.Keras;
using Precinto.Formats.Zip;
using Precinto.Inspection;
using Precinto.Tests.Formats.Hdf5;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Keras;

public sealed class KerasFormatTests
{
    [Theory]
    [MemberData(nameof(Benign))]
    public void A_model_of_known_layers_is_clean(string what, string config)
    {
        foreach (var found in InspectBoth(config))
            Assert.True(found.Verdict == InspectionVerdict.Clean, $"{what} in {found.Format}: {string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message))}");
    }

    [Theory]
    [MemberData(nameof(Malicious))]
    public void A_model_that_reaches_further_is_dangerous_however_deep_it_hides(string what, string config, string code)
    {
        foreach (var found in InspectBoth(config))
        {
            Assert.True(found.Verdict == InspectionVerdict.Dangerous, $"{what} in {found.Format}: {string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message))}");
            Assert.Contains(code, found.Findings.Select(finding => finding.Code));
        }
    }

    [Theory]
    [InlineData("""{"class_name": "MyLayer", "config": {"units": 3}}""")]
    [InlineData("""{"class_name": "Custom>Dense", "config": {"units": 3}}""")]
    [InlineData("""{"module": "my.layers", "class_name": "MyLayer", "config": {}, "registered_name": "my>MyLayer"}""")]
    [InlineData("""{"module": "keras.layers", "class_name": "Dense", "config": {"units": 3}, "registered_name": "Custom>Dense"}""")]
    [InlineData("""{"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"module": "builtins", "class_name": "function", "config": "scale", "registered_name": "function"}}}""")]
    [InlineData("""{"class_name": "Lambda", "config": {"function": "scale", "function_type": "function"}}""")]
    [InlineData("""{"class_name": 3, "config": {}}""")]
    public void An_object_that_Keras_does_not_have_is_unknown_and_not_clean(string layer)
    {
        foreach (var found in InspectBoth(Sequential(layer)))
        {
            Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
            Assert.All(found.Findings, finding => Assert.StartsWith("KER", finding.Code, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("\u00FF_type")]
    [InlineData("\\ud800_type")]
    public void A_setting_whose_name_is_no_text_is_malformed(string name)
    {
        var config = Encoding.Latin1.GetBytes(Sequential($$$"""{"class_name": "Lambda", "config": {"{{{name}}}": "lambda"}}"""));
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Archive(config), "a.keras").Verdict);
    }

    [Fact]
    public void Facts_are_those_of_the_configuration_and_of_the_weights()
    {
        var found = Inspect(Archive(Functional), "a.keras");
        Assert.Equal(("keras", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("keras", "3.4.1", "Functional", 6L), (found.Facts.Framework, found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.ParameterCount));
        var input = Assert.Single(found.Facts.Inputs);
        Assert.Equal("input_1", input.Name);
        Assert.Equal([null, 8], input.Shape);
        Assert.Equal("dense", Assert.Single(found.Facts.Outputs).Name);
        Assert.Equal([new("Dense", 1), new("InputLayer", 1)], found.Facts.Parts);

        var old = Inspect(Whole(Functional), "a.h5");
        Assert.Equal(("keras", "2.15.0", "Functional"), (old.Facts.Framework, old.Facts.FrameworkVersion, old.Facts.Type));
    }

    [Theory]
    [InlineData("run.py")]
    [InlineData("assets/run.exe")]
    [InlineData("CONFIG.JSON")]
    [InlineData("data.pkl")]
    public void A_member_that_Keras_does_not_read_is_noticed(string member) =>
        AssertFinding(Inspect(Archive(Functional, new ForgedMember(member, "import os"u8.ToArray())), "a.keras"), KerasRules.ForeignMember);

    [Theory]
    [InlineData("assets/v.txt")]
    [InlineData("metadata.json")]
    [InlineData("config.json")]
    public void What_a_member_is_its_bytes_decide_and_not_its_name(string name)
    {
        var found = Inspect(Archive(Functional, new ForgedMember(name, "cos\nsystem\n(S'id'\ntR."u8.ToArray())), "a.keras");
        Assert.Contains("PKL102", found.Findings.Select(finding => finding.Code));
        Assert.Contains("EXE101", Inspect(Archive(Functional, new ForgedMember(name, [0x7F, .. "ELF"u8, .. new byte[60]])), "a.keras").Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_vocabulary_may_look_like_other_texts()
    {
        var found = Inspect(Archive(Functional, new ForgedMember("assets/v.txt", "[PAD]\n[UNK]\n{\nimport\n"u8.ToArray())), "a.keras");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Fact]
    public void Metadata_that_are_too_long_to_be_read_are_not_passed_over()
    {
        byte[] metadata = [(byte)'{', .. Enumerable.Repeat((byte)' ', 2 << 20), (byte)'}'];
        AssertFinding(Inspect(ZipForge.Make(new("config.json", Encoding.UTF8.GetBytes(Functional)), new("metadata.json", metadata)), "a.keras"), InspectionRules.LimitReached);
    }

    [Fact]
    public void Members_of_one_name_without_end_cost_no_time()
    {
        var metadata = """{"date_saved": "x"}"""u8.ToArray();
        var bytes = ZipForge.Make([new("config.json", "{}"u8.ToArray()), .. Enumerable.Range(0, 20_000).Select(_ => new ForgedMember("metadata.json", metadata))]);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        AssertFinding(Inspect(bytes, "a.keras"), ZipRules.Duplicate);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_module_of_a_hundred_thousand_parts_costs_no_time()
    {
        var module = string.Concat(Enumerable.Repeat("a.", 100_000));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        AssertFinding(Inspect(Archive(Sequential($$$"""{"module": "{{{module}}}a", "class_name": "X", "config": {}}""")), "a.keras"), KerasRules.CustomObject);
        Assert.Equal("runs commands", Precinto.Formats.Pickle.DangerousImports.Reason("os." + module, "x"));
        Assert.Null(Precinto.Formats.Pickle.DangerousImports.Reason(module, "os"));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("""{"class_name": "TFOpLambda", "config": {"function": "mystery.thing"}}""", "KER105")]
    [InlineData("""{"class_name": "TFOpLambda", "config": {"function": "compat.v1.mystery"}}""", "KER105")]
    [InlineData("""{"module": "keras.layers", "class_name": "Dense", "config": {}, "registered_name": "keras_hub>WordPieceTokenizer"}""", "KER104")]
    [InlineData("""{"module": "keras.layers", "class_name": "Dense", "config": {}, "registered_name": "Lambda"}""", "KER104")]
    public void What_a_layer_would_do_and_is_not_known_is_not_clean(string layer, string code)
    {
        foreach (var found in InspectBoth(Sequential(layer)))
        {
            Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
            Assert.Contains(code, found.Findings.Select(finding => finding.Code));
        }
    }

    [Fact]
    public void A_name_is_not_cut_within_a_letter()
    {
        var found = Inspect(Archive(Sequential($$$"""{"class_name": "{{{new string('Z', 199)}}}\ud83d\ude00\ud83d\ude00", "config": {}}""")), "a.keras");
        Assert.DoesNotContain('\ud83d', Assert.Single(found.Findings, finding => finding.Rule == KerasRules.CustomObject).Message);
    }

    [Fact]
    public void Two_configurations_are_malformed_and_both_are_read()
    {
        var found = Inspect(Archive(Functional, new ForgedMember("config.json", Encoding.UTF8.GetBytes(Sequential(Marshalled)))), "a.keras");
        AssertFinding(found, ZipRules.Duplicate);
        AssertFinding(found, KerasRules.Code);
    }

    [Fact]
    public void A_configuration_in_other_case_is_read_and_noticed()
    {
        var found = Inspect(ZipForge.Make(new("Config.json", Encoding.UTF8.GetBytes(Sequential(Marshalled))), new ForgedMember("metadata.json", "{}"u8.ToArray())), "a.keras");
        AssertFinding(found, KerasRules.Code);
        AssertFinding(found, KerasRules.Part);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"class_name": "Sequential", "class_name": "Lambda"}""")]
    [InlineData("[\"\\ud800\"]x")]
    public void A_configuration_that_is_no_JSON_is_malformed(string config) =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Archive(config), "a.keras").Verdict);

    [Fact]
    public void A_configuration_nested_deeply_is_malformed_without_recursion() =>
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Archive(new string('[', 100_000)), "a.keras").Verdict);

    [Fact]
    public void Hostile_bytes_are_survived() => AssertFlipsAreSurvived(Archive(Sequential("""{"class_name": "Dense", "config": {}}""")), "a.keras");

    [Fact]
    public void The_collected_files_are_what_they_are_known_to_be()
    {
        var safe = Inspect(Fixtures.Read("inspect", "benign/modelaudit/samples/keras/safe_model.h5"), "safe_model.h5");
        Assert.True(safe.Verdict == InspectionVerdict.Clean, string.Join(", ", safe.Findings.Select(finding => finding.Code + " " + finding.Message)));
        var bad = Inspect(Fixtures.Read("inspect", "malicious/modelaudit/samples/keras/malicious_lambda.h5"), "malicious_lambda.h5");
        Assert.Equal(InspectionVerdict.Dangerous, bad.Verdict);
    }

    public static TheoryData<string, string> Benign() => new()
    {
        { "functional", Functional },
        { "infinity", Sequential("""{"class_name": "ReLU", "config": {"max_value": Infinity, "threshold": NaN, "low": -Infinity, "name": "NaN \" Infinity"}}""") },
        { "wrapper", Sequential(Wrapped("""{"class_name": "LSTM", "config": {"units": 4, "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}}}}""")) },
        { "modules", Sequential("""{"module": "keras.layers", "class_name": "Dense", "config": {"dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}, "kernel_initializer": {"module": "keras.initializers", "class_name": "HeNormal", "config": {}, "registered_name": null}}, "registered_name": null}""") },
        { "source modules", Sequential("""{"module": "keras.src.layers.core.dense", "class_name": "Dense", "config": {}, "registered_name": "Dense"}""") },
        { "losses", """{"class_name": "Sequential", "config": {"layers": []}, "compile_config": {"loss": {"module": "builtins", "class_name": "dict", "config": {}}, "metrics": [{"module": "keras.metrics", "class_name": "function", "config": "binary_accuracy", "registered_name": "function"}], "optimizer": {"module": "keras.optimizers", "class_name": "Adam", "config": {"learning_rate": {"module": "keras.optimizers.schedules", "class_name": "ExponentialDecay", "config": {}}}}}}""" },
        { "hub", Sequential("""{"module": "keras_hub.src.models.gemma.gemma_backbone", "class_name": "GemmaBackbone", "config": {}, "registered_name": "keras_hub>GemmaBackbone"}""") },
        { "tensors", Sequential("""{"class_name": "Dense", "config": {"x": {"class_name": "__tuple__", "items": [1]}, "y": {"class_name": "__tensor__", "config": {"value": 1, "dtype": "float32"}}}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 8], "dtype": "float32", "keras_history": ["a", 0, 0]}}], "kwargs": {}}]}""") },
        { "operators", Sequential("""{"class_name": "TFOpLambda", "config": {"name": "tf.math.multiply", "function": "math.multiply"}, "inbound_nodes": []}""") },
        { "older operators", Sequential("""{"class_name": "TFOpLambda", "config": {"name": "x", "function": "compat.v1.nn.relu"}}, {"class_name": "TFOpLambda", "config": {"function": "reshape"}}, {"class_name": "TFOpLambda", "config": {"function": "__operators__.getitem"}}""") },
        { "an operator", Sequential("""{"class_name": "TensorFlowOpLayer", "config": {"name": "x", "node_def": "\n\u0001x\u0012\u0004Relu", "constants": {}}}, {"class_name": "TensorFlowOpLayer", "config": {"node_def": {"name": "x", "op": "Mul"}}}""") },
        { "a tokenizer", Sequential("""{"module": "keras_hub.tokenizers", "class_name": "WordPieceTokenizer", "config": {"vocabulary": ["a"]}, "registered_name": "keras_hub>WordPieceTokenizer"}, {"module": "keras_nlp.tokenizers", "class_name": "SentencePieceTokenizer", "config": {"proto": "BASE64"}}""".Replace("BASE64", new string('A', 400), StringComparison.Ordinal)) },
        { "vocabulary", Sequential("""{"class_name": "StringLookup", "config": {"vocabulary": ["a", "b"]}}""") },
    };

    public static TheoryData<string, string, string> Malicious() => new()
    {
        { "an operator of its own", Sequential("""{"class_name": "TensorFlowOpLayer", "config": {"name": "x", "node_def": "\n\u0001x\u0012\u0009WriteFile", "constants": {"0": "/tmp/x"}}}"""), "KER103" },
        { "the last of two operators", Sequential("""{"class_name": "TensorFlowOpLayer", "config": {"node_def": "\u0012\u0004Relu\u0012\u0009WriteFile"}}"""), "KER103" },
        { "an operator in JSON", Sequential("""{"class_name": "TensorFlowOpLayer", "config": {"node_def": {"name": "x", "op": "ReadFile"}}}"""), "KER103" },
        { "an operator in a text of JSON", Sequential("""{"class_name": "TensorFlowOpLayer", "config": {"node_def": "{\"name\": \"x\", \"op\": \"ReadFile\"}"}}"""), "KER103" },
        { "an operator in base64", Sequential("""{"class_name": "TensorFlowOpLayer", "config": {"node_def": "CgF4EglXcml0ZUZpbGU="}}"""), "KER103" },
        { "an operator that cannot be read", Sequential("""{"class_name": "TensorFlowOpLayer", "config": {"node_def": "?"}}"""), "KER103" },
        { "an older name of a function", Sequential("""{"class_name": "TFOpLambda", "config": {"function": "compat.v1.io.gfile.copy"}}"""), "KER103" },
        { "an older name of a data set", Sequential("""{"class_name": "TFOpLambda", "config": {"function": "compat.v2.compat.v1.data.TextLineDataset"}}"""), "KER103" },
        { "a tokenizer's vocabulary", Sequential("""{"module": "keras_hub.tokenizers", "class_name": "WordPieceTokenizer", "config": {"vocabulary": "/etc/passwd"}, "registered_name": "keras_hub>WordPieceTokenizer"}"""), "KER103" },
        { "a tokenizer's merges", Sequential("""{"module": "keras_hub.tokenizers", "class_name": "BytePairTokenizer", "config": {"merges": "/etc/passwd"}}"""), "KER103" },
        { "a tokenizer's model", Sequential("""{"module": "keras_hub.tokenizers", "class_name": "SentencePieceTokenizer", "config": {"proto": "/etc/passwd"}}"""), "KER103" },
        { "marshalled", Sequential(Marshalled), "KER101" },
        { "in a wrapper", Sequential(Wrapped(Marshalled)), "KER101" },
        { "in wrappers in models", Sequential(Sequential(Wrapped(Wrapped(Sequential(Marshalled))))), "KER101" },
        { "a mask", Sequential("""{"class_name": "Lambda", "config": {"function": "f", "function_type": "function", "mask": ["4wA=", null, null]}}"""), "KER101" },
        { "an output shape", Sequential("""{"class_name": "Lambda", "config": {"function": "f", "function_type": "function", "output_shape_type": "lambda", "output_shape": "4wA="}}"""), "KER101" },
        { "lambda of Keras 3", Sequential("""{"module": "keras.layers", "class_name": "Dense", "config": {"activation": {"class_name": "__lambda__", "config": {"code": "4wA=", "defaults": null, "closure": null}}}}"""), "KER101" },
        { "CVE-2025-1550", Sequential("""{"module": "keras.layers", "class_name": "Dense", "config": {"kernel_initializer": {"module": "subprocess", "class_name": "run", "config": {}}}}"""), "KER102" },
        { "a function of os", Sequential("""{"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "function"}"""), "KER102" },
        { "builtins", Sequential("""{"module": "builtins", "class_name": "exec", "config": "x"}"""), "KER102" },
        { "walk", Sequential("""{"module": "keras.src.layers.os", "class_name": "system", "config": {}}"""), "KER102" },
        { "CVE-2025-8747", Sequential("""{"module": "keras.utils", "class_name": "get_file", "config": {"fname": "x", "origin": "http://x"}}"""), "KER102" },
        { "get_file as a function", Sequential("""{"module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "function"}"""), "KER102" },
        { "another function of Keras", Sequential("""{"module": "keras.src.utils.python_utils", "class_name": "pythonify_logs", "config": {}}"""), "KER102" },
        { "CVE-2025-9906", Sequential("""{"module": "keras.config", "class_name": "enable_unsafe_deserialization", "config": {}}"""), "KER102" },
        { "CVE-2025-49655", Sequential("""{"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {"module": "gASVAA=="}}"""), "KER102" },
        { "type specification", Sequential("""{"class_name": "__typespec__", "spec_name": "system", "module": "os", "config": {}}"""), "KER102" },
        { "CVE-2025-12058", Sequential("""{"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}}"""), "KER103" },
        { "another model", Sequential("""{"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/tmp/x"}}"""), "KER103" },
        { "an operator", Sequential("""{"class_name": "TFOpLambda", "config": {"function": "io.write_file"}}"""), "KER103" },
        { "an operator by its own name", Sequential("""{"class_name": "TFOpLambda", "config": {"function": "raw_ops.SaveV2"}}"""), "KER103" },
    };

    private const string Marshalled = """{"class_name": "Lambda", "config": {"name": "l", "function": ["4wEAAAA=", null, null], "function_type": "lambda"}}""";

    private const string Functional = """
        {"module": "keras", "class_name": "Functional", "registered_name": "Functional", "config": {"name": "m", "layers": [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 8], "dtype": "float32", "name": "input_1"}, "name": "input_1"},
        {"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "activation": "relu"}, "name": "dense"}],
        "input_layers": [["input_1", 0, 0]], "output_layers": [["dense", 0, 0]]}}
        """;

    private static string Sequential(string layer) => """{"class_name": "Sequential", "config": {"name": "s", "layers": [""" + layer + "]}}";

    private static string Wrapped(string layer) => """{"class_name": "TimeDistributed", "config": {"layer": """ + layer + "}}";

    private static IEnumerable<FileInspection> InspectBoth(string config) => [Inspect(Archive(config), "a.keras"), Inspect(Whole(config), "a.h5")];

    private static byte[] Whole(string config) =>
        Hdf5Forge.Make([.. Hdf5Forge.TextAttribute("model_config", config), .. Hdf5Forge.TextAttribute("keras_version", "2.15.0"), .. Hdf5Forge.TextAttribute("backend", "tensorflow")]);

    private static byte[] Archive(string config, params ForgedMember[] more) => Archive(Encoding.UTF8.GetBytes(config), more);

    private static byte[] Archive(byte[] config, params ForgedMember[] more) => ZipForge.Make(
    [
        new("metadata.json", """{"keras_version": "3.4.1", "date_saved": "2025-01-01@00:00:00"}"""u8.ToArray()),
        new("config.json", config) { Deflate = true },
        new("model.weights.h5", Hdf5Forge.Make(Hdf5Forge.HardLink("w", Hdf5Forge.FirstObject), Hdf5Forge.Dataset([2, 3]))),
        .. more,
    ]);
}
