namespace Precinto.Formats.Jinja;

/// <summary>
/// Which names are set for sure where the template is read: at its top or in a block that is open, before this place. What is set in a branch that
/// need not be taken, in a loop or in a macro, is not set behind it.
/// </summary>
internal sealed class JinjaBlocks
{
    private readonly Stack<(List<string> Names, int Bottom)> _open = new([([], 0)]);
    private readonly Dictionary<string, Stack<int>> _depths = new(StringComparer.Ordinal);

    public bool IsSet(string name) => _depths.TryGetValue(name, out var depths) && depths.TryPeek(out var depth) && depth >= _open.Peek().Bottom;

    public void Set(string name)
    {
        if (!_depths.TryGetValue(name, out var depths))
            _depths[name] = depths = [];
        var depth = _open.Count;
        if (depths.TryPeek(out var last) && last == depth)
            return;
        depths.Push(depth);
        _open.Peek().Names.Add(name);
    }

    /// <param name="isApart">Whether nothing that is set around it is seen in it.</param>
    public void Enter(bool isApart = false) => _open.Push(([], isApart ? _open.Count + 1 : _open.Peek().Bottom));

    public void Leave()
    {
        if (_open.Count == 1)
            return;
        foreach (var name in _open.Pop().Names)
            _depths[name].Pop();
    }

    public void Clear()
    {
        _open.Clear();
        _open.Push(([], 0));
        _depths.Clear();
    }
}
