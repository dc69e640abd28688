using Precinto.Formats.Archives;
using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>What the value of a key asks of those who load the configuration, whichever language it is written in.</summary>
internal static class ConfigurationValue
{
    /// <summary>The section in which the value of a key stands that stands in another one itself.</summary>
    public static ConfigurationSection SectionOf(string key, ConfigurationSection outer) => key switch
    {
        "auto_map" => ConfigurationSection.AutoMap,
        "weight_map" => ConfigurationSection.Weights,
        "types" => ConfigurationSection.Types,
        "kernel_mapping" => ConfigurationSection.Kernels,
        // transformers writes attn_implementation, reads _attn_implementation, and keeps what it read in _attn_implementation_internal (CVE-2026-4372).
        _ when key.Contains("attn_implementation", StringComparison.Ordinal) || key.Contains("experts_implementation", StringComparison.Ordinal) => ConfigurationSection.Kernels,
        _ => outer,
    };

    /// <summary>Whether a value matters there, so that most need not be looked at.</summary>
    public static bool IsJudged(string key, ConfigurationSection section) => section != ConfigurationSection.None
        || IsTrust(key) || key is "custom_generate" or "custom_pipeline" or "custom_pipelines" or "parent_library"
        || key is "handler" or "modelFile" or "loader_module" or "py/repr" or "download" or "audio_tokenizer_name_or_path" or "transformers_weights" || IsFile(key)
        || JsonRules.IsName(key) || ConfigurationTarget.StandingOf(key) != TargetStanding.None;

    /// <summary>Whether a key says that code of a repository may be run, if its value is true for Python; vLLM writes it as on its command line.</summary>
    public static bool IsTrust(string? key) => key is "trust_remote_code" or "trust-remote-code";

    /// <summary>Judges a text, or a number or a word as it is written.</summary>
    /// <param name="key">The key under which it stands, also in a list.</param>
    /// <param name="section">The section in which it stands.</param>
    /// <param name="text">The value.</param>
    /// <param name="file">What the configuration is called.</param>
    /// <param name="offset">Where the value stands in the file.</param>
    /// <param name="context">Takes the findings.</param>
    public static void Notice(string key, ConfigurationSection section, string text, string file, long offset, InspectionContext context)
    {
        switch (section)
        {
            // transformers reads "repository--module.Class" as code of another repository, wherever a class is named.
            case ConfigurationSection.AutoMap when text.Contains("--", StringComparison.Ordinal):
                context.Add(JsonRules.RemoteLibrary, $"'{Excerpt.Of(text)}' is code of another repository.", offset);
                break;
            case ConfigurationSection.Kernels when text.Contains('/'):
                context.Add(JsonRules.RemoteKernel, $"{Excerpt.Of(key)} names '{Excerpt.Of(text)}', whose code is fetched and run.", offset);
                break;
            case ConfigurationSection.Weights:
                NoticeShard(key, text, file, offset, context);
                break;
            // A package of JavaScript has its types under the key itself.
            case ConfigurationSection.Types when key is not ("types" or "typings") && file.EndsWith("config.json", StringComparison.OrdinalIgnoreCase):
                ConfigurationTarget.Notice(text, "A type of a module", TargetStanding.IfPath, offset, context);
                NoticePath(key, "The folder of a module", offset, context);
                break;
        }

        switch (key)
        {
            case var trust when IsTrust(trust):
                context.Add(JsonRules.TrustRemoteCode, $"{key} is '{Excerpt.Of(text)}', which Python takes for true.", offset);
                break;
            case "custom_generate":
                context.Add(JsonRules.AutoMap, $"custom_generate names '{Excerpt.Of(text)}', whose code is run when the model generates.", offset);
                break;
            case "custom_pipeline" or "custom_pipelines":
                context.Add(JsonRules.CustomPipeline, $"{key} names '{Excerpt.Of(text)}'.", offset);
                break;
            // PEFT imports it to look for the class of the model that an adapter was made for; what a notebook defined is nowhere to be found.
            case "parent_library" when text != "__main__":
                ConfigurationTarget.Notice(text + ".Model", key, TargetStanding.Called, offset, context);
                break;
            // TorchServe runs the file; what it brings along itself has no ending.
            case "handler" or "modelFile" when IsCalled(file, "MANIFEST.json") && text.Contains(".py", StringComparison.OrdinalIgnoreCase):
            case "loader_module" when !text.StartsWith("mlflow.", StringComparison.Ordinal):
                context.Add(JsonRules.AutoMap, $"{key} names '{Excerpt.Of(text)}', which is run when the model is loaded.", offset);
                break;
            case "py/repr":
                context.Add(JsonRules.DangerousTarget, $"{key} is '{Excerpt.Of(text)}', which jsonpickle evaluates.", offset);
                break;
            // Ultralytics and YOLOv5 have it run by bash or by Python; an address is fetched.
            case "download" when IsScript(text):
                context.Add(JsonRules.Script, $"download is '{Excerpt.Of(text)}'.", offset);
                break;
            case "audio_tokenizer_name_or_path":
                context.Add(JsonRules.OtherModel, $"{key} names '{Excerpt.Of(text)}', which is loaded as well.", offset);
                NoticePath(text, key, offset, context);
                break;
            // Nobody else's cache is where the model is loaded; a tokenizer that was saved without its own file still names it.
            case var path when path == "transformers_weights" || (IsFile(path) && !text.Contains("/.cache/", StringComparison.Ordinal)):
                NoticePath(text, path, offset, context);
                break;
            case var name when JsonRules.IsName(name) && JsonRules.IsAddress(text):
                context.Add(JsonRules.RemoteName, $"{key} is the address '{Excerpt.Of(text)}'.", offset);
                break;
        }

        // The types of modules are judged with their paths.
        if (key != "type" || !IsCalled(file, "modules.json"))
            ConfigurationTarget.Notice(text, key, ConfigurationTarget.StandingOf(key), offset, context);
    }

    // What tokenizers, adapters and their like open instead of the file in the model's folder.
    private static bool IsFile(string key) => key is "tokenizer_file" or "vocab_file" or "spm_file" or "merges_file" or "source_spm" or "target_spm" or "prompt_tuning_init_state_dict_path";

    private static bool IsScript(string text) =>
        text.StartsWith("bash ", StringComparison.Ordinal) || text.Contains("import ", StringComparison.Ordinal) || (text.Contains('(') && text.Contains(')'));

    private static bool IsCalled(string file, string name) => file[(file.LastIndexOfAny(['/', '\\']) + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A path that loaders append to the model's folder.</summary>
    public static void NoticePath(string path, string what, long offset, InspectionContext context)
    {
        if (ArchivePath.Parse(path).LeavesFolder || path.StartsWith('~') || path.Contains("://", StringComparison.Ordinal))
            context.Add(JsonRules.PathOutside, $"{what} is '{Excerpt.Of(path)}'.", offset);
    }

    // Each shard is read by its own ending: an index of safetensors that names a pickle has a pickle loaded.
    private static void NoticeShard(string tensor, string shard, string index, long offset, InspectionContext context)
    {
        NoticePath(shard, $"The file of '{Excerpt.Of(tensor)}'", offset, context);
        // Also model.safetensors.index.fp16.json, of a variant.
        if (index.Contains(".safetensors.index.", StringComparison.OrdinalIgnoreCase) && index.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !shard.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            context.Add(JsonRules.OtherShard, $"'{Excerpt.Of(tensor)}' lies in '{Excerpt.Of(shard)}'.", offset);
    }
}
