using System.Runtime.InteropServices;

namespace Precinto.Formats.Archives;

/// <summary>The places of links in an archive, as a tree of names: a path is followed only as far as there are links below it.</summary>
internal sealed class ArchiveLinks
{
    private readonly Dictionary<(int Folder, string Name), int> _nodes = [];
    private readonly HashSet<int> _links = [];

    public void Add(IReadOnlyList<string> place)
    {
        var node = Top;
        foreach (var name in place)
        {
            ref var next = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, (node, name), out var isThere);
            if (!isThere)
                next = _nodes.Count;
            node = next;
        }

        _links.Add(node);
    }

    /// <summary>Whether a path passes through a link on its way to its last name.</summary>
    public bool LieOnTheWay(IEnumerable<string> path)
    {
        var node = Top;
        foreach (var name in path)
        {
            if (_links.Contains(node))
                return true;
            if (!_nodes.TryGetValue((node, name), out node))
                return false;
        }

        return false;
    }

    // The numbers of nodes start at one; the folder that is unpacked into is none.
    private const int Top = 0;
}
