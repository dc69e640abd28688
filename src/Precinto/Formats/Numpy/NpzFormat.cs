using Precinto.Files;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Numpy;

/// <summary>Several arrays as <c>numpy.savez</c> writes them: a zip archive of .npy files, stored or deflated.</summary>
internal sealed class NpzFormat : ZippedFormat
{
    public override string Name => "npz";

    public override IReadOnlyList<string> Endings => [".npz"];

    public override IReadOnlyList<string> OtherEndings => [".zip"];

    public override IReadOnlyList<FindingRule> Rules => [];

    public override bool Claims(ZipNames names, string fileName) =>
        fileName.EndsWith(".npz", StringComparison.OrdinalIgnoreCase)
        || (names.Files.Any() && names.Files.All(member => member.EndsWith(".npy", StringComparison.Ordinal)));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        List<TensorFact> tensors = [];
        long elements = 0;
        ZipInspection.Inspect(content, context, (entry, _, member, format) =>
        {
            if (format != "npy")
            {
                context.Add(NumpyRules.ForeignMember, $"'{entry.Name}' is no array.", entry.HeaderOffset);
                return;
            }

            if (tensors.Count == context.Limits.Tensors || member.Facts.Tensors.Count == 0)
                return;
            var tensor = member.Facts.Tensors[0];
            var label = entry.Name.EndsWith(".npy", StringComparison.Ordinal) ? entry.Name[..^4] : entry.Name;
            tensors.Add(new(label, tensor.ElementType, tensor.Shape));
            // Sizes of files bound the true count; a lie about it was found in the member itself.
            elements = TensorShape.Add(elements, member.Facts.ParameterCount ?? 0);
        }, new() { IsNeverUnpacked = true });

        context.Facts.Framework = "numpy";
        context.Facts.Type = "ndarray";
        context.Facts.Tensors = tensors;
        context.Facts.ParameterCount = elements;
    }
}
