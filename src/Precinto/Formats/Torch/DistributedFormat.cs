using Precinto.Files;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// A file of a distributed checkpoint (torch/distributed/checkpoint/filesystem.py): what <c>torch.save</c> writes, for one tensor after the other, end to
/// end. The pickle <c>.metadata</c> beside it (<see cref="CheckpointIndex"/>) says where each begins; the loader opens that part alone.
/// </summary>
internal sealed class DistributedFormat : ZippedFormat
{
    public override string Name => "distcp";

    public override IReadOnlyList<string> Endings => [".distcp"];

    public override IReadOnlyList<FindingRule> Rules => DistributedRules.All;

    public override bool Claims(ZipNames names, string fileName) => fileName.EndsWith(".distcp", StringComparison.OrdinalIgnoreCase);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        SortedDictionary<string, long> formats = new(StringComparer.Ordinal);
        long parameters = 0;
        var archives = Split(content, context);
        context.Checkpoint = new CheckpointArchives(archives);
        foreach (var (start, length) in archives)
        {
            using ContentSlice archive = new(content, start, length);
            var (member, format) = context.InspectMember(archive, $"archive at {start}");
            formats[format] = formats.GetValueOrDefault(format) + 1;
            parameters = TensorShape.Add(parameters, member.Facts.ParameterCount ?? 0);
        }

        context.Facts.Framework = "pytorch";
        context.Facts.Parts = [.. formats];
        context.Facts.ParameterCount = parameters;
    }

    // A zip archive is found from its end, and begins with its first member; what lies before is the next one. What is none is a member all the same.
    private static Stack<(long Start, long Length)> Split(ModelContent content, InspectionContext context)
    {
        Stack<(long Start, long Length)> archives = [];
        for (var end = content.Length; end > 0;)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (archives.Count == context.Limits.Entries / EntriesOfArchive)
            {
                context.Add(InspectionRules.LimitReached, $"Holds more than {archives.Count} archives.", end);
                break;
            }

            using ContentSlice rest = new(content, 0, end);
            if (StartOfLast(rest, context) is not { } start)
            {
                context.Add(ZipRules.Prepended, $"{end} bytes precede the archives.", 0);
                archives.Push((0, end));
                break;
            }

            archives.Push((start, end - start));
            end = start;
        }

        return archives;
    }

    // Members lie before their directory; were that not asked for, one directory could be read for thousands of ends.
    private static long? StartOfLast(ContentSlice rest, InspectionContext context) =>
        ZipDirectory.TryRead(rest, context.Limits.Entries) is { Entries: { Count: > 0 } entries } directory
        && entries.Min(entry => entry.HeaderOffset) is >= 0 and var start && start < directory.Start ? start : null;

    // torch.save makes more, and other writers at least the data and the pickle that describes them.
    private const int EntriesOfArchive = 2;
}
