using Precinto.Formats.Oci;
using Precinto.Formats.Torch;

namespace Precinto.Inspection;

/// <summary>What files of a folder say of each other, after each was inspected by itself: an OCI image layout names its blobs, the index of a checkpoint its parts.</summary>
internal static class FolderInspection
{
    /// <summary>Adds what is found to the file that says it; a layout may lie in any folder.</summary>
    /// <param name="found">What was found in each file by itself, and takes what is added; null for a file that was not inspected.</param>
    /// <param name="read">Reads a small file whole, by its number; null where it cannot be read, which the caller reports.</param>
    /// <param name="cancellation">Ends the inspection.</param>
    public static void Relate(FileInspection?[] found, Func<int, byte[]?> read, CancellationToken cancellation)
    {
        RelateLayouts(found, read, cancellation);
        RelateCheckpoints(found, cancellation);
    }

    private static void RelateLayouts(FileInspection?[] found, Func<int, byte[]?> read, CancellationToken cancellation)
    {
        var layouts = found.Select(file => file?.Path).OfType<string>().Where(path => NameOf(path) == OciLayout.Mark)
            .ToDictionary(path => path[..^OciLayout.Mark.Length], _ => new Dictionary<string, int>(StringComparer.Ordinal), StringComparer.Ordinal);
        for (var index = 0; layouts.Count > 0 && index < found.Length; index++)
        {
            if (found[index] is not { } file)
                continue;
            for (var end = 0; end >= 0; end = file.Path.IndexOf('/', end) + 1 is var next and > 0 ? next : -1)
            {
                if (layouts.TryGetValue(file.Path[..end], out var files))
                    files[file.Path[end..]] = index;
            }
        }

        foreach (var files in layouts.Values)
        {
            if (!files.TryGetValue(OciLayout.Index, out var at))
                continue;
            InspectionContext context = new(InspectionLimits.Default, cancellation);
            OciLayout.Inspect(path => read(files[path]), files.ToDictionary(file => file.Key, file => found[file.Value]!.Size), context);
            found[at] = Inspector.Add(found[at]!, context);
        }
    }

    private static void RelateCheckpoints(FileInspection?[] found, CancellationToken cancellation)
    {
        CheckpointFile?[] files = Array.ConvertAll(found, file => file?.Checkpoint is { } part ? new CheckpointFile(file.Path, part, new(InspectionLimits.Default, cancellation)) : null);
        DistributedCheckpoint.Relate([.. files.OfType<CheckpointFile>()], isAlone: found.Length == 1);
        for (var index = 0; index < found.Length; index++)
        {
            if (files[index] is { Context.Findings.Count: > 0 } file)
                found[index] = Inspector.Add(found[index]!, file.Context);
        }
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
