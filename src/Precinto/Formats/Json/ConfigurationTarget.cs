using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>
/// What a configuration has a framework call by its name, such as <c>_target_</c> of Hydra, which NeMo instantiates whatever it names
/// (CVE-2025-23304). Judged by what it names, as an import of a pickle is.
/// </summary>
internal static class ConfigurationTarget
{
    public static TargetStanding StandingOf(string key) => key switch
    {
        "_target_" or "_component_" or "class_path" or "megatron_core" => TargetStanding.Called,
        // Lightning's hparams, jsonpickle, NNI, and dictConfig of Python's logging.
        "_class_path" or "_instantiator" or "py/object" or "py/type" or "py/function" or "py/class" or "py/method" or "__symbol__" or "()" => TargetStanding.Called,
        "target" or "_class_" or "__target__" or "_import_" => TargetStanding.Possible,
        // GluonTS and logging, DeepPavlov ("module:name"), AllenNLP: words that mean much else as well.
        "class" or "class_name" or "type" or "stream" => TargetStanding.Possible,
        // Names that a library knows, unless they are paths: sentence-transformers imports those of activations.
        "_class_name" or "activation_function" or "activation_fn" or "sbert_ce_default_activation_function" or "tokenizer_class" or "slow_tokenizer_class" or "fast_tokenizer_class"
            or "processor_class" or "image_processor_type" or "image_processor_class" or "feature_extractor_type" or "feature_extractor_class" or "video_processor_type"
            or "config_class" => TargetStanding.IfPath,
        _ => TargetStanding.None,
    };

    public static void Notice(string target, string what, TargetStanding standing, long? offset, InspectionContext context)
    {
        target = Plain(target.Trim());
        if (standing == TargetStanding.None || target.Length == 0 || (standing == TargetStanding.IfPath && !IsPath(target)))
            return;

        var isCalled = standing != TargetStanding.Possible;
        if (isCalled && (target.Length > LongestName || target.Contains('$')))
        {
            context.Add(JsonRules.UnknownTarget, $"{what} names '{Excerpt.Of(target)}', which only the loader puts together.", offset);
            return;
        }

        // What merely may be called, such as a column named "target", counts only where it is the path of something known to be dangerous.
        if (target.Length > LongestName || target.Contains(' ') || HarmlessNames.Contains(target) || (!isCalled && (!IsPath(target) || IsEveryday(target) || Handlers.Contains(target))))
            return;

        var dot = target.LastIndexOf('.');
        var (module, name) = dot > 0 ? (target[..dot], target[(dot + 1)..]) : ("builtins", target);
        var (judged, reason) = KnownImports.Judge(module, name);
        // A framework's own way to a model or its data is what configurations are for; what it brings along is to be looked at.
        var isOrdered = isCalled && reason is "reaches files" or "reaches the network" or DangerousImports.ReachingReason && ConfigurationCall.Loads(name) && Array.Exists(Frameworks, target.StartsWith);
        if (!isOrdered && judged is (ImportStanding.Dangerous or ImportStanding.Code or ImportStanding.Loader))
            context.Add(JsonRules.DangerousTarget, $"{what} names '{target}', which {reason ?? "loads code"}.", offset);
        else if (isCalled && ConfigurationCall.Loads(name))
            context.Add(JsonRules.OtherModel, $"{what} names '{target}', which loads whatever it is given.", offset);
        else if (isCalled && ConfigurationCall.Writes(module, name))
            context.Add(JsonRules.DangerousTarget, $"{what} names '{target}', which {DangerousImports.ReachingReason}.", offset);
        else if (isCalled && (HonestTarget.IsInternal(module, name) || (!judged.IsKnown() && !Array.Exists(Frameworks, target.StartsWith))))
            context.Add(JsonRules.UnknownTarget, $"{what} names '{target}', which is not known.", offset);
    }

    // ext://sys.stdout of logging, path:os.system of NNI, os:system of DeepPavlov.
    private static string Plain(string target)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["ext://", "cfg://", "path:"])
        {
            if (target.StartsWith(prefix, StringComparison.Ordinal))
                target = target[prefix.Length..];
        }

        var colon = target.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon == target.LastIndexOf(':') && colon + 1 < target.Length ? $"{target[..colon]}.{target[(colon + 1)..]}" : target;
    }

    // package.module.Class; a number or an address is none.
    private static bool IsPath(string text) => text.Contains('.') && !char.IsAsciiDigit(text[0]) && text.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '$');

    // test.csv, profile.age: modules have the names of everyday things, and are meant only where something of theirs is named that runs.
    private static bool IsEveryday(string target) =>
        Array.IndexOf(EverydayModules, target[..target.IndexOf('.', StringComparison.Ordinal)]) >= 0 && Array.IndexOf(Running, target[(target.LastIndexOf('.') + 1)..]) < 0;

    /// <summary>Whether parts of pipelines come from a library, whatever class of it they name; of others, the class is imported by its name.</summary>
    public static bool IsOfPipelines(string library) => Array.IndexOf(PipelineLibraries, library) >= 0;

    private const int LongestName = 500;

    // Libraries, and the folders of diffusers that keep classes of their pipelines.
    private static readonly string[] PipelineLibraries =
    [
        "diffusers", "transformers", "onnxruntime", "peft", "open_clip", "k_diffusion", "stable_diffusion", "stable_diffusion_xl", "stable_diffusion_safe", "latent_diffusion",
        "paint_by_example", "kandinsky", "kandinsky2_2", "deepfloyd_if", "shap_e", "unclip", "versatile_diffusion", "audioldm", "audioldm2", "musicldm", "wuerstchen",
        "stable_cascade", "unidiffuser", "spectrogram_diffusion", "alt_diffusion", "stable_audio", "kolors", "deprecated", "blip_diffusion", "controlnet", "gligen", "ledits_pp",
        "flux", "hunyuan_video", "ltx", "wan", "lumina", "consisid", "text_to_video_synthesis", "hidream_image", "chroma",
    ];

    // What configurations of frameworks are full of; what is dangerous in them was told apart before.
    private static readonly string[] Frameworks =
    [
        "nemo.", "nemo_automodel.", "torch.", "torchvision.", "torchaudio.", "torchtune.", "torchmetrics.", "pytorch_lightning.", "lightning.", "lightning_fabric.",
        "transformers.", "diffusers.", "megatron.", "monai.", "omegaconf.", "speechbrain.", "timm.", "sklearn.", "datasets.", "tokenizers.", "peft.", "accelerate.",
        "fairseq.", "fairseq2.", "espnet2.", "detectron2.", "mmengine.", "mmdet.", "keras.", "ldm.", "sgm.", "open_clip.", "flax.", "optax.", "jax.", "hydra_plugins.", "sentence_transformers.",
        "apex.optimizers.", "bitsandbytes.optim.", "wandb.integration.lightning.", "collections.OrderedDict", "functools.partial", "numpy.array", "math.",
    ];

    private static readonly string[] EverydayModules =
        ["test", "code", "profile", "trace", "site", "this", "signal", "select", "resource", "platform", "commands", "fabric", "turtle", "requests", "http", "sh", "conda", "wget"];

    private static readonly string[] Running =
    [
        "interact", "InteractiveInterpreter", "InteractiveConsole", "run", "runctx", "runcall", "Profile", "Trace", "main", "addsitedir", "execsitecustomize", "execusercustomize",
        "signal", "alarm", "raise_signal", "popen", "getoutput", "getstatusoutput", "get", "post", "put", "request", "setrlimit", "Command", "bash", "download", "run_in_subinterp", "assert_python_ok",
    ];

    // What settings of Python's logging name as the class of a handler; called by anybody else, they empty files.
    private static readonly HashSet<string> Handlers = ["logging.FileHandler", "logging.handlers.RotatingFileHandler", "logging.handlers.TimedRotatingFileHandler"];

    private static readonly HashSet<string> HarmlessNames = ["pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "datetime.timedelta", "sys.stdout", "sys.stderr", "builtins.dict", "builtins.list", "builtins.tuple", "dict", "list", "tuple", "int", "float", "str", "bool", "set"];
}
