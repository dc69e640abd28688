using Precinto.Files;
using Precinto.Formats.Torch;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.TorchExport;

/// <summary>
/// What <c>torch.export.save</c> and <c>aoti_compile_and_package</c> write (torch/csrc/export/pt2_archive_constants.h): a zip archive with <c>archive_format</c>,
/// programs in <c>models/NAME.json</c>, weights, constants and example inputs in <c>data/</c>, and compiled code in <c>data/aotinductor/</c>.
/// Before version 2.8: <c>serialized_exported_program.json</c> and three files of <c>torch.save</c> beside it.
/// </summary>
internal sealed class TorchExportFormat : ZippedFormat
{
    public override string Name => "torchexport";

    public override IReadOnlyList<string> Endings => [".pt2"];

    public override IReadOnlyList<FindingRule> Rules => TorchExportRules.All;

    public override bool Claims(ZipNames names, string fileName) => names.Files.Any(member => PartOf(member) is "archive_format" or OldProgram);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Facts.Framework = "pytorch";
        context.Facts.Type = "ExportedProgram";
        List<ExportedPayload> payloads = [];
        List<string> compiled = [];
        var entries = ZipInspection.Inspect(content, context, (entry, bytes, member, _) =>
        {
            var part = PartOf(entry.Name);
            if (IsProgram(part))
                member.Guard(() => ExportedProgram.Inspect(bytes, member, context.Facts));
            else if (ExportedPayload.IsList(part))
                member.Guard(() => payloads.AddRange(ExportedPayload.ReadList(bytes, entry.Name)));
            else if (IsCompiled(part))
                compiled.Add(entry.Name);
            else if (TorchScriptCode.IsCode(entry.Name))
                TorchScriptCode.Inspect(bytes, member);
        }, new()
        {
            IsOwn = (entry, format) => format switch
            {
                "json" => IsProgram(PartOf(entry.Name)) || ExportedPayload.IsList(PartOf(entry.Name)),
                "unknown" => IsCompiled(PartOf(entry.Name)),
                _ => false,
            },
            IsKnown = (entry, bytes) => TorchFormat.IsPlain(entry.Name, bytes),
        });

        if (compiled.Count > 0)
            context.Add(TorchExportRules.Compiled, $"{compiled.Count} members are code of AOTInductor, the first is '{compiled[0]}'.");
        Compare(payloads, entries, context);
    }

    private static void Compare(List<ExportedPayload> payloads, IReadOnlyList<ZipEntry> entries, InspectionContext context)
    {
        Dictionary<string, ZipEntry> members = new(StringComparer.Ordinal);
        foreach (var entry in entries)
            members[entry.Name] = entry;
        foreach (var payload in payloads)
        {
            if (!members.TryGetValue(payload.Member, out var member))
                context.Add(TorchRules.Storage, $"The bytes of '{payload.Name}' are not in the archive.");
            // Tensors without bytes are stored as none, and filled with zeros.
            else if (member.Size > 0 && member.Size < payload.Length)
                context.Add(TorchRules.Storage, $"'{payload.Member}' has {member.Size} bytes, and '{payload.Name}' needs {payload.Length}.", member.HeaderOffset);
        }
    }

    // PyTorch takes the folder from the first member; older files have none.
    private static string PartOf(string member) =>
        member.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && !member.StartsWith("data/", StringComparison.Ordinal) && !member.StartsWith("models/", StringComparison.Ordinal)
            ? member[(slash + 1)..]
            : member;

    private static bool IsProgram(string part) => part is OldProgram || (part.StartsWith("models/", StringComparison.Ordinal) && part.EndsWith(".json", StringComparison.Ordinal));

    // A description in JSON does nothing by itself.
    private static bool IsCompiled(string part) => part.StartsWith("data/aotinductor/", StringComparison.Ordinal) && !part.EndsWith(".json", StringComparison.Ordinal);

    private const string OldProgram = "serialized_exported_program.json";
}
