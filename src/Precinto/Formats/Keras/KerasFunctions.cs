
namespace Precinto.Formats.Keras;

/// <summary>
/// Judges functions of Keras that a configuration names where one is due, as an activation, a loss or a metric. Keras calls what it finds with tensors, and a
/// function that was never meant to be called so still does what it does: <c>decode_predictions</c> downloads a list, an application its weights.
/// </summary>
internal static class KerasFunctions
{
    /// <summary>Why a function is dangerous; null where it is not.</summary>
    /// <param name="part">The part of Keras that the module belongs to, or null for Keras itself.</param>
    /// <param name="name">The name of the function.</param>
    /// <param name="isKnown">Whether it is one that computes from tensors alone.</param>
    public static string? Judge(string? part, string name, out bool isKnown)
    {
        isKnown = part is not null && Computing.Contains(part) && !Indirect.Contains(name) && name.Length > 0 && char.IsAsciiLetterLower(name[0]);
        if (isKnown)
            return null;
        isKnown = Known.Contains(name);
        if (isKnown)
            return null;
        return (part is not null && Reaching.Contains(part)) || ReachingNames.Contains(name) || name.StartsWith("plot_", StringComparison.Ordinal) || name.StartsWith("from_p", StringComparison.Ordinal)
            ? "is a function of Keras that reaches files, the network or the program itself" : null;
    }

    // All that is in these computes from tensors, but for what calls what it is told.
    private static readonly HashSet<string> Computing = KerasNames.Words("activations losses metrics initializers regularizers constraints ops operations");

    private static readonly HashSet<string> Indirect = KerasNames.Words(
        "get serialize deserialize map scan associative_scan while_loop cond fori_loop vectorized_map custom_gradient switch unstack_map custom_jvp");

    // Functions of KerasHub that its models are made with.
    private static readonly HashSet<string> Known = KerasNames.Words("gelu_approximate quick_gelu bert_kernel_initializer gpt2_kernel_initializer");

    private static readonly HashSet<string> Reaching = KerasNames.Words(
        "applications datasets distribution saving export callbacks visualization preprocessing config wrappers dtensor trainers testing");

    private static readonly HashSet<string> ReachingNames = KerasNames.Words(
        "decode_predictions initialize load_data get_word_index set_random_seed set_backend copy copytree makedirs remove rmtree rename exists isdir listdir glob join File "
        + "function ask_to_proceed_with_overwrite save_to_preset upload_preset set_global_attribute LazyModule load_model_from_hdf5 save_model_to_hdf5");
}
