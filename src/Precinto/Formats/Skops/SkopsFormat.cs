using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Skops;

/// <summary>A model of skops (skops.io, protocols 0 to 2): a zip archive with schema.json, and arrays and bytes in members of their own.</summary>
internal sealed class SkopsFormat : ModelFormat
{
    public override string Name => "skops";

    public override IReadOnlyList<string> Endings => [".skops"];

    public override IReadOnlyList<FindingRule> Rules => SkopsRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        ZipFormat.StartsLikeArchive(head) && ZipDirectory.TryReadNames(content, NamesToDetect) is { } names
        && names.Contains(Schema, StringComparer.OrdinalIgnoreCase)
        && (name.EndsWith(".skops", StringComparison.OrdinalIgnoreCase) || names.All(member => member.Equals(Schema, StringComparison.OrdinalIgnoreCase)
            || (!member.Contains('/') && Path.GetExtension(member) is ".npy" or ".npz" or ".bin")));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var hasSchema = false;
        List<TensorFact> tensors = [];
        ZipInspection.Inspect(content, context, (entry, bytes, member, _) =>
        {
            foreach (var tensor in member.Facts.Tensors.Take(context.Limits.Tensors - tensors.Count))
                tensors.Add(new(tensor.Name.Length > 0 ? $"{entry.Name}/{tensor.Name}" : entry.Name, tensor.ElementType, tensor.Shape));
            if (!entry.Name.Equals(Schema, StringComparison.OrdinalIgnoreCase))
                return;
            hasSchema |= entry.Name == Schema;
            InspectSchema(bytes, member, context);
        }, isKnown: (entry, _) => entry.Name.Equals(Schema, StringComparison.OrdinalIgnoreCase));
        if (!hasSchema)
            context.Add(InspectionRules.Malformed, "schema.json is missing, spelled otherwise, or cannot be read.");
        context.Facts.Tensors = tensors;
    }

    private static void InspectSchema(ModelContent bytes, InspectionContext member, InspectionContext context)
    {
        if (bytes.Length > LargestSchema)
        {
            member.Add(InspectionRules.LimitReached, $"Has {bytes.Length} bytes; {LargestSchema} are read.");
            return;
        }

        try
        {
            using var document = PythonJson.Parse(bytes.ToArray(), 0);
            new SkopsSchema(member).Inspect(document.RootElement);
        }
        catch (MalformedModelException malformed)
        {
            member.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }

        var (from, to) = (member.Facts, context.Facts);
        (to.Framework, to.FrameworkVersion, to.Type, to.Module) = (from.Framework, from.FrameworkVersion, from.Type, from.Module);
        (to.FeatureCount, to.Settings, to.Parts) = (from.FeatureCount, from.Settings, from.Parts);
    }

    private const string Schema = "schema.json";
    private const int NamesToDetect = 100_000;
    private const int LargestSchema = 64 << 20;
}
