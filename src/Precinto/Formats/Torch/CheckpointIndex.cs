using Precinto.Formats.Archives;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// The index of a distributed checkpoint: the pickle <c>.metadata</c>, or <c>__RANK.metadata</c> of a rank that saved alone, in which
/// <c>Metadata.storage_data</c> maps each entry to a <c>_StorageInfo(relative_path, offset, length)</c> (torch/distributed/checkpoint/filesystem.py).
/// The loader joins that path to the folder, cuts those bytes out, and unpickles them without restriction where the entry is no tensor.
/// Nothing is read that is not written as PyTorch writes it: an attribute that came in another way may be another one to the loader.
/// </summary>
internal sealed class CheckpointIndex : CheckpointPart
{
    private readonly HashSet<PickleNode> _read = new(ReferenceEqualityComparer.Instance);
    private readonly List<CheckpointEntry> _entries = [];

    private CheckpointIndex()
    {
    }

    public IReadOnlyList<CheckpointEntry> Entries => _entries;

    /// <summary>Where the index is written as PyTorch does not write it; null where it is.</summary>
    public long? Strange { get; private set; }

    /// <summary>Reads a pickle that the loader, by its name, takes for an index, or that is one by its class; null for any other.</summary>
    public static CheckpointIndex? TryRead(PickleDocument document, string name, PickleSession session)
    {
        var root = document.Root.Object;
        if (!IsIndex(name) && root?.Is("torch.distributed.checkpoint.metadata", "Metadata") != true)
            return null;

        CheckpointIndex index = new();
        // What joblib takes for the bytes of an array are opcodes to the loader, and a frame that is crossed has two readings.
        if (session.FirstJoblibArray is not null || session.HasCrossedFrame || Attribute(root, "storage_data") is not { } storage)
            index.Strange = 0;
        else
            index.Read(storage);
        index.Judge(session.Context);
        return index;
    }

    private static bool IsIndex(string path)
    {
        var name = path.AsSpan(path.LastIndexOfAny(['/', '\\']) + 1);
        return name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)
            && name[..^Ending.Length] is var rank && (rank.IsEmpty || (rank.StartsWith("__") && rank.Length > 2 && !rank[2..].ContainsAnyExceptInRange('0', '9')));
    }

    private void Read(PickleValue storage)
    {
        if (storage.IsNone)
            return;
        if (storage.Dictionary is not { } entries)
        {
            Strange = storage.Node?.Position ?? 0;
            return;
        }

        foreach (var value in entries.Entries.Select(entry => entry.Value))
        {
            if (value.Node is not { } node)
                Strange ??= entries.Position;
            else if (_read.Add(node))
                ReadEntry(value.Object, node.Position);
        }

        _read.Clear();
    }

    private void ReadEntry(PickleObject? entry, long at)
    {
        if (entry is { Class.Name: "_StorageInfo" } && Attribute(entry, "relative_path") is { Text: { } path }
            && Attribute(entry, "offset") is { Integer: { } offset } && Attribute(entry, "length") is { Integer: { } length })
            _entries.Add(new(path, offset, length, at));
        else
            Strange ??= at;
    }

    // Set once and by nothing but the one dictionary that BUILD takes, whatever else was done to the object or to the dictionary.
    private static PickleValue? Attribute(PickleObject? held, string name)
    {
        if (held is not { BuildCount: 1, State.Dictionary.Entries: { } attributes } || attributes.Exists(attribute => attribute.Key.Text is null))
            return null;
        var set = attributes.FindAll(attribute => attribute.Key.Text == name);
        return set is [var one] ? one.Value : null;
    }

    // What the index says by itself, whether or not its files are there.
    private void Judge(InspectionContext context)
    {
        foreach (var entry in _entries.DistinctBy(entry => entry.File))
        {
            if (MemberNames.LeavesFolder(entry.File))
                context.Add(DistributedRules.LeavesFolder, $"An entry lies in '{PickleSession.Quote(entry.File)}'.", entry.Position);
            else if (!IsArchive(entry))
                context.Add(DistributedRules.OtherFile, $"An entry lies in '{PickleSession.Quote(entry.File)}', which is called as no file of a checkpoint is.", entry.Position);
        }
    }

    /// <summary>Whether an entry lies in what is called like a file of a checkpoint, in its folder or below.</summary>
    public static bool IsArchive(CheckpointEntry entry) => entry.File.EndsWith(".distcp", StringComparison.Ordinal) && !MemberNames.LeavesFolder(entry.File);

    private const string Ending = ".metadata";
}
