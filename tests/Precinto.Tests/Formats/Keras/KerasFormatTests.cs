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
        { "vocabulary", Sequential("""{"class_name": "StringLookup", "config": {"vocabulary": ["a", "b"]}}""") },
    };

    public static TheoryData<string, string, string> Malicious() => new()
    {
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
