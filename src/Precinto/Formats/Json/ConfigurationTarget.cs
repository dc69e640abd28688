using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>
/// What a configuration has a framework call by its name, such as <c>_target_</c> of Hydra, which NeMo instantiates whatever it names
/// (CVE-2025-23304). Judged by what it names, as an import of a pickle is.
/// </summary>
internal static class ConfigurationTarget
{
    /// <summary>Whether a key's value is called: 1 always, 0 by some, so that only what is known to be dangerous counts, −1 never.</summary>
    public static int StandingOf(string key) => key switch
    {
        "_target_" or "_component_" or "class_path" => 1,
        "target" or "_class_" or "__target__" or "_import_" => 0,
        _ => -1,
    };

    public static void Notice(string target, string what, bool isCalled, long? offset, InspectionContext context)
    {
        target = target.Trim();
        if (target.Length is 0 or > LongestName || target.Contains(' '))
            return;

        var dot = target.LastIndexOf('.');
        var (module, name) = dot > 0 ? (target[..dot], target[(dot + 1)..]) : ("builtins", target);
        // What merely may be called, such as a column named "target", counts only where no other sense is likely.
        if (HarmlessNames.Contains(target) || (!isCalled && !Array.Exists(PowerfulModules, target.StartsWith)))
            return;

        var (standing, reason) = KnownImports.Judge(module, name);
        if (standing is ImportStanding.Dangerous or ImportStanding.Code or ImportStanding.Loader)
            context.Add(JsonRules.DangerousTarget, $"{what} names '{target}', which {reason ?? "loads code"}.", offset);
        else if (isCalled && !standing.IsKnown() && !Array.Exists(Frameworks, target.StartsWith))
            context.Add(JsonRules.UnknownTarget, $"{what} names '{target}', which is not known.", offset);
    }

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
