using System.Text;
using Precinto.Files;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.MLNet;

/// <summary>
/// A model of ML.NET: a zip archive with a chain of transformers, each part with a header that names its loader.
/// ML.NET loads the assembly that the header names and then the class that it registered for the signature, so the names are what counts.
/// </summary>
internal sealed class MLNetFormat : ModelFormat
{
    public override string Name => "mlnet";

    public override IReadOnlyList<string> Endings => [".zip"];

    public override IReadOnlyList<FindingRule> Rules => MLNetRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        ZipFormat.StartsLikeArchive(head) && ZipDirectory.TryReadNames(content, NamesToDetect) is { } names
        && (names.Contains("TransformerChain/Model.key") || names.Contains("TrainingInfo/Version.txt") || names.Any(IsHeaderName));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        SortedDictionary<string, long> loaders = new(StringComparer.Ordinal);
        List<(string Member, string Loader)> predictors = [];
        var hasChain = false;
        var entries = ZipInspection.Inspect(content, context, (entry, bytes, member, _) =>
        {
            if (entry.Name == "TrainingInfo/Version.txt" && bytes.Length <= LongestVersion)
                context.Facts.FrameworkVersion = Encoding.UTF8.GetString(bytes.ToArray()).Trim();
            if (!MLNetHeader.IsHeader(bytes))
            {
                if (IsHeaderName(entry.Name))
                    member.Add(MLNetRules.BrokenHeader, "Is named as a header and does not start like one.", 0);
                return;
            }

            hasChain |= entry.Name == "TransformerChain/Model.key";
            if (TryRead(bytes, member) is not { } header)
                return;
            loaders[header.Loader] = loaders.GetValueOrDefault(header.Loader) + 1;
            if (entry.Name.Contains("/Model/", StringComparison.Ordinal))
                predictors.Add((entry.Name, header.Loader));
        }, isKnown: (entry, bytes) => MLNetHeader.IsHeader(bytes) || IsKnownData(entry.Name));

        if (!hasChain && entries.Any(entry => entry.Name.StartsWith("TransformerChain/", StringComparison.Ordinal)))
            context.Add(MLNetRules.MissingHeader, "TransformerChain/Model.key is missing.");

        // The shortest path is the outermost predictor: the one of one-versus-all, not those that it combines.
        context.Facts.Framework = "ML.NET";
        context.Facts.Type = predictors.Count > 0 ? predictors.MinBy(predictor => predictor.Member.Length).Loader : null;
        context.Facts.Parts = [.. loaders];
    }

    private static MLNetHeader? TryRead(ModelContent content, InspectionContext member)
    {
        try
        {
            var header = MLNetHeader.Read(content);
            Judge(header, member);
            return header;
        }
        catch (MalformedModelException broken)
        {
            member.Add(MLNetRules.BrokenHeader, broken.Message, broken.Offset);
            return null;
        }
    }

    private static void Judge(MLNetHeader header, InspectionContext member)
    {
        var assembly = header.Assembly.Split(',')[0].Trim();
        var isSigned = header.Assembly.Contains("PublicKeyToken=cc7b13ffcd2ddd51", StringComparison.OrdinalIgnoreCase);
        if (assembly.Length > 0 && !assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal))
            member.Add(MLNetRules.ForeignAssembly, $"Loading it loads the assembly '{header.Assembly}'.", 0x90);
        else if (assembly.Length > 0 && !(isSigned && Assemblies.Contains(assembly)))
            member.Add(MLNetRules.UnknownAssembly, $"Loading it loads the assembly '{header.Assembly}'.", 0x90);
        else if (NativeAssemblies.Contains(assembly))
            member.Add(MLNetRules.EmbeddedModel, $"'{header.Loader}' of {assembly} hands data of the model to a native framework.", 0x50);

        // Custom mappings name a contract, and the assembly to load it from, in the part's own data.
        if (header.Loader.StartsWith("Custom", StringComparison.Ordinal) || header.OtherLoader.StartsWith("Custom", StringComparison.Ordinal)
            || header.Loader.Contains("StatefulCustom", StringComparison.Ordinal))
            member.Add(MLNetRules.CustomCode, $"'{header.Loader}' runs code of an assembly that the model names.", 0x50);
    }

    private static bool IsHeaderName(string name) => name == "Model.key" || name.EndsWith("/Model.key", StringComparison.Ordinal);

    // Texts and schemata that ML.NET writes beside the headers; a pickle or another model is none of them.
    private static bool IsKnownData(string name) =>
        name is "Schema" or "TrainingInfo/Version.txt" || name.EndsWith("/TrainSchema", StringComparison.Ordinal)
        || name.EndsWith("/Terms.txt", StringComparison.Ordinal) || name.EndsWith("/LabelNames", StringComparison.Ordinal);

    private static readonly HashSet<string> NativeAssemblies = new(StringComparer.Ordinal)
    {
        "Microsoft.ML.OnnxTransformer", "Microsoft.ML.TensorFlow", "Microsoft.ML.TorchSharp", "Microsoft.ML.Vision", "Microsoft.ML.DnnImageFeaturizer",
    };

    private static readonly HashSet<string> Assemblies = new(StringComparer.Ordinal)
    {
        "Microsoft.ML.Core", "Microsoft.ML.Data", "Microsoft.ML.DataView", "Microsoft.ML.Ensemble", "Microsoft.ML.EntryPoints", "Microsoft.ML.Experimental",
        "Microsoft.ML.FastTree", "Microsoft.ML.Featurizers", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.KMeansClustering", "Microsoft.ML.LightGbm",
        "Microsoft.ML.Mkl.Components", "Microsoft.ML.PCA", "Microsoft.ML.Parquet", "Microsoft.ML.Recommender", "Microsoft.ML.StandardTrainers",
        "Microsoft.ML.TimeSeries", "Microsoft.ML.Tokenizers", "Microsoft.ML.Transforms",
        "Microsoft.ML.OnnxTransformer", "Microsoft.ML.TensorFlow", "Microsoft.ML.TorchSharp", "Microsoft.ML.Vision", "Microsoft.ML.DnnImageFeaturizer",
    };

    private const int NamesToDetect = 1000;
    private const int LongestVersion = 1024;
}
