using Precinto.Formats.Pickle;

namespace Precinto.Formats.Json;

/// <summary>What functions of libraries do with the arguments that a configuration gives them, told by their names: it writes the paths as well.</summary>
internal static class ConfigurationCall
{
    /// <summary>Whether a function loads a model, data or code from wherever its arguments say.</summary>
    public static bool Loads(string name) =>
        Array.IndexOf(Loaders, name) >= 0
        || Array.Exists(LoadingStarts, name.StartsWith)
        || (name.StartsWith("from_", StringComparison.Ordinal) && Array.IndexOf(Sources, name["from_".Length..]) >= 0);

    /// <summary>Whether a function writes where its arguments say, or evaluates them.</summary>
    public static bool Writes(string module, string name) =>
        name is "memmap" or "open_memmap" || (!module.StartsWith("pathlib", StringComparison.Ordinal) && name.Length > 0 && char.IsAsciiLetterLower(name[0]) && DangerousImports.ReachesOut(name));

    // Methods of the classes of any framework, by which a configuration has another model or configuration loaded, pickles included.
    private static readonly string[] Loaders =
        ["restore_from", "import_from_path", "foreign_class", "fromfile", "init_detector", "init_model", "pipeline", "snapshot", "get_file"];

    private static readonly string[] LoadingStarts = ["load", "read_", "download", "fetch", "restore_", "hf_hub_"];

    // Of from_pretrained and the like; from_config and from_numpy load nothing.
    private static readonly string[] Sources =
    [
        "pretrained", "config_dict", "config_file", "single_file", "url", "file", "files", "ckpt", "checkpoint", "disk", "hub", "hparams", "archive", "path", "json", "csv", "parquet",
        "text", "sql", "original_checkpoint", "tf_checkpoint", "gguf",
    ];
}
