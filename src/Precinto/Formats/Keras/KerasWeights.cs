using System.Text.Json;
using Precinto.Formats.Json;

namespace Precinto.Formats.Keras;

/// <summary>
/// How many values the largest weight of a layer has, as far as its configuration tells it: Keras makes the weights of a layer when it makes the layer
/// from its configuration, before it reads those that are stored.
/// </summary>
internal static class KerasWeights
{
    /// <summary>At least how many values; zero where nothing is stated. Reals, since products of what a file says have no bound.</summary>
    /// <param name="layer">The object that names the class.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="before">The length of what comes in where the layer does not say it, or zero.</param>
    public static double Count(JsonElement layer, JsonElement config, double before)
    {
        var coming = Math.Max(Incoming(layer, config) ?? before, 1);
        var going = Outgoing(config);
        var rows = coming;
        foreach (var name in (ReadOnlySpan<string>)["input_dim", "sequence_length", "max_sequence_length"])
            rows = Math.Max(rows, Number(config, name));
        var count = Math.Max(coming, going * rows * Math.Max(Product(config, "kernel_size"), 1));
        // Whole models of KerasHub.
        var hidden = Math.Max(Number(config, "hidden_dim"), Number(config, "embedding_dim"));
        foreach (var name in (ReadOnlySpan<string>)["vocabulary_size", "vocab_size", "intermediate_dim", "mlp_dim", "max_sequence_length"])
            count = Math.Max(count, hidden * Number(config, name));
        // A recurrent layer has a square of its units, four times with gates.
        return config.Member("recurrent_initializer") is not null || (layer.TextOf("class_name") ?? "").EndsWith("LSTM", StringComparison.Ordinal)
            ? Math.Max(count, 4 * going * going) : count;
    }

    /// <summary>The length of what a layer gives to the next one; what is not known is zero.</summary>
    public static double After(JsonElement layer, JsonElement config, double before)
    {
        if (Outgoing(config) is > 0 and var going)
            return going;
        if (ReadShape(config) is { } shape)
            return shape;
        var name = KerasNames.Short(layer.TextOf("class_name") ?? "");
        return Array.Exists(Unchanging, part => name.Contains(part, StringComparison.Ordinal)) ? before : 0;
    }

    private static double Outgoing(JsonElement config)
    {
        var going = Number(config, "num_heads") * Math.Max(Number(config, "key_dim"), Number(config, "value_dim"));
        foreach (var name in (ReadOnlySpan<string>)["units", "filters", "output_dim", "depth_multiplier"])
            going = Math.Max(going, Number(config, name));
        if (config.Member("output_shape") is { ValueKind: JsonValueKind.Array } shape)
        {
            foreach (var length in shape.EnumerateArray())
                going = Math.Max(going, Number(length));
        }
        else
        {
            going = Math.Max(going, Number(config, "output_shape"));
        }

        return going;
    }

    private static double? Incoming(JsonElement layer, JsonElement config)
    {
        if (layer.Member("build_config") is { ValueKind: JsonValueKind.Object } build && build.Member("input_shape") is { } built && Last(built, config) is { } length)
            return length;
        return ReadShape(config);
    }

    private static double? ReadShape(JsonElement config)
    {
        foreach (var name in (ReadOnlySpan<string>)["batch_input_shape", "batch_shape", "input_shape", "shape"])
        {
            if (config.Member(name) is { } shape && Last(shape, config) is { } length)
                return length;
        }

        return null;
    }

    // The features are the last of the dimensions, or the first behind the batch.
    private static double? Last(JsonElement shape, JsonElement config)
    {
        if (shape.ValueKind != JsonValueKind.Array || shape.GetArrayLength() == 0)
            return null;
        var index = config.TextOf("data_format") == "channels_first" && shape.GetArrayLength() > 2 ? 1 : shape.GetArrayLength() - 1;
        return shape[index].ValueKind == JsonValueKind.Number ? Number(shape[index]) : null;
    }

    private static double Product(JsonElement config, string name)
    {
        if (config.Member(name) is not { } value)
            return 0;
        if (value.ValueKind != JsonValueKind.Array)
            return Number(value);
        var product = 1d;
        foreach (var length in value.EnumerateArray().Take(MostDimensions))
            product *= Number(length);
        return product;
    }

    private static double Number(JsonElement config, string name) => config.Member(name) is { } value ? Number(value) : 0;

    // A number that is none of this kind of machine is infinite.
    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number > 0 ? number : 0;

    private static readonly string[] Unchanging = ["Dropout", "Normalization", "Activation", "ReLU", "ELU", "Softmax", "Masking", "Noise"];

    private const int MostDimensions = 32;
}
