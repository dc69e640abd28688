using Precinto.Files;
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
        names.Has(SkopsSchema.MemberName) && (fileName.EndsWith(".skops", StringComparison.OrdinalIgnoreCase)
            || names.Files.All(member => SkopsSchema.IsNamed(member) || (!member.Contains('/') && Path.GetExtension(member) is ".npy" or ".npz" or ".bin")));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var hasSchema = false;
        List<TensorFact> tensors = [];
        ZipInspection.Inspect(content, context, (entry, bytes, member, _) =>
        {
            foreach (var tensor in member.Facts.Tensors.Take(context.Limits.Tensors - tensors.Count))
                tensors.Add(new(tensor.Name.Length > 0 ? $"{entry.Name}/{tensor.Name}" : entry.Name, tensor.ElementType, tensor.Shape));
            if (!SkopsSchema.IsNamed(entry.Path))
                return;
            SkopsSchema.Inspect(bytes, member, mustBeOne: true);
            if (!hasSchema)
                context.Facts.Take(member.Facts);
            hasSchema |= entry.Name == SkopsSchema.MemberName;
        }, new() { IsOwn = (entry, format) => SkopsSchema.IsNamed(entry.Path) && ZipReading.IsText(format) });
        if (!hasSchema)
            context.Add(InspectionRules.Malformed, "schema.json is missing, spelled otherwise, or cannot be read.");
        context.Facts.Tensors = tensors;
    }

}
