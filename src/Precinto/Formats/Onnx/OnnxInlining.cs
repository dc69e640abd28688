using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>
/// The functions of a model: a runtime replaces each call by the nodes of the function when it loads the model, so that functions which call each other
/// twice double with every step, and one that calls itself never ends.
/// </summary>
internal sealed class OnnxInlining
{
    private readonly Dictionary<OnnxFunctionName, (Dictionary<OnnxFunctionName, long> Calls, long Position)> _functions = [];
    private readonly Dictionary<OnnxFunctionName, double> _sizes = [];

    public OnnxInlining() => Training = OnnxScope.Apart(Main.Calls);

    /// <summary>The model's own graph, where it begins to call.</summary>
    public OnnxScope Main { get; } = OnnxScope.Main([]);

    /// <summary>The graphs of training: they see no names of the model's own, and what they call is counted with it.</summary>
    public OnnxScope Training { get; }

    /// <summary>Adds a function; of two by one name the first is taken, and none of them should be there twice.</summary>
    public void Add(OnnxFunctionName name, Dictionary<OnnxFunctionName, long> calls, long position) => _functions.TryAdd(name, (calls, position));

    /// <summary>Says what is wrong with the calls, once all functions are known.</summary>
    public void Judge(InspectionContext context)
    {
        foreach (var (name, (_, position)) in _functions)
        {
            if (!Measure(name))
            {
                context.Add(OnnxRules.Expansion, $"The function '{name.Name}' calls itself, at once or by way of others.", position);
                return;
            }
        }

        var nodes = SizeOf(Main.Calls);
        if (nodes > MostNodes)
            context.Add(OnnxRules.Expansion, $"Its functions make more than {MostNodes} nodes when each call is replaced by what the function does.");
    }

    // Depth first without recursion: a function is measured when all that it calls was; false where it calls one that is still open.
    private bool Measure(OnnxFunctionName start)
    {
        Stack<(OnnxFunctionName Name, bool IsLeft)> open = [];
        HashSet<OnnxFunctionName> entered = [];
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

    private double SizeOf(Dictionary<OnnxFunctionName, long> calls) => calls.Sum(call => call.Value * (1 + _sizes.GetValueOrDefault(call.Key)));

    private const int MostNodes = 2_000_000;
}
