using Precinto.Formats.Archives;
using Precinto.Formats.Pickle;

namespace Precinto.Formats.Torch;

/// <summary>
/// Compares the index of a distributed checkpoint with the files beside it, in a folder or in an archive. In the bytes of a tensor anything may stand, also a
/// pickle that runs a program: it is none as long as nobody cuts it out. So every entry must be one archive of its file, whole, which was inspected.
/// </summary>
internal static class DistributedCheckpoint
{
    /// <param name="files">The files of checkpoints, indexes and others, of a whole folder or archive.</param>
    /// <param name="isAlone">Whether no other file was inspected than the one.</param>
    public static void Relate(IReadOnlyList<CheckpointFile> files, bool isAlone = false)
    {
        if (!files.Any(file => file.Part is CheckpointIndex))
            return;

        Dictionary<string, CheckpointArchives> archives = new(StringComparer.Ordinal);
        foreach (var file in files)
        {
            // Of two members of one name nobody knows which one stays; that there are two was noticed.
            if (file.Part is CheckpointArchives held)
                archives[PathOf(file.Path)] = held;
        }

        foreach (var file in files)
        {
            if (file.Part is not CheckpointIndex index)
                continue;
            var path = PathOf(file.Path);
            var folder = path[..(path.LastIndexOf('/') + 1)];
            if (index.Strange is { } strange && archives.Keys.Any(name => name.StartsWith(folder, StringComparison.Ordinal)))
                file.Context.Add(DistributedRules.NotCompared, "What the index says of its files is not written as PyTorch writes it.", strange);
            Compare(index, name => archives.GetValueOrDefault(folder + name), file, isAlone);
        }
    }

    private static void Compare(CheckpointIndex index, Func<string, CheckpointArchives?> find, CheckpointFile file, bool isAlone)
    {
        HashSet<string> missing = new(StringComparer.Ordinal);
        foreach (var entry in index.Entries.Where(CheckpointIndex.IsArchive))
        {
            file.Context.Cancellation.ThrowIfCancellationRequested();
            if (find(entry.File) is { } archives)
            {
                if (!archives.Holds(entry))
                    file.Context.Add(DistributedRules.OtherBytes, $"'{PickleSession.Quote(entry.File)}' holds no archive of {entry.Length} bytes at {entry.Offset}.", entry.Position);
            }
            else if (missing.Add(entry.File) && !isAlone)
            {
                file.Context.Add(DistributedRules.OtherFile, $"An entry lies in '{PickleSession.Quote(entry.File)}', which is not there, or no such file.", entry.Position);
            }
        }

        if (missing.Count > 0 && isAlone)
            file.Context.Add(DistributedRules.Alone, $"'{PickleSession.Quote(missing.First())}' and what else it names is to be inspected with it: inspect the folder.");
    }

    private static string PathOf(string name) => ArchivePath.Parse(name).ToString();
}
