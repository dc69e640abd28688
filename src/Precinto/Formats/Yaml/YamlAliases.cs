namespace Precinto.Formats.Yaml;

/// <summary>
/// What aliases stand for: the texts of a node, which count wherever an alias of it stands, and how large a document becomes when each alias is
/// replaced: a few lines that name each other become billions.
/// </summary>
internal sealed class YamlAliases
{
    private readonly Dictionary<string, Open> _anchors = new(StringComparer.Ordinal);
    private readonly List<Open> _open = [];

    public double Total { get; private set; }

    /// <summary>Whether more anchors are open within each other than are followed.</summary>
    public bool IsTooDeep { get; private set; }

    /// <summary>Begins the node behind an anchor, below so many keys.</summary>
    public void Begin(string name, int column, int flow, int keys)
    {
        if (_open.Count < MostOpen)
            _open.Add(new(name, column, flow, keys));
        else
            IsTooDeep = true;
    }

    /// <summary>Adds a value to each node that is open; of those under a key of their own in the node, only templates count elsewhere, too.</summary>
    public void Add(YamlToken scalar, int keys, bool isTemplate)
    {
        Total++;
        foreach (var open in _open)
        {
            open.Size++;
            if (!isTemplate && keys > open.Keys)
                continue;
            if (open.Texts.Count < MostTexts)
                open.Texts.Add(scalar);
            else
                open.HasMore = true;
        }
    }

    /// <summary>Adds what an alias stands for.</summary>
    /// <returns>The texts in it that count where the alias stands, and whether there are more.</returns>
    public (IReadOnlyList<YamlToken> Texts, bool HasMore) Add(string alias)
    {
        var anchor = _anchors.GetValueOrDefault(alias);
        // What holds an alias of itself is a cycle and not large; an open anchor has its size so far.
        var size = anchor?.Size ?? 1;
        Total += size;
        foreach (var open in _open)
        {
            open.Size += size;
            if (anchor is null)
                continue;
            var kept = Math.Min(anchor.Texts.Count, MostTexts - open.Texts.Count);
            open.Texts.AddRange(anchor.Texts[..kept]);
            open.HasMore |= anchor.HasMore || kept < anchor.Texts.Count;
        }

        return (anchor?.Texts ?? [], anchor?.HasMore == true);
    }

    /// <summary>A token that is no longer part of the nodes which stand deeper than it.</summary>
    public void End(int column, int flow)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            var open = _open[index];
            if (flow > open.Flow || (flow == 0 && open.Flow == 0 && column > open.Column))
                continue;
            _anchors[open.Name] = open;
            _open.RemoveAt(index);
        }
    }

    private const int MostOpen = 64;
    private const int MostTexts = 1000;

    private sealed class Open(string name, int column, int flow, int keys)
    {
        public string Name => name;

        public int Column => column;

        public int Flow => flow;

        public int Keys => keys;

        public double Size { get; set; }

        public List<YamlToken> Texts { get; } = [];

        public bool HasMore { get; set; }
    }
}
