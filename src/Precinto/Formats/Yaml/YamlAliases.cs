namespace Precinto.Formats.Yaml;

/// <summary>How large a document becomes when each alias is replaced by what it stands for: a few lines that name each other become billions.</summary>
internal sealed class YamlAliases
{
    private readonly Dictionary<string, double> _sizes = new(StringComparer.Ordinal);
    private readonly List<Open> _open = [];

    public double Total { get; private set; }

    public void Begin(string name, int column, int flow)
    {
        if (_open.Count < MostOpen)
            _open.Add(new(name, column, flow));
    }

    public void Add(string? alias)
    {
        var size = alias is null ? 1 : _sizes.GetValueOrDefault(alias, 1);
        // What holds an alias of itself is a cycle and not large; an open anchor has its size so far.
        Total += size;
        foreach (var open in _open)
            open.Size += size;
    }

    /// <summary>A token that is no longer part of the nodes which stand deeper than it.</summary>
    public void End(int column, int flow)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            var open = _open[index];
            if (flow > open.Flow || (flow == 0 && open.Flow == 0 && column > open.Column))
                continue;
            _sizes[open.Name] = open.Size;
            _open.RemoveAt(index);
        }
    }

    private const int MostOpen = 64;

    private sealed class Open(string name, int column, int flow)
    {
        public string Name => name;

        public int Column => column;

        public int Flow => flow;

        public double Size { get; set; }
    }
}
