using System.Text;
using Precinto.Files;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.MLNet;

/// <summary>
/// A model of ML.NET: a zip archive with a chain of transformers, each part with a header that names its loader.
/// ML.NET loads the assembly that the header names and then the class that it registered for the signature, so the names are what counts.
/// </summary>
internal sealed class MLNetFormat : ZippedFormat
{
    public override string Name => "mlnet";

    public override IReadOnlyList<string> Endings => [];

    // Its models are called .zip, as other archives are.
    public override IReadOnlyList<string> OtherEndings => [".zip"];

    public override IReadOnlyList<FindingRule> Rules => MLNetRules.All;

    public override bool Claims(ZipNames names, string fileName) =>
        names.Has("TransformerChain/Model.key") || names.Has("TrainingInfo/Version.txt") || names.Files.Any(IsHeaderName);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        SortedDictionary<string, long> loaders = new(StringComparer.Ordinal);
        List<(string Member, string Loader)> predictors = [];
        var hasChain = false;
        var entries = ZipInspection.Inspect(content, context, (entry, bytes, member, _) =>
        {
            if (entry.Path == "TrainingInfo/Version.txt" && bytes.Length <= LongestVersion)
                context.Facts.FrameworkVersion = Encoding.UTF8.GetString(bytes.ToArray()).Trim();
            if (!MLNetHeader.IsHeader(bytes))
            {
                if (IsHeaderName(entry.Path))
                    member.Add(MLNetRules.BrokenHeader, "Is named as a header and does not start like one.", 0);
                return;
            }

            hasChain |= entry.Path == "TransformerChain/Model.key";
            if (member.Facts.Type is not { } loader)
                return;
            loaders[loader] = loaders.GetValueOrDefault(loader) + 1;
            if (entry.Path.Contains("/Model/", StringComparison.Ordinal))
                predictors.Add((entry.Path, loader));
        }, new() { IsKnown = (entry, bytes) => MLNetHeader.IsHeader(bytes) || IsKnownData(entry.Path), TakesBackslashes = true });

        if (!hasChain && entries.Any(entry => entry.Path.StartsWith("TransformerChain/", StringComparison.Ordinal)))
            context.Add(MLNetRules.MissingHeader, "TransformerChain/Model.key is missing.");

        // The shortest path is the outermost predictor: the one of one-versus-all, not those that it combines.
        context.Facts.Framework = "ML.NET";
        context.Facts.Type = predictors.Count > 0 ? predictors.MinBy(predictor => predictor.Member.Length).Loader : null;
        context.Facts.Parts = [.. loaders];
    }

    private static bool IsHeaderName(string name) => name.Equals("Model.key", StringComparison.OrdinalIgnoreCase) || name.EndsWith("/Model.key", StringComparison.OrdinalIgnoreCase);

    // Texts and schemata that ML.NET writes beside the headers, which are of no format of their own.
    private static bool IsKnownData(string name) =>
        name is "Schema" or "TrainingInfo/Version.txt" || name.EndsWith("/TrainSchema", StringComparison.Ordinal)
        || name.EndsWith("/Terms.txt", StringComparison.Ordinal) || name.EndsWith("/LabelNames", StringComparison.Ordinal);

    private const int LongestVersion = 1024;
}
