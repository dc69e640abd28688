using Precinto.Digests;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Archives;
using Precinto.Formats.Boosting;
using Precinto.Formats.CoreML;
using Precinto.Formats.Executable;
using Precinto.Formats.ExecuTorch;
using Precinto.Formats.Gguf;
using Precinto.Formats.Hdf5;
using Precinto.Formats.Jinja;
using Precinto.Formats.Json;
using Precinto.Formats.Keras;
using Precinto.Formats.MLNet;
using Precinto.Formats.Msgpack;
using Precinto.Formats.Numpy;
using Precinto.Formats.Oci;
using Precinto.Formats.Onnx;
using Precinto.Formats.Paddle;
using Precinto.Formats.Pickle;
using Precinto.Formats.Python;
using Precinto.Formats.Safetensors;
using Precinto.Formats.SavedModel;
using Precinto.Formats.Secrets;
using Precinto.Formats.SevenZip;
using Precinto.Formats.Skops;
using Precinto.Formats.Tar;
using Precinto.Formats.TensorFlowLite;
using Precinto.Formats.Torch;
using Precinto.Formats.TorchExport;
using Precinto.Formats.Xml;
using Precinto.Formats.Yaml;
using Precinto.Formats.Zip;

namespace Precinto.Inspection;

/// <summary>Reads model files without executing anything in them.</summary>
public static class Inspector
{
    private static readonly ZipFormat Zip = new();

    // The order decides where the names in a zip archive fit two kinds.
    private static readonly ZippedFormat[] Archives =
        [new DistributedFormat(), new TorchExportFormat(), new TorchFormat(), new NpzFormat(), new MLNetFormat(), new KerasFormat(), new SkopsFormat()];

    // The order decides where bytes fit two formats: a strong mark comes first.
    private static readonly ModelFormat[] Formats =
    [
        .. Archives,
        PickleFormat.Raw,
        PickleFormat.Joblib,
        new ExecutableFormat(),
        new GgufFormat(),
        new GgmlFormat(),
        new TensorFlowLiteFormat(),
        new ExecuTorchFormat(),
        new CatboostFormat(),
        new SafetensorsFormat(),
        new NumpyFormat(),
        Zip,
        new OciFormat(),
        new TarFormat(),
        // Its mark may stand behind other bytes, also behind the first header of a tar.
        new Hdf5Format(),
        new CompressedFormat(),
        new SevenZipFormat(),
        ClosedFormat.Rar,
        ClosedFormat.TensorRt,
        ClosedFormat.R,
        new PaddleFormat(),
        new OnnxFormat(),
        TensorFlowFormat.SavedModel,
        new KerasMetadataFormat(),
        TensorFlowFormat.Graph,
        TensorFlowFormat.MetaGraph,
        new CoreMLFormat(),
        UnreadSavedModelFormat.Text,
        UnreadSavedModelFormat.Chunks,
        new OpenVinoFormat(),
        new PmmlFormat(),
        new LightgbmFormat(),
        new FlaxFormat(),
        new JsonFormat(),
        new XgboostFormat(),
        new JinjaFormat(),
        new YamlFormat(),
        new PythonFormat(),
    ];

    /// <summary>All rules that a finding can have.</summary>
    public static IReadOnlyList<FindingRule> Rules { get; } = [.. InspectionRules.All, .. Formats.SelectMany(format => format.Rules).Distinct()];

    /// <summary>The names of all formats that are known.</summary>
    public static IReadOnlyList<string> FormatNames { get; } = [.. Formats.Select(format => format.Name)];

    /// <summary>Says which format the bytes have, reading as little as that takes; never throws for any bytes.</summary>
    /// <returns>The name of the format, or <c>unknown</c>.</returns>
    public static string Detect(ModelContent content, string name)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(name);
        return Find(content.Head(HeadSize), content, name)?.Name ?? "unknown";
    }

    /// <summary>Reads one file: its format, its facts, and what is wrong with it.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static FileInspection Inspect(ModelContent content, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(name);

        InspectionContext context = new(InspectionLimits.Default, cancellation) { FileLength = content.Length };
        var format = InspectContent(content, name, context);
        return new(name, format, content.Length, Judge(format, context), context.Facts, context.Findings, context.LeftOut) { Checkpoint = context.Checkpoint };
    }

    /// <summary>Adds to what was found in a file by itself what became known together with others.</summary>
    internal static FileInspection Add(FileInspection found, InspectionContext more)
    {
        InspectionContext all = new(more.Limits, more.Cancellation);
        foreach (var finding in found.Findings.Concat(more.Findings))
            all.Add(finding);
        all.Facts.Take(found.Facts);
        all.Facts.Take(more.Facts);
        return new(found.Path, found.Format, found.Size, Judge(found.Format, all), all.Facts, all.Findings, found.LeftOut + more.LeftOut + all.LeftOut) { Checkpoint = found.Checkpoint };
    }

    /// <summary>Whether a format is one of models, and not of what accompanies them.</summary>
    internal static bool IsModelFormat(string format) => format is not ("unknown" or "json" or "jinja" or "yaml" or "python");

    /// <summary>Whether a file's name says that it is a model.</summary>
    internal static bool IsNamedLikeModel(string name) =>
        Array.Exists(Formats, format => IsModelFormat(format.Name) && format.IsClaimedBy(name));

    /// <summary>Whether an empty file beside a model is a marker such as <c>__init__.py</c> or <c>.gitkeep</c>, and no model that is empty.</summary>
    internal static bool IsMarker(string name, long length) => length == 0 && !IsNamedLikeModel(name);

    /// <summary>Inspects bytes by their format, unless the caller reads what is of that format itself.</summary>
    internal static string InspectContent(ModelContent content, string name, InspectionContext context, Func<string, bool>? isOwn = null)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        NoticeDigest(content, name, context);
        if (content.Length == 0)
        {
            context.Add(InspectionRules.Empty, "The file holds no bytes.", 0);
            return "unknown";
        }

        var head = content.Head(HeadSize);
        var format = Find(head, content, name);
        if (isOwn?.Invoke(format?.Name ?? "unknown") == true)
            return format?.Name ?? "unknown";
        NoticeDisagreement(format, head, name, context);
        if (format is not null)
        {
            context.Guard(() =>
            {
                format.Inspect(content, name, context);
                SecretSearch.NoticeSettings(context);
            });
            DistributedCheckpoint.Relate(context.CheckpointMembers);
        }

        if (format is null or JsonFormat or JinjaFormat or YamlFormat)
            SecretSearch.NoticeText(content, head, context);
        InspectFurther(format, head, content, name, context);
        return format?.Name ?? "unknown";
    }

    // The same bytes can be a message of several formats, and whatever they are, an archive may stand behind them: a loader takes what it
    // looks for and ignores the rest. Such a reading adds what is wrong with it, and says nothing of what the model is.
    private static void InspectFurther(ModelFormat? format, byte[] head, ModelContent content, string name, InspectionContext context)
    {
        foreach (var other in Formats)
        {
            if (other == format || !(IsOpenedAs(other, format, name) || (other.IsMessage && other.Detect(head, content, name))))
                continue;
            var aside = context.Aside();
            aside.Guard(() => other.Inspect(content, name, aside));
            foreach (var finding in aside.Findings)
                context.Add(finding.Rule, finding.Message, finding.Offset);
        }

        if (format is ZippedFormat or ZipFormat or ExecutableFormat || ZipFormat.StartsLikeArchive(head) || (LooksInside(format) && context.Depth > 0))
            return;
        if (!ZipDirectory.HoldsArchiveAtEnd(content))
            return;
        // TensorFlow Lite keeps labels in an archive behind the model (TFLite metadata, associated files).
        if (!LooksInside(format) && format is not TensorFlowLiteFormat)
            context.Add(InspectionRules.ArchiveBehind, "Whoever opens the file as a zip archive finds one at its end.", content.Length);
        context.Guard(() => ZipInspection.Inspect(content, context, reading: new() { IsBehind = true, IsAmongOthers = format is TarFormat or OciFormat or SevenZipFormat }));
    }

    // All JSON is YAML, and means the same.
    private static bool IsOpenedAs(ModelFormat other, ModelFormat? format, string name) => other.IsOpenedAs(name) && !(other is YamlFormat && format is JsonFormat);

    // These inspect what they hold, and an archive at their end may be just that: looked at twice in each of many layers, it would never end.
    private static bool LooksInside(ModelFormat? format) => format is TarFormat or OciFormat or SevenZipFormat or CompressedFormat or NumpyFormat or PickleFormat;

    private static ModelFormat? Find(byte[] head, ModelContent content, string name)
    {
        if (ZipFormat.StartsLikeArchive(head))
            return FindArchive(content, name);
        // A zip is read from its end, so an archive behind other bytes is one of its kind to every reader of zips.
        var found = Array.Find(Formats, format => format.Detect(head, content, name));
        return found is ZipFormat ? FindArchive(content, name) : found;
    }

    private static ModelFormat FindArchive(ModelContent content, string name) =>
        ZipNames.TryRead(content) is { } names && Array.Find(Archives, archive => archive.Claims(names, name)) is { } kind ? kind : Zip;

    // A blob of an OCI layout (blobs/sha256/DIGEST) or of Ollama (blobs/sha256-DIGEST) is called by its digest, and taken for what it is called.
    private static void NoticeDigest(ModelContent content, string name, InspectionContext context)
    {
        var stated = name.Split('/') switch
        {
            [.., "blobs", ("sha256" or "sha384" or "sha512") and var algorithm, var hex] => $"{algorithm}:{hex}",
            [.., "blobs", var file] when file.StartsWith("sha256-", StringComparison.Ordinal) => "sha256:" + file["sha256-".Length..],
            _ => null,
        };
        if (Digest.TryParse(stated, out var digest) && ContentHashing.Compute(content, digest.Algorithm, context.Cancellation) is var found && !found.Equals(digest))
            context.Add(InspectionRules.WrongDigest, $"The digest of the bytes is {found}.");
    }

    private static void NoticeDisagreement(ModelFormat? format, ReadOnlySpan<byte> head, string name, InspectionContext context)
    {
        if ((format is not null && format.Fits(name)) || (format is null && MacFiles.IsOne(name, head)))
            return;

        var claimed = Array.Find(Formats, other => other != format && (other.IsClaimedBy(name) || IsOpenedAs(other, format, name)));
        var found = head.StartsWith("version https://git-lfs.github.com/spec/v1\n"u8) ? "a pointer of Git LFS, which was not fetched" : format?.Name ?? "of no known format";
        if (claimed is not null)
            context.Add(InspectionRules.NameDisagrees, $"The name claims {claimed.Name}, the bytes are {found}.", 0);
    }

    private static InspectionVerdict Judge(string format, InspectionContext context)
    {
        var findings = context.Findings;
        if (findings.Any(finding => finding.Severity == FindingSeverity.Danger))
            return InspectionVerdict.Dangerous;
        if (findings.Any(finding => finding.Rule.IsMalformed))
            return InspectionVerdict.Malformed;
        if (findings.Any(finding => finding.Severity == FindingSeverity.Warning || finding.Rule.IsUnread))
            return InspectionVerdict.Suspicious;

        return IsUnknown(format, context) ? InspectionVerdict.Unknown : InspectionVerdict.Clean;
    }

    /// <summary>Whether nothing can be said of a file: its bytes are of no known format, or it packs nothing but such bytes.</summary>
    internal static bool IsUnknown(string format, InspectionContext context) =>
        format == "unknown" || (format is "zip" or "tar" or "7z" or "oci" or "compressed" && context.HoldsOnlyUnknown);

    private const int HeadSize = 4096;
}
