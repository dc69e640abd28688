using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Skops;

/// <summary>A model of skops (skops.io, protocols 0 to 2): a zip archive with schema.json, and arrays and bytes in members of their own.</summary>
internal sealed class SkopsFormat : ZippedFormat
{
    public override string Name => "skops";

    public override IReadOnlyList<string> Endings => [".skops"];

    public override IReadOnlyList<FindingRule> Rules => SkopsRules.All;

    public override bool Claims(ZipNames names, string fileName) =>
        names.Has(Schema) && (fileName.EndsWith(".skops", StringComparison.OrdinalIgnoreCase)
            || names.Files.All(member => IsSchema(member) || (!member.Contains('/') && Path.GetExtension(member) is ".npy" or ".npz" or ".bin")));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var hasSchema = false;
        List<TensorFact> tensors = [];
        ZipInspection.Inspect(content, context, (entry, bytes, member, _) =>
        {
            foreach (var tensor in member.Facts.Tensors.Take(context.Limits.Tensors - tensors.Count))
                tensors.Add(new(tensor.Name.Length > 0 ? $"{entry.Name}/{tensor.Name}" : entry.Name, tensor.ElementType, tensor.Shape));
            if (!IsSchema(entry.Path))
                return;
            InspectSchema(bytes, member);
            if (!hasSchema)
                context.Facts.Take(member.Facts);
            hasSchema |= entry.Name == Schema;
        }, new() { IsOwn = (entry, format) => IsSchema(entry.Path) && ZipReading.IsText(format) });
        if (!hasSchema)
            context.Add(InspectionRules.Malformed, "schema.json is missing, spelled otherwise, or cannot be read.");
        context.Facts.Tensors = tensors;
    }

    /// <summary>Whether a member is one that skops loads, in whatever case it is written.</summary>
    public static bool IsSchema(string member) => member.Equals(Schema, StringComparison.OrdinalIgnoreCase);

    private static void InspectSchema(ModelContent bytes, InspectionContext member)
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
    }

    private const string Schema = "schema.json";
    private const int LargestSchema = 64 << 20;
}
