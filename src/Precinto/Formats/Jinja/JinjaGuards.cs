namespace Precinto.Formats.Jinja;

/// <summary>
/// What the conditions around a place say: <c>x is mapping and k in x</c>. What is there to be taken by its key is taken as an element, never as an
/// attribute, which Jinja falls back to only where there is no such element.
/// </summary>
internal sealed class JinjaGuards
{
    private readonly List<(int Depth, string Owner, string Key)> _held = [];
    private int _depth;

    public void Restart()
    {
        _held.Clear();
        _depth = 0;
    }

    public void Begin(IReadOnlyList<JinjaToken> tokens, int start, int end)
    {
        _depth++;
        foreach (var (owner, key) in Read(tokens, start, end))
        {
            if (_held.Count < MostGuards)
                _held.Add((_depth, owner, key));
        }
    }

    /// <summary>Another branch begins, under another condition.</summary>
    public void Change(IReadOnlyList<JinjaToken> tokens, int start, int end)
    {
        if (_depth == 0)
            return;
        End();
        Begin(tokens, start, end);
    }

    public void End()
    {
        _held.RemoveAll(guard => guard.Depth >= _depth);
        _depth = Math.Max(0, _depth - 1);
    }

    /// <summary>A variable gets another value, of which no condition says anything.</summary>
    public void Forget(string path)
    {
        if (_held.Count > 0)
            _held.RemoveAll(guard => IsBelow(guard.Owner, path) || IsBelow(guard.Key, path));
    }

    /// <summary>Whether a value is known to be a mapping that has the key.</summary>
    public bool Hold(string? owner, string? key) => owner is not null && key is not null && _held.Exists(guard => guard.Owner == owner && guard.Key == key);

    private static bool IsBelow(string path, string above) => path.StartsWith(above, StringComparison.Ordinal) && (path.Length == above.Length || path[above.Length] == '.');

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

        return [.. members.Where(member => mappings.Contains(member.Owner))];
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

    private const int MostGuards = 64;
    private const int LongestPath = 200;
}
