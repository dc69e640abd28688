using System.Text;
using Precinto.Formats.Keras;
using Precinto.Inspection;
using Precinto.Tests.Formats.Hdf5;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Keras;

/// <summary>What Keras makes of a configuration when it loads a model: weights by numbers, functions by names.</summary>
public sealed class KerasLoadingTests
{
    [Theory]
    [MemberData(nameof(Large))]
    public void A_layer_with_weights_far_larger_than_the_file_is_noticed_in_every_format(string what, string layers)
    {
        foreach (var found in InspectAll(layers))
        {
            Assert.True(found.Findings.Any(finding => finding.Rule == KerasRules.Expansion), $"{what} in {found.Format}");
            Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        }
    }

    [Theory]
    [MemberData(nameof(Usual))]
    public void Layers_of_usual_sizes_are_clean(string what, string layers)
    {
        foreach (var found in InspectAll(layers))
            Assert.True(found.Verdict == InspectionVerdict.Clean, $"{what} in {found.Format}: {string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message))}");
    }

    [Theory]
    [InlineData("keras.applications.imagenet_utils", "decode_predictions")]
    [InlineData("keras.src.applications.resnet50", "decode_predictions")]
    [InlineData("keras.applications", "EfficientNetB0")]
    [InlineData("keras.distribution", "initialize")]
    [InlineData("keras.visualization", "plot_image_gallery")]
    [InlineData("keras.src.visualization.plot_image_gallery", "plot_image_gallery")]
    [InlineData("keras.datasets.imdb", "get_word_index")]
    [InlineData("keras.src.utils.file_utils", "rmtree")]
    [InlineData("keras_hub.models", "from_preset")]
    [InlineData("tf_keras.callbacks", "Anything")]
    public void A_function_of_Keras_that_reaches_further_is_a_danger_where_an_activation_is_due(string module, string name) =>
        AssertFinding(Inspect(Archive(Activation(module, name)), "a.keras"), KerasRules.DangerousName);

    [Theory]
    [InlineData("keras_hub.models", "function_of_mine")]
    [InlineData("keras_cv.models", "x")]
    [InlineData("keras.utils", "to_categorical")]
    [InlineData("keras.trainer", "PyDataset")]
    [InlineData("keras.quantizers", "GPTQConfig")]
    [InlineData("keras.ops", "while_loop")]
    [InlineData("keras.activations", "get")]
    [InlineData("keras", "x")]
    [InlineData("keras.ops", "Upper")]
    public void A_function_of_Keras_that_nobody_knows_is_a_warning(string module, string name)
    {
        var found = Inspect(Archive(Activation(module, name)), "a.keras");
        AssertFinding(found, KerasRules.CustomObject);
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
    }

    [Theory]
    [InlineData("keras.activations", "gelu")]
    [InlineData("keras.src.activations.activations", "sparsemax")]
    [InlineData("keras.ops", "silu")]
    [InlineData("keras.src.ops.nn", "relu6")]
    [InlineData("keras.losses", "mean_squared_error")]
    [InlineData("keras.metrics", "binary_accuracy")]
    [InlineData("keras_hub.src.utils.keras_utils", "gelu_approximate")]
    public void A_function_of_Keras_that_computes_is_clean(string module, string name)
    {
        var found = Inspect(Archive(Activation(module, name)), "a.keras");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    public static TheoryData<string, string> Large => new()
    {
        { "units", Layer("Dense", """ "units": 68719476736 """) },
        { "units beyond all counting", Layer("Dense", """ "units": 1e300 """) },
        { "units by what is built", """{"class_name": "Dense", "config": {"units": 1048576}, "build_config": {"input_shape": [null, 1048576]}}""" },
        { "units by what comes in", Layer("Dense", """ "units": 1048576, "batch_input_shape": [null, 1048576] """) },
        { "units by the layer before", Layer("Dense", """ "units": 1048576 """) + "," + Layer("Dropout", """ "rate": 0.5 """) + "," + Layer("Dense", """ "units": 1048577 """) },
        { "units by the input before", Layer("InputLayer", """ "batch_shape": [null, 1048576] """) + "," + Layer("Dense", """ "units": 1048576 """) },
        { "filters", Layer("Conv2D", """ "filters": 65536, "kernel_size": [1024, 1024] """) },
        { "filters of channels", """{"class_name": "Conv2D", "config": {"filters": 65536, "kernel_size": [3, 3], "data_format": "channels_first"}, "build_config": {"input_shape": [null, 65536, 8, 8]}}""" },
        { "an embedding", Layer("Embedding", """ "input_dim": 8589934592, "output_dim": 64 """) },
        { "an embedding of two usual numbers", Layer("Embedding", """ "input_dim": 1000000, "output_dim": 100000 """) },
        { "a recurrent layer", Layer("LSTM", """ "units": 65536 """) },
        { "heads", Layer("MultiHeadAttention", """ "num_heads": 65536, "key_dim": 65536 """) },
        { "a shape of what comes out", Layer("EinsumDense", """ "equation": "ab,bc->ac", "output_shape": [68719476736] """) },
        { "within a wrapper", Layer("TimeDistributed", """ "layer": {"class_name": "Dense", "config": {"units": 68719476736}} """) },
        { "what is normalized", """{"class_name": "LayerNormalization", "config": {"axis": -1}, "build_config": {"input_shape": [null, 68719476736]}}""" },
    };

    public static TheoryData<string, string> Usual => new()
    {
        { "a large classifier", Layer("InputLayer", """ "batch_shape": [null, 25088] """) + "," + Layer("Dense", """ "units": 4096 """) },
        { "a vocabulary", Layer("Embedding", """ "input_dim": 256000, "output_dim": 4096 """) },
        { "convolutions", """{"class_name": "Conv2D", "config": {"filters": 2048, "kernel_size": [3, 3], "data_format": "channels_last"}, "build_config": {"input_shape": [null, 1024, 1024, 2048]}}""" },
        { "long sound", """{"class_name": "Dense", "config": {"units": 4096}, "build_config": {"input_shape": [null, 10000000, 64]}}""" },
        { "an LSTM", Layer("LSTM", """ "units": 4096 """) },
        { "numbers that make no weights", Layer("Hashing", """ "num_bins": 9007199254740993 """) + "," + Layer("RepeatVector", """ "n": 3000000000 """) },
    };

    private static string Layer(string name, string config) => $$$"""{"class_name": "{{{name}}}", "config": { {{{config}}} }}""";

    private static string Model(string layers) => $$$"""{"class_name": "Sequential", "config": {"layers": [{{{layers}}}]}}""";

    private static string Activation(string module, string name) =>
        Model($$$$"""{"class_name": "Dense", "config": {"units": 1000, "activation": {"module": "{{{{module}}}}", "class_name": "function", "config": "{{{{name}}}}", "registered_name": "function"}}}""");

    private static byte[] Archive(string config) => ZipForge.Make(new("config.json", Encoding.UTF8.GetBytes(config)), new("metadata.json", "{}"u8.ToArray()), new("model.weights.h5", Hdf5Forge.Make([])));

    private static IEnumerable<FileInspection> InspectAll(string layers)
    {
        var config = Model(layers);
        yield return Inspect(Archive(config), "a.keras");
        yield return Inspect(Hdf5Forge.Make(Hdf5Forge.TextAttribute("model_config", config)), "a.h5");
    }
}
