namespace Precinto.Formats.Jinja;

/// <summary>
/// What the conditions around a place say: <c>x is mapping and k in x</c>. What is there to be taken by its key is taken as an element, never as an
/// attribute, which Jinja falls back to only where there is no such element.
/// </summary>
internal sealed class JinjaGuards
{
    private readonly Stack<List<(string Owner, string Key)>> _open = [];

    public void Restart() => _open.Clear();

    public void Begin(IReadOnlyList<JinjaToken> tokens, int start, int end) => _open.Push(Read(tokens, start, end));

    /// <summary>Another branch begins, under another condition.</summary>
    public void Change(IReadOnlyList<JinjaToken> tokens, int start, int end)
    {
        if (_open.TryPop(out _))
            Begin(tokens, start, end);
    }

    public void End() => _open.TryPop(out _);

    /// <summary>A variable gets another value, of which no condition says anything.</summary>
    public void Forget(string path)
    {
        foreach (var guards in _open)
            guards.RemoveAll(guard => guard.Owner == path || guard.Key == path || guard.Owner.StartsWith(path + ".", StringComparison.Ordinal) || guard.Key.StartsWith(path + ".", StringComparison.Ordinal));
    }

    /// <summary>Whether a value is known to be a mapping that has the key.</summary>
    public bool Hold(string? owner, string? key) => owner is not null && key is not null && _open.Any(guards => guards.Contains((owner, key)));

    private static List<(string, string)> Read(IReadOnlyList<JinjaToken> tokens, int start, int end)
    {
        HashSet<string> mappings = [];
        List<(string Owner, string Key)> members = [];
        for (var at = start; at < end;)
        {
            var stop = at;
            for (; stop < end && !tokens[stop].IsName("and"); stop++)
            {
                // Whatever else the condition is made of, it may hold without these.
                if (tokens[stop].IsName("or") || tokens[stop].IsName("not") || tokens[stop].IsName("if"))
                    return [];
            }

            var first = ReadPath(tokens, ref at, stop);
            var word = at < stop ? tokens[at] : default;
            at++;
            if (first is not null && word.IsName("is") && at == stop - 1 && tokens[at].IsName("mapping"))
                mappings.Add(first);
            else if (first is not null && word.IsName("in") && ReadPath(tokens, ref at, stop) is { } second && at == stop)
                members.Add((second, first));
            at = stop + 1;
        }

        return [.. members.Where(member => mappings.Contains(member.Owner)).Take(MostGuards)];
    }

    private static string? ReadPath(IReadOnlyList<JinjaToken> tokens, ref int at, int end)
    {
        if (at >= end || tokens[at].Kind != JinjaTokenKind.Name)
            return null;
        var path = tokens[at++].Value;
        for (; at + 1 < end && tokens[at].Is(".") && tokens[at + 1].Kind == JinjaTokenKind.Name && path.Length < LongestPath; at += 2)
            path += "." + tokens[at + 1].Value;
        return path;
    }

    private const int MostGuards = 16;
    private const int LongestPath = 200;
}
