namespace Precinto.Formats.Json;

/// <summary>
/// Which names of known frameworks honest configurations have called: classes, and functions that build models or compute. The same packages hold functions
/// of their own that evaluate a source, unpickle bytes, import whatever they are told or run a command.
/// </summary>
internal static class HonestTarget
{
    /// <summary>Whether a name belongs to the inside of a framework, which no configuration names.</summary>
    /// <param name="module">All but the last part of the name.</param>
    /// <param name="name">The last part.</param>
    public static bool IsInternal(string module, string name)
    {
        var target = $"{module}.{name}";
        if (module == "builtins" || Array.IndexOf(Exceptions, target) >= 0)
            return false;
        var parts = target.Split('.');
        if (Array.Exists(parts, part => part.StartsWith('_') || Array.IndexOf(Inner, part) >= 0))
            return true;
        if (Array.IndexOf(Judged, parts[0]) < 0 || Array.Exists(Honest, target.StartsWith))
            return false;
        return Array.Exists(parts[..^1], part => Array.IndexOf(Tools, part) >= 0)
            || (name.Length > 0 && char.IsAsciiLetterLower(name[0]) && !ComputesOrBuilds(name));
    }

    // torch.float16, transformers.get_linear_schedule_with_warmup, sklearn.pipeline.make_pipeline
    private static bool ComputesOrBuilds(string name) =>
        Array.IndexOf(Functions, name) >= 0
        || (name.StartsWith("get_", StringComparison.Ordinal) && (name.Contains("schedule", StringComparison.Ordinal) || name.EndsWith("_transforms", StringComparison.Ordinal)))
        || (name.StartsWith("make_", StringComparison.Ordinal) && Array.IndexOf(Made, name["make_".Length..]) >= 0);

    private static readonly string[] Exceptions = ["lightning.pytorch.cli.instantiate_module", "pytorch_lightning.cli.instantiate_module", "torch.optim.lr_scheduler._LRScheduler"];

    private static readonly string[] Inner = ["testing", "testing_utils", "cli", "commands", "tests"];

    // Frameworks whose insides are known; of others, every public name passes that is not known to be dangerous.
    private static readonly string[] Judged =
        ["torch", "torchvision", "torchaudio", "transformers", "sklearn", "diffusers", "lightning", "pytorch_lightning", "lightning_fabric", "datasets", "tokenizers", "peft", "accelerate"];

    private static readonly string[] Tools = ["utils", "serialization", "storage", "hub", "internal", "import_utils", "package", "jit", "overrides", "xeon"];

    // Where functions and classes alike compute, or build what is named.
    private static readonly string[] Honest =
    [
        "torch.nn.init.", "torch.nn.functional.", "torch.nn.utils.", "torch.utils.data.", "torch.utils.tensorboard.", "torch.linalg.", "torch.fft.", "torch.special.",
        "torchvision.models.", "torchvision.transforms.", "torchvision.ops.", "torchaudio.transforms.", "torchaudio.functional.", "torchaudio.models.",
        "transformers.activations.", "transformers.optimization.", "sklearn.metrics.", "diffusers.optimization.",
    ];

    private static readonly string[] Functions =
    [
        "from_config", "from_dict", "from_numpy", "from_string", "tensor", "as_tensor", "zeros", "ones", "full", "arange", "linspace", "eye", "rand", "randn", "randint", "manual_seed", "compile",
        "device", "dtype", "float", "float16", "float32", "float64", "bfloat16", "half", "double", "int8", "int16", "int32", "int64", "uint8", "long", "bool", "relu", "gelu", "tanh", "sigmoid", "softmax",
        "sum", "mean", "max", "min", "abs", "exp", "log", "sqrt", "square", "cat", "stack", "clamp", "norm", "is_available", "seed_everything", "clone", "set_seed", "get_peft_model",
        "concatenate_datasets", "interleave_datasets", "get_scheduler", "train_test_split", "set_float32_matmul_precision",
    ];

    private static readonly string[] Made = ["pipeline", "union", "column_transformer", "column_selector", "scorer"];
}
