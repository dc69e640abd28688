using System.Runtime.InteropServices;

namespace Precinto.Formats.Archives;

/// <summary>The symbolic links of an archive, as a tree of names, and where paths lead that pass through them.</summary>
internal sealed class ArchiveLinks
{
    private readonly Dictionary<(int Folder, string Name), int> _nodes = [];
    private readonly Dictionary<int, Link> _links = [];
    private long _followed;

    /// <summary>Notes that a link is at a place, whose target becomes known later.</summary>
    public void Expect(IReadOnlyList<string> place) => _links.TryAdd(NodeOf(place), Link.Expected);

    /// <summary>Notes where the link at a place leads; null where that is not known.</summary>
    public void Add(IReadOnlyList<string> place, ArchivePath? target)
    {
        ref var link = ref CollectionsMarshal.GetValueRefOrAddDefault(_links, NodeOf(place), out var isThere);
        // Of two links at one place nobody knows which one stays.
        link = !isThere || link == Link.Expected || link!.Target?.Text == target?.Text ? new(target) : Link.Unknown;
    }

    /// <summary>Whether a path passes through a link, or ends in one.</summary>
    public bool LieOn(IEnumerable<string> path)
    {
        var node = Top;
        foreach (var name in path)
        {
            if (!_nodes.TryGetValue((node, name), out node))
                return false;
            if (_links.ContainsKey(node))
                return true;
        }

        return false;
    }

    /// <summary>Where a path ends when all links on it, and it itself where it is one, are followed as an operating system does.</summary>
    /// <param name="path">Names, and two dots for a step up.</param>
    /// <param name="isRoot">Whether the folder that is unpacked into is the top of a disk to the links.</param>
    /// <returns>The names from the top; null where it leads out, in a circle, or nobody knows where.</returns>
    public IReadOnlyList<string>? Resolve(IReadOnlyCollection<string> path, bool isRoot)
    {
        if (path.Count > MostSteps)
            return null;

        Stack<string> ahead = new(path.Reverse());
        List<(string Name, int Node)> passed = [];
        var hops = 0;
        for (var steps = 0; ahead.TryPop(out var name); steps++)
        {
            if (steps > MostSteps || (name == ".." && passed.Count == 0 && !isRoot))
                return null;
            if (name == "..")
            {
                if (passed.Count > 0)
                    passed.RemoveAt(passed.Count - 1);
                continue;
            }

            var folder = passed.Count == 0 ? Top : passed[^1].Node;
            var node = folder != Nowhere && _nodes.TryGetValue((folder, name), out var found) ? found : Nowhere;
            if (!_links.TryGetValue(node, out var link))
            {
                passed.Add((name, node));
                continue;
            }

            if (++hops > MostHops || link.Target is not { Text.Length: > 0 } target || ahead.Count + target.Parts.Count > MostSteps || (target.IsRooted && !isRoot)
                || (_followed += target.Parts.Count) > MostFollowed)
                return null;
            if (target.IsRooted)
                passed.Clear();
            foreach (var step in target.Steps.Reverse())
                ahead.Push(step);
        }

        return [.. passed.Select(part => part.Name)];
    }

    private int NodeOf(IReadOnlyList<string> place)
    {
        var node = Top;
        foreach (var name in place)
        {
            ref var next = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, (node, name), out var isThere);
            if (!isThere)
                next = _nodes.Count;
            node = next;
        }

        return node;
    }

    // The numbers of nodes start at one; the folder that is unpacked into is none.
    private const int Top = 0;
    private const int Nowhere = -1;

    // What Linux follows before it says that there are too many (ELOOP).
    private const int MostHops = 40;
    private const int MostSteps = 4096;

    // Names in the targets of links, over all paths: more than the links of any operating system's tree have.
    private const long MostFollowed = 20_000_000;

    private sealed class Link(ArchivePath? target)
    {
        public static readonly Link Expected = new(null);
        public static readonly Link Unknown = new(null);

        public ArchivePath? Target => target;
    }
}
