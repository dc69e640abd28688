namespace Precinto.Formats.Yaml;

/// <summary>
/// What aliases stand for: the texts of a node, which count wherever an alias of it stands, and how large a document becomes when each alias is
/// replaced: a few lines that name each other become billions.
/// </summary>
internal sealed class YamlAliases
{
    private readonly Dictionary<string, Open> _anchors = new(StringComparer.Ordinal);
    private readonly List<Open> _open = [];
    private long _copied;

    public double Total { get; private set; }

    /// <summary>Whether more anchors are open within each other than are followed.</summary>
    public bool IsTooDeep { get; private set; }

    /// <summary>Begins the node behind an anchor, below so many keys.</summary>
    public void Begin(string name, int column, int flow, int keys)
    {
        if (_open.Count < MostOpen)
            _open.Add(new(name, column, flow, keys, Total));
        else
            IsTooDeep = true;
    }

    /// <summary>Adds a value to each node that is open; of those under a key of their own in the node, only templates count elsewhere, too.</summary>
    public void Add(YamlToken scalar, int keys, bool isTemplate)
    {
        Total++;
        // The innermost is the last, and stands below the most keys.
        for (var index = _open.Count - 1; index >= 0 && (isTemplate || keys <= _open[index].Keys); index--)
            _open[index].Keep([scalar]);
    }

    /// <summary>Adds what an alias stands for.</summary>
    /// <returns>The texts in it that count where the alias stands, and whether there are more.</returns>
    public (IReadOnlyList<YamlToken> Texts, bool HasMore) Add(string alias)
    {
        // What holds an alias of itself is a cycle and not large; an open anchor has its size so far.
        if (!_anchors.TryGetValue(alias, out var anchor))
        {
            Total++;
            return ([], false);
        }

        Total += anchor.Size;
        foreach (var open in _open)
        {
            _copied += anchor.Texts.Count;
            open.HasMore |= anchor.HasMore || _copied > MostCopied;
            if (_copied <= MostCopied)
                open.Keep(anchor.Texts);
        }

        return (anchor.Texts, anchor.HasMore);
    }

    /// <summary>A token that is no longer part of the nodes which stand deeper than it.</summary>
    public void End(int column, int flow)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            var open = _open[index];
            if (flow > open.Flow || (flow == 0 && open.Flow == 0 && column > open.Column))
                continue;
            open.Size = Math.Max(1, Total - open.Start);
            _anchors[open.Name] = open;
            _open.RemoveAt(index);
        }
    }

    private const int MostOpen = 64;
    private const int MostTexts = 1000;
    private const long MostCopied = 4 << 20;

    private sealed class Open(string name, int column, int flow, int keys, double start)
    {
        private readonly List<YamlToken> _texts = [];

        public string Name => name;

        public int Column => column;

        public int Flow => flow;

        public int Keys => keys;

        /// <summary>How much stood before it.</summary>
        public double Start => start;

        public double Size { get; set; }

        public IReadOnlyList<YamlToken> Texts => _texts;

        public bool HasMore { get; set; }

        public void Keep(IReadOnlyList<YamlToken> texts)
        {
            for (var index = 0; index < texts.Count; index++)
            {
                if (_texts.Count == MostTexts)
                {
                    HasMore = true;
                    return;
                }

                _texts.Add(texts[index]);
            }
        }
    }
}
