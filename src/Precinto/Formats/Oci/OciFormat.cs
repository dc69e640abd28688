using Precinto.Files;
using Precinto.Formats.Tar;
using Precinto.Inspection;

namespace Precinto.Formats.Oci;

/// <summary>An OCI image layout in a tar archive, as registries' tools exchange it; its members are inspected as those of any tar, and the layout as in a folder.</summary>
internal sealed class OciFormat : ModelFormat
{
    public override string Name => "oci";

    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<string> OtherEndings => [".tar"];

    public override IReadOnlyList<FindingRule> Rules => OciRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => TarFormat.StartsLikeArchive(head) && OciLayout.IsLayout(TarReader.TryReadPlaces(content));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        Dictionary<string, TarEntry> entries = new(StringComparer.Ordinal);
        // The last of two members of one name is the one that stays when they are unpacked; that there are two was noticed.
        foreach (var entry in TarFormat.InspectMembers(content, context).Where(entry => entry.IsFile))
            entries[entry.Place] = entry;
        OciLayout.Inspect(
            path => new ContentSlice(content, entries[path].DataOffset, entries[path].Size).ToArray(), entries.ToDictionary(entry => entry.Key, entry => entry.Value.Size), context);
    }
}
