using Precinto.Formats.Jinja;
using Precinto.Formats.Json;

namespace Precinto.Formats.Yaml;

/// <summary>
/// Keys and values of dictionaries that something makes out of pairs: <c>[[_target_, os.system]]</c>. The first text of a list, and the first key of a
/// mapping, are keys for what stands beside them. Whether something makes such a dictionary, only the end of the document tells.
/// </summary>
internal sealed class YamlPairs
{
    private readonly List<YamlKey> _open = [];
    private readonly List<(YamlKey Key, YamlToken? Value)> _kept = [];

    /// <summary>What a dictionary would ask, if one were made: values under their keys, and keys by themselves.</summary>
    public IReadOnlyList<(YamlKey Key, YamlToken? Value)> Kept => _kept;

    /// <summary>Whether there are more than are kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Begins what stands behind the first text of a list.</summary>
    public void Begin(YamlToken? first, int column, int flow)
    {
        if (first is not { Text.Length: <= LongestKey } text)
            return;
        var key = YamlKey.From(text, column, flow, null);
        if (!key.IsJudged && !key.IsRendered && !key.NamesCode)
            return;
        _open.Add(key);
        Keep(key, null);
    }

    /// <summary>Takes a value that stands below a key; below the first text of a list, it is meant by it as well.</summary>
    public void Take(YamlToken value, YamlKey place)
    {
        if (_open.Count == 0)
            return;
        var pair = _open[^1];
        if (place.Offset > pair.Offset)
            pair = pair with { Text = place.Text };
        Keep(pair, value);
    }

    /// <summary>Takes two keys of a mapping that follow each other.</summary>
    public void Take(YamlKey first, YamlToken second)
    {
        if (first.IsJudged)
            Keep(first, second);
    }

    /// <summary>A token at this column of its line, outside of all brackets.</summary>
    public void Leave(int column)
    {
        while (_open.Count > 0 && (_open[^1].Flow > 0 || _open[^1].Column >= column))
            _open.RemoveAt(_open.Count - 1);
    }

    /// <summary>The end of what stands in so many brackets.</summary>
    public void LeaveFlow(int flow)
    {
        while (_open.Count > 0 && _open[^1].Flow >= flow)
            _open.RemoveAt(_open.Count - 1);
    }

    private void Keep(YamlKey key, YamlToken? value)
    {
        if (_kept.Count < MostKept)
            _kept.Add((key, value));
        else
            IsCut = true;
    }

    // No key that a loader knows is longer.
    private const int LongestKey = 1000;
    private const int MostKept = 10_000;
}
