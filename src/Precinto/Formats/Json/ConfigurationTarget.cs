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
        "target" or "_class_" or "__target__" or "_import_" => TargetStanding.Possible,
        // Names that a library knows, unless they are paths: sentence-transformers imports those of activations.
        "activation_function" or "activation_fn" or "sbert_ce_default_activation_function" or "tokenizer_class" or "slow_tokenizer_class" or "fast_tokenizer_class"
            or "processor_class" or "image_processor_type" or "image_processor_class" or "feature_extractor_type" or "feature_extractor_class" or "video_processor_type"
            or "config_class" => TargetStanding.IfPath,
        _ => TargetStanding.None,
    };

    public static void Notice(string target, string what, TargetStanding standing, long? offset, InspectionContext context)
    {
        target = target.Trim();
        if (standing == TargetStanding.None || target.Length == 0 || (standing == TargetStanding.IfPath && !IsPath(target)))
            return;

        var isCalled = standing != TargetStanding.Possible;
        if (isCalled && (target.Length > LongestName || target.Contains('$')))
        {
            context.Add(JsonRules.UnknownTarget, $"{what} names '{Excerpt.Of(target)}', which only the loader puts together.", offset);
            return;
        }

        // What merely may be called, such as a column named "target", counts only where no other sense is likely.
        if (target.Length > LongestName || target.Contains(' ') || HarmlessNames.Contains(target) || (!isCalled && !Array.Exists(PowerfulModules, target.StartsWith)))
            return;

        var dot = target.LastIndexOf('.');
        var (module, name) = dot > 0 ? (target[..dot], target[(dot + 1)..]) : ("builtins", target);
        var (judged, reason) = KnownImports.Judge(module, name);
        if (judged is ImportStanding.Dangerous or ImportStanding.Code or ImportStanding.Loader)
            context.Add(JsonRules.DangerousTarget, $"{what} names '{target}', which {reason ?? "loads code"}.", offset);
        else if (isCalled && ConfigurationCall.Loads(name))
            context.Add(JsonRules.OtherModel, $"{what} names '{target}', which loads whatever it is given.", offset);
        else if (isCalled && ConfigurationCall.Writes(module, name))
            context.Add(JsonRules.DangerousTarget, $"{what} names '{target}', which {DangerousImports.ReachingReason}.", offset);
        else if (isCalled && !judged.IsKnown() && !Array.Exists(Frameworks, target.StartsWith))
            context.Add(JsonRules.UnknownTarget, $"{what} names '{target}', which is not known.", offset);
    }

    // package.module.Class; a number or an address is none.
    private static bool IsPath(string text) => text.Contains('.') && !char.IsAsciiDigit(text[0]) && text.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '$');

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

    private static readonly string[] PowerfulModules =
        ["os.", "posix.", "nt.", "subprocess.", "builtins.", "runpy.", "importlib.", "pickle.", "ctypes.", "shutil.", "socket.", "sys.", "pty.", "torch.load", "torch.hub."];

    private static readonly HashSet<string> HarmlessNames = ["pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "datetime.timedelta", "builtins.dict", "builtins.list", "builtins.tuple", "dict", "list", "tuple", "int", "float", "str", "bool", "set"];
}
