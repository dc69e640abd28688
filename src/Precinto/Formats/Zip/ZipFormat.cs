using Precinto.Files;
using Precinto.Formats.Torch;
using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>A zip archive of no more special kind (PKWARE APPNOTE 6.3.10); all its members are inspected, whatever their names.</summary>
internal sealed class ZipFormat : ModelFormat
{
    public override string Name => "zip";

    public override IReadOnlyList<string> Endings => [".zip", ".pt", ".pth"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. ZipRules.All, .. TorchRules.All];

    // A zip is read from its end, so an archive behind other bytes is one to every reader of zips.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        StartsLikeArchive(head) || ZipDirectory.EndsWithArchive(content);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        SortedDictionary<string, long> formats = new(StringComparer.Ordinal);
        var holdsCode = false;
        ZipInspection.Inspect(content, context, (entry, bytes, member, format) =>
        {
            formats[format] = formats.GetValueOrDefault(format) + 1;
            if (!TorchScriptCode.IsCode(entry.Name))
                return;
            holdsCode = true;
            TorchScriptCode.Inspect(bytes, member);
        });
        if (holdsCode)
            context.Add(TorchRules.Code, "The archive holds TorchScript code, which was searched for operators that reach further.");
        context.Facts.Parts = [.. formats];
    }

    public static bool StartsLikeArchive(ReadOnlySpan<byte> head) =>
        head.StartsWith(ZipDirectory.LocalMark) || head.StartsWith(ZipDirectory.EndMark);
}
