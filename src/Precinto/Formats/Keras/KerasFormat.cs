using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Keras;

/// <summary>
/// A model of Keras 3 (<c>.keras</c>): a zip archive of config.json, metadata.json and model.weights.h5, with assets of layers.
/// Keras opens exactly these names; whatever else is in the archive is for somebody else.
/// </summary>
internal sealed class KerasFormat : ModelFormat
{
    public override string Name => "keras";

    public override IReadOnlyList<string> Endings => [".keras"];

    public override IReadOnlyList<FindingRule> Rules => KerasRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        if (!ZipFormat.StartsLikeArchive(head) || ZipDirectory.TryReadNames(content, NamesToDetect) is not { } names)
            return false;
        // Other case is no model to Keras, yet it is one to look at.
        bool Has(string wanted) => names.Contains(wanted, StringComparer.OrdinalIgnoreCase);
        return Has("config.json") && (Has("model.weights.h5") || Has("model.weights.json") || Has("model.weights.npz")
            || (Has("metadata.json") && name.EndsWith(".keras", StringComparison.OrdinalIgnoreCase)));
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Facts.Framework = "keras";
        var entries = ZipInspection.Inspect(content, context, (entry, bytes, member, format) =>
        {
            switch (entry.Name)
            {
                case "metadata.json":
                    ReadMetadata(bytes, context);
                    return;
                case var part when part.EndsWith(".weights.h5", StringComparison.Ordinal):
                    TakeWeights(member, context);
                    return;
            }

            if (entry.Name.Equals("config.json", StringComparison.OrdinalIgnoreCase))
                InspectConfiguration(bytes, member, context);
            if (!Belongs(entry.Name))
                context.Add(KerasRules.ForeignMember, $"'{entry.Name}' ({format}) is nothing that Keras reads.", entry.HeaderOffset);
        }, isKnown: (entry, _) => IsText(entry.Name));

        foreach (var part in (ReadOnlySpan<string>)["config.json", "metadata.json"])
        {
            if (!entries.Any(entry => entry.Name == part))
                context.Add(KerasRules.Part, $"There is no '{part}', or it is spelled otherwise.");
        }
    }

    private static void InspectConfiguration(ModelContent bytes, InspectionContext member, InspectionContext context)
    {
        if (bytes.Length > LargestConfiguration)
        {
            member.Add(InspectionRules.LimitReached, $"Has {bytes.Length} bytes; {LargestConfiguration} are read.");
            return;
        }

        try
        {
            new KerasConfiguration(member).Inspect(bytes.ToArray(), 0);
        }
        catch (MalformedModelException malformed)
        {
            member.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }

        var (from, to) = (member.Facts, context.Facts);
        (to.Type, to.Module, to.Inputs, to.Outputs, to.Parts, to.FeatureCount) = (from.Type, from.Module, from.Inputs, from.Outputs, from.Parts, from.FeatureCount);
        to.Settings = [.. to.Settings, .. from.Settings];
    }

    private static void TakeWeights(InspectionContext member, InspectionContext context)
    {
        context.Facts.Tensors = [.. context.Facts.Tensors, .. member.Facts.Tensors];
        context.Facts.ParameterCount = (context.Facts.ParameterCount ?? 0) + (member.Facts.ParameterCount ?? 0);
    }

    private static void ReadMetadata(ModelContent bytes, InspectionContext context)
    {
        if (bytes.Length > LongestMetadata)
            return;
        try
        {
            using var document = PythonJson.Parse(bytes.ToArray(), 0);
            context.Facts.FrameworkVersion = document.RootElement.TextOf("keras_version");
            if (document.RootElement.TextOf("date_saved") is { } date)
                context.Facts.Settings = [.. context.Facts.Settings, new("date_saved", ScalarValue.From(date))];
        }
        catch (MalformedModelException malformed)
        {
            context.Add(InspectionRules.Malformed, "metadata.json: " + malformed.Message, malformed.Offset);
        }
    }

    // Configurations are read by the stricter reader for what Python writes, vocabularies are lines.
    private static bool IsText(string name) =>
        name is "config.json" or "metadata.json" || (name.StartsWith("assets/", StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.Ordinal));

    // Assets are vocabularies and the like of preprocessing layers, and nested models' own assets.
    private static bool Belongs(string name) =>
        name is "config.json" or "metadata.json" or "model.weights.h5" or "model.weights.npz" or "model.weights.json"
        || (name.StartsWith("model_", StringComparison.Ordinal) && name.EndsWith(".weights.h5", StringComparison.Ordinal))
        || (name.StartsWith("assets/", StringComparison.Ordinal) && !Programs.Contains(Path.GetExtension(name).ToLowerInvariant()));

    private static readonly HashSet<string> Programs = new(StringComparer.Ordinal)
    {
        ".py", ".pyc", ".pyd", ".pyw", ".so", ".dll", ".dylib", ".exe", ".com", ".bat", ".cmd", ".ps1", ".sh", ".pth", ".pkl", ".pickle", ".jar", ".vbs", ".js", ".scr", ".msi",
    };

    private const int NamesToDetect = 10_000;
    private const int LongestMetadata = 1 << 20;
    private const int LargestConfiguration = 64 << 20;
}
