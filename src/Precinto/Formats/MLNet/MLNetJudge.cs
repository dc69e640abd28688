using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.MLNet;

/// <summary>Judges what the header of a part makes ML.NET load.</summary>
internal static class MLNetJudge
{
    /// <summary>Judges a part that starts with a header; its type is the loader that the header names.</summary>
    public static void Inspect(ModelContent content, InspectionContext member)
    {
        try
        {
            var header = MLNetHeader.Read(content);
            Judge(header, member);
            member.Facts.Type = header.Loader;
        }
        catch (MalformedModelException broken)
        {
            member.Add(MLNetRules.BrokenHeader, broken.Message, broken.Offset);
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
}
