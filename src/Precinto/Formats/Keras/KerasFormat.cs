using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Keras;

/// <summary>
/// A model of Keras 3 (<c>.keras</c>): a zip archive of config.json, metadata.json and model.weights.h5, with assets of layers.
/// Keras opens exactly these names; whatever else is in the archive is for somebody else.
/// </summary>
internal sealed class KerasFormat : ZippedFormat
{
    public override string Name => "keras";

    public override IReadOnlyList<string> Endings => [".keras"];

    public override IReadOnlyList<FindingRule> Rules => KerasRules.All;

    // Keras takes whatever is called .keras and is a zip archive.
    public override bool Claims(ZipNames names, string fileName) =>
        names.Has(Configuration) && (fileName.EndsWith(".keras", StringComparison.OrdinalIgnoreCase)
            || names.Has("model.weights.h5") || names.Has("model.weights.json") || names.Has("model.weights.npz"));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Facts.Framework = "keras";
        var (hasConfiguration, hasMetadata, parameters) = (false, false, (long?)null);
        List<TensorFact> tensors = [];
        List<KeyValuePair<string, ScalarValue>> settings = [];
        var entries = ZipInspection.Inspect(content, context, (entry, bytes, member, format) =>
        {
            if (IsConfiguration(entry.Path))
            {
                KerasConfiguration.Inspect(bytes, member, mustBeOne: true);
                if (!hasConfiguration)
                    context.Facts.Take(member.Facts);
                hasConfiguration = true;
            }
            else if (entry.Name == Metadata && !hasMetadata)
            {
                // That there are several was noticed.
                hasMetadata = true;
                ReadMetadata(bytes, member, context.Facts, settings);
            }
            else if (entry.Name.EndsWith(".weights.h5", StringComparison.Ordinal))
            {
                tensors.AddRange(member.Facts.Tensors.Take(context.Limits.Tensors - tensors.Count));
                // Sizes of files bound the true count.
                parameters = TensorShape.Add(parameters ?? 0, member.Facts.ParameterCount ?? 0);
            }

            if (!Belongs(entry.Name))
                context.Add(KerasRules.ForeignMember, $"'{entry.Name}' ({format}) is nothing that Keras reads.", entry.HeaderOffset);
        }, new() { IsOwn = (entry, format) => IsText(entry.Path) && ZipReading.IsText(format) });

        context.Facts.Tensors = tensors;
        context.Facts.ParameterCount = parameters;
        context.Facts.Settings = [.. settings, .. context.Facts.Settings];
        foreach (var part in (ReadOnlySpan<string>)[Configuration, Metadata])
        {
            if (!entries.Any(entry => entry.Name == part))
                context.Add(KerasRules.Part, $"There is no '{part}', or it is spelled otherwise.");
        }
    }

    /// <summary>Whether a member is the one that Keras makes the model from, in whatever case it is written.</summary>
    public static bool IsConfiguration(string member) => member.Equals(Configuration, StringComparison.OrdinalIgnoreCase);

    private static void ReadMetadata(ModelContent bytes, InspectionContext member, ModelFacts facts, List<KeyValuePair<string, ScalarValue>> settings)
    {
        if (bytes.Length > LongestMetadata)
        {
            member.Add(InspectionRules.LimitReached, $"Has {bytes.Length} bytes; {LongestMetadata} are read.");
            return;
        }

        try
        {
            using var document = PythonJson.Parse(bytes.ToArray(), 0);
            facts.FrameworkVersion = document.RootElement.TextOf("keras_version");
            if (document.RootElement.TextOf("date_saved") is { } date)
                settings.Add(new("date_saved", ScalarValue.From(date)));
        }
        catch (MalformedModelException malformed)
        {
            member.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }
    }

    // Configurations are read by the stricter reader for what Python writes, vocabularies are lines; what is a model by its bytes is none of them.
    private static bool IsText(string name) =>
        IsConfiguration(name) || name == Metadata || (name.StartsWith("assets/", StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.Ordinal));

    // Assets are vocabularies and the like of preprocessing layers, and nested models' own assets.
    private static bool Belongs(string name) =>
        name is Configuration or Metadata or "model.weights.h5" or "model.weights.npz" or "model.weights.json"
        || (name.StartsWith("model_", StringComparison.Ordinal) && name.EndsWith(".weights.h5", StringComparison.Ordinal))
        || (name.StartsWith("assets/", StringComparison.Ordinal) && !Programs.Contains(Path.GetExtension(name).ToLowerInvariant()));

    private static readonly HashSet<string> Programs = new(StringComparer.Ordinal)
    {
        ".py", ".pyc", ".pyd", ".pyw", ".so", ".dll", ".dylib", ".exe", ".com", ".bat", ".cmd", ".ps1", ".sh", ".pth", ".pkl", ".pickle", ".jar", ".vbs", ".js", ".scr", ".msi",
    };

    private const string Configuration = "config.json";
    private const string Metadata = "metadata.json";
    private const int LongestMetadata = 1 << 20;
}
