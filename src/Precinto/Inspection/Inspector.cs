using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Archives;
using Precinto.Formats.Boosting;
using Precinto.Formats.CoreML;
using Precinto.Formats.Executable;
using Precinto.Formats.Gguf;
using Precinto.Formats.Hdf5;
using Precinto.Formats.Jinja;
using Precinto.Formats.Json;
using Precinto.Formats.Keras;
using Precinto.Formats.MLNet;
using Precinto.Formats.Msgpack;
using Precinto.Formats.Numpy;
using Precinto.Formats.Onnx;
using Precinto.Formats.Paddle;
using Precinto.Formats.Pickle;
using Precinto.Formats.Python;
using Precinto.Formats.Safetensors;
using Precinto.Formats.SavedModel;
using Precinto.Formats.Skops;
using Precinto.Formats.Tar;
using Precinto.Formats.TensorFlowLite;
using Precinto.Formats.Torch;
using Precinto.Formats.Xml;
using Precinto.Formats.Yaml;
using Precinto.Formats.Zip;

namespace Precinto.Inspection;

/// <summary>Reads model files without executing anything in them.</summary>
public static class Inspector
{
    // The order decides where bytes fit two formats: a strong mark comes first.
    private static readonly ModelFormat[] Formats =
    [
        new TorchFormat(),
        PickleFormat.Raw,
        PickleFormat.Joblib,
        new ExecutableFormat(),
        new GgufFormat(),
        new GgmlFormat(),
        new TensorFlowLiteFormat(),
        new CatboostFormat(),
        new SafetensorsFormat(),
        new NumpyFormat(),
        new NpzFormat(),
        new MLNetFormat(),
        new Hdf5Format(),
        new KerasFormat(),
        new SkopsFormat(),
        new ZipFormat(),
        new TarFormat(),
        new CompressedFormat(),
        ClosedFormat.SevenZip,
        ClosedFormat.Rar,
        ClosedFormat.Zstandard,
        ClosedFormat.TensorRt,
        new PaddleFormat(),
        new OnnxFormat(),
        TensorFlowFormat.SavedModel,
        new KerasMetadataFormat(),
        TensorFlowFormat.Graph,
        TensorFlowFormat.MetaGraph,
        new CoreMLFormat(),
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
        return Find(content, name)?.Name ?? "unknown";
    }

    /// <summary>Reads one file: its format, its facts, and what is wrong with it.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static FileInspection Inspect(ModelContent content, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(name);

        InspectionContext context = new(InspectionLimits.Default, cancellation);
        var format = InspectContent(content, name, context);
        return new(name, format, content.Length, Judge(format, context), context.Facts, context.Findings);
    }

    /// <summary>Whether a format is one of models, and not of what accompanies them.</summary>
    internal static bool IsModelFormat(string format) => format is not ("unknown" or "json" or "jinja" or "yaml" or "python");

    /// <summary>Whether a file's name says that it is a model.</summary>
    internal static bool IsNamedLikeModel(string name) =>
        Array.Exists(Formats, format => IsModelFormat(format.Name) && format.Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));

    internal static string InspectContent(ModelContent content, string name, InspectionContext context)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        if (content.Length == 0)
        {
            context.Add(InspectionRules.Empty, "The file holds no bytes.", 0);
            return "unknown";
        }

        var format = Find(content, name);
        NoticeDisagreement(format, name, context);
        if (format is null)
            return "unknown";

        try
        {
            format.Inspect(content, name, context);
        }
        catch (MalformedModelException malformed)
        {
            context.Add(malformed.IsExpansion ? InspectionRules.ExpansionBomb : InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }

        return format.Name;
    }

    private static ModelFormat? Find(ModelContent content, string name)
    {
        var head = new byte[(int)Math.Min(HeadSize, content.Length)];
        content.Read(0, head);
        return Array.Find(Formats, format => format.Detect(head, content, name));
    }

    private static void NoticeDisagreement(ModelFormat? format, string name, InspectionContext context)
    {
        if (format is not null && format.Endings.Concat(format.OtherEndings).Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            return;

        var claimed = Array.Find(Formats, other => other != format && other.Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
        if (claimed is not null)
            context.Add(InspectionRules.NameDisagrees, $"The name claims {claimed.Name}, the bytes are {format?.Name ?? "of no known format"}.", 0);
    }

    private static InspectionVerdict Judge(string format, InspectionContext context)
    {
        var findings = context.Findings;
        if (findings.Any(finding => finding.Severity == FindingSeverity.Danger))
            return InspectionVerdict.Dangerous;
        if (findings.Any(finding => finding.Rule.IsMalformed))
            return InspectionVerdict.Malformed;
        if (findings.Any(finding => finding.Severity == FindingSeverity.Warning))
            return InspectionVerdict.Suspicious;

        return format == "unknown" ? InspectionVerdict.Unknown : InspectionVerdict.Clean;
    }

    private const int HeadSize = 4096;
}
