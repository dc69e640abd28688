namespace Precinto.Formats;

/// <summary>
/// What the functions of a model call. A runtime replaces each call by the nodes of the function, so that functions which call each other twice double with
/// every step, and one that calls itself never ends. They are counted, and never followed.
/// </summary>
/// <typeparam name="TName">What a function is called by.</typeparam>
internal sealed class CallGraph<TName>
    where TName : notnull
{
    private readonly Dictionary<TName, (IReadOnlyDictionary<TName, long> Calls, long Position)> _functions = [];
    private readonly Dictionary<TName, double> _sizes = [];

    /// <summary>Adds a function; of two by one name the first is taken, and none of them should be there twice.</summary>
    public void Add(TName name, IReadOnlyDictionary<TName, long> calls, long position) => _functions.TryAdd(name, (calls, position));

    /// <summary>Measures all functions; a function that calls itself, at once or by way of others, ends it and is returned.</summary>
    public (TName Name, long Position)? FindLoop()
    {
        foreach (var (name, (_, position)) in _functions)
        {
            if (!Measure(name))
                return (name, position);
        }

        return null;
    }

    // Depth first without recursion: a function is measured when all that it calls was; false where it calls one that is still open.
    private bool Measure(TName start)
    {
        Stack<(TName Name, bool IsLeft)> open = [];
        HashSet<TName> entered = [];
        open.Push((start, false));
        while (open.TryPop(out var current))
        {
            if (current.IsLeft)
            {
                _sizes[current.Name] = SizeOf(_functions[current.Name].Calls);
                entered.Remove(current.Name);
                continue;
            }

            if (_sizes.ContainsKey(current.Name))
                continue;
            if (!entered.Add(current.Name))
                return false;
            open.Push((current.Name, true));
            foreach (var called in _functions[current.Name].Calls.Keys)
            {
                if (entered.Contains(called))
                    return false;
                if (_functions.ContainsKey(called) && !_sizes.ContainsKey(called))
                    open.Push((called, false));
            }
        }

        return true;
    }

    /// <summary>The number of nodes when every call is replaced by what the function does, once all functions were measured.</summary>
    public double SizeOf(IReadOnlyDictionary<TName, long> calls) => calls.Sum(call => call.Value * (1 + _sizes.GetValueOrDefault(call.Key)));

    /// <summary>More nodes than honest models have.</summary>
    public const int MostNodes = 2_000_000;
}
