using Precinto.Files;
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
        && names.Any(SkopsSchema.IsNamed)
        && (name.EndsWith(".skops", StringComparison.OrdinalIgnoreCase) || names.All(member => SkopsSchema.IsNamed(member)
            || (!member.Contains('/') && Path.GetExtension(member) is ".npy" or ".npz" or ".bin")));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var hasSchema = false;
        List<TensorFact> tensors = [];
        ZipInspection.Inspect(content, context, (entry, bytes, member, _) =>
        {
            foreach (var tensor in member.Facts.Tensors.Take(context.Limits.Tensors - tensors.Count))
                tensors.Add(new(tensor.Name.Length > 0 ? $"{entry.Name}/{tensor.Name}" : entry.Name, tensor.ElementType, tensor.Shape));
            if (!SkopsSchema.IsNamed(entry.Name))
                return;
            hasSchema |= entry.Name == SkopsSchema.MemberName;
            SkopsSchema.Inspect(bytes, member);
            var (from, to) = (member.Facts, context.Facts);
            (to.Framework, to.FrameworkVersion, to.Type, to.Module) = (from.Framework, from.FrameworkVersion, from.Type, from.Module);
            (to.FeatureCount, to.Settings, to.Parts) = (from.FeatureCount, from.Settings, from.Parts);
        }, isKnown: (entry, _) => SkopsSchema.IsNamed(entry.Name));
        if (!hasSchema)
            context.Add(InspectionRules.Malformed, "schema.json is missing, spelled otherwise, or cannot be read.");
        context.Facts.Tensors = tensors;
    }

    private const int NamesToDetect = 100_000;
}
