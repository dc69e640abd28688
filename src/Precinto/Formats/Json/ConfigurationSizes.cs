using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>Sizes that loaders allocate or count up to before they look at any weight: transformers makes a name of each label when it reads the configuration alone.</summary>
internal static class ConfigurationSizes
{
    public static void Notice(string key, double value, long offset, InspectionContext context)
    {
        var most = key switch
        {
            "num_labels" or "hidden_size" or "intermediate_size" or "d_model" or "d_ff" or "n_embd" or "num_experts" or "num_local_experts" or "n_routed_experts" => 100_000_000,
            "num_hidden_layers" or "num_layers" or "n_layer" or "n_layers" or "encoder_layers" or "decoder_layers" or "num_decoder_layers" or "num_encoder_layers" => 1_000_000,
            "num_attention_heads" or "num_key_value_heads" or "n_head" or "n_heads" => 10_000_000,
            "vocab_size" or "type_vocab_size" => 10_000_000_000,
            // Padding of tokenizers: each text becomes as long.
            "Fixed" or "pad_to_multiple_of" => 1_000_000_000d,
            _ => double.PositiveInfinity,
        };
        if (value > most)
            context.Add(JsonRules.HugeSize, $"{key} is {value:0}.", offset);
    }
}
