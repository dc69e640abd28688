using System.Runtime.InteropServices;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// What a graph becomes when TensorFlow loads and runs it: constants that are stored as one value and a shape, operators that make much of a constant shape,
/// and calls that are replaced by what the function does. Sizes are computed, values only of shapes; a function sees the constants that it is called with.
/// </summary>
internal sealed class TensorFlowExpansion(InspectionContext context)
{
    private readonly List<TensorFlowScope> _scopes = [];
    private readonly Dictionary<string, TensorFlowScope> _byName = new(StringComparer.Ordinal);
    private readonly CallGraph<string> _calls = new();
    private long _kept;
    private int _called;
    private bool _isTold;

    public void Add(TensorFlowScope scope, long position)
    {
        _scopes.Add(scope);
        if (scope.Function is { } name && _byName.TryAdd(name, scope))
            _calls.Add(name, scope.Calls, position);
    }

    /// <summary>Notes what a node makes, or calls.</summary>
    public void Take(TensorFlowNode node, TensorFlowScope scope, IReadOnlySet<string> functions)
    {
        var isCall = node.Functions.Count > 0 || functions.Contains(node.Operator);
        foreach (var called in functions.Contains(node.Operator) ? node.Functions.Append(node.Operator) : node.Functions)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(scope.Calls, called, out var isKnown);
            count++;
            if (!isKnown && ++_called == MostCalls)
                throw new MalformedModelException(node.Position, $"Its functions call more than {MostCalls} others.");
        }

        // What calls no function is a node; it counts where the function does.
        if (!isCall)
            CollectionsMarshal.GetValueRefOrAddDefault(scope.Calls, "", out _)++;
        if (node.Value is { } value)
            Hold(value.Count, node);
        if (!isCall && node.Value is null && !TensorFlowFolding.IsFolded(node.Operator))
            return;
        if (_kept++ < MostNodes)
            scope.Computed.TryAdd(node.Name, node);
        else if (_kept == MostNodes + 1)
            context.Add(InspectionRules.LimitReached, $"More than {MostNodes} nodes make values of a size that may be known; the rest were not looked at.", node.Position);
    }

    public void Judge()
    {
        if (_calls.FindLoop() is var (name, position))
            context.Add(TensorFlowRules.Expansion, $"The function '{Excerpt.Of(name)}' calls itself, at once or by way of others.", position);
        else if (_scopes.Exists(scope => _calls.SizeOf(scope.Calls) > CallGraph<string>.MostNodes + context.FileLength))
            context.Add(TensorFlowRules.Expansion, $"Its functions make more than {CallGraph<string>.MostNodes} nodes when each call is replaced by what the function does.");
        else
            Fold();
    }

    // A function waits for all that call it, so that it is known what with.
    private void Fold()
    {
        Dictionary<TensorFlowScope, int> callers = [];
        foreach (var called in _scopes.SelectMany(CalledBy))
            callers[called] = callers.GetValueOrDefault(called) + 1;
        Stack<TensorFlowScope> ready = new(_scopes.Where(scope => !callers.ContainsKey(scope)));
        Dictionary<TensorFlowScope, TensorFlowFolding> foldings = _scopes.ToDictionary(scope => scope, scope => new TensorFlowFolding(scope, Hold));
        while (ready.TryPop(out var scope))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            foldings[scope].Run((called, arguments) =>
            {
                if (_byName.TryGetValue(called, out var function))
                    foldings[function].Bind(arguments);
            });
            foldings.Remove(scope);
            foreach (var called in CalledBy(scope))
            {
                if (--callers[called] == 0)
                    ready.Push(called);
            }
        }
    }

    private IEnumerable<TensorFlowScope> CalledBy(TensorFlowScope scope) => scope.Calls.Keys.Select(_byName.GetValueOrDefault).OfType<TensorFlowScope>();

    private void Hold(double count, TensorFlowNode node)
    {
        if (_isTold || !(count > KnownValue.MostValues + KnownValue.StoredAtMost(context.FileLength)))
            return;
        context.Add(TensorFlowRules.Expansion, $"'{Excerpt.Of(node.Name)}' ({Excerpt.Of(node.Operator)}) makes more than {KnownValue.MostValues} values.", node.Position);
        _isTold = true;
    }

    private const int MostCalls = 1_000_000;
    private const int MostNodes = 300_000;
}
