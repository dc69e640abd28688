using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Follows the paths that operators open back to where they come from. The loader feeds the place of variables, so that one which the graph
/// itself fixes is somebody else's. Functions that open paths are followed to their callers, which may fix the place as well.
/// </summary>
internal sealed class TensorFlowJudge(IReadOnlyList<TensorFlowScope> scopes, IReadOnlySet<string> functions, InspectionContext context)
{
    private readonly HashSet<(FindingRule Rule, string Subject)> _said = [];
    private bool _readsVariables;

    public void Judge()
    {
        var reached = FindUses();
        Follow(reached, TensorFlowPathUse.Checkpoint, isOpened: true);
        Follow(reached, TensorFlowPathUse.Asset, isOpened: true);
        Follow(reached, TensorFlowPathUse.Cache, isOpened: true);
        // Which variable it is need not be known: of texts that the graph sets variables to, only those that lead out count.
        if (_readsVariables)
            Follow(reached, TensorFlowPathUse.Variable, isOpened: false);
    }

    private void Follow(Dictionary<string, TensorFlowPathUse> reached, TensorFlowPathUse use, bool isOpened)
    {
        foreach (var scope in scopes)
        {
            // Who opens the path goes first: of a call's inputs nobody knows which is one, so that only what leads out counts there.
            HashSet<string> seen = new(StringComparer.Ordinal);
            Follow(scope, use, seen, isOpened, scope.Users.Where(node => TensorFlowPaths.UseOf(node.Operator) == use).SelectMany(node => TensorFlowPaths.Opened(node).Select(input => (input, node))));
            Follow(scope, use, seen, false, scope.Users.Where(node => Called(node).Any(function => reached.GetValueOrDefault(function).HasFlag(use))).SelectMany(node => node.Inputs.Select(input => (input, node))));
        }
    }

    // What the functions open paths for, from callee to caller.
    private Dictionary<string, TensorFlowPathUse> FindUses()
    {
        Dictionary<string, List<string>> callers = new(StringComparer.Ordinal);
        Dictionary<string, TensorFlowPathUse> uses = new(StringComparer.Ordinal);
        Queue<string> work = new();
        foreach (var scope in scopes)
        {
            if (scope.Function is not { } caller)
                continue;
            foreach (var node in scope.Users)
            {
                Add(caller, TensorFlowPaths.UseOf(node.Operator));
                foreach (var function in Called(node))
                {
                    if (!callers.TryGetValue(function, out var list))
                        callers.Add(function, list = []);
                    list.Add(caller);
                }
            }
        }

        while (work.TryDequeue(out var callee))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            foreach (var caller in callers.GetValueOrDefault(callee, []))
                Add(caller, uses[callee]);
        }

        return uses;

        void Add(string function, TensorFlowPathUse use)
        {
            var known = uses.GetValueOrDefault(function);
            if ((known | use) == known)
                return;
            uses[function] = known | use;
            work.Enqueue(function);
        }
    }

    private IEnumerable<string> Called(TensorFlowNode node) => functions.Contains(node.Operator) ? node.Functions.Append(node.Operator) : node.Functions;

    // Each node is visited once, from whichever operator comes first: a constant that leads somewhere is found wherever it joins.
    private void Follow(TensorFlowScope scope, TensorFlowPathUse use, HashSet<string> seen, bool isOpened, IEnumerable<(string Input, TensorFlowNode User)> starts)
    {
        Queue<(string Input, TensorFlowNode User)> work = new();
        foreach (var start in starts)
        {
            work.Enqueue(start);
            while (work.TryDequeue(out var next))
            {
                var (input, user) = next;
                if (input.StartsWith('^') || !seen.Add(Source(input)))
                    continue;
                if (seen.Count % 4096 == 0)
                    context.Cancellation.ThrowIfCancellationRequested();
                if (!scope.Nodes.TryGetValue(Source(input), out var source))
                {
                    // In a function, what has no colon is an argument: the caller's.
                    if (isOpened && (scope.Function is null || input.Contains(':')))
                        Say(TensorFlowRules.ComputedPath, user, $"gets its path from '{Shorten(Source(input))}', which computes it");
                    continue;
                }

                JudgeSource(source, user, use, isOpened);
                if (TensorFlowPaths.Builds(source.Operator))
                {
                    foreach (var further in TensorFlowPaths.Built(source))
                        work.Enqueue((further, user));
                }
            }
        }
    }

    private void JudgeSource(TensorFlowNode source, TensorFlowNode user, TensorFlowPathUse use, bool isOpened)
    {
        _readsVariables |= use != TensorFlowPathUse.Variable && TensorFlowPaths.IsVariable(source.Operator);
        if (source.Outside is { } outside)
            Say(use switch { TensorFlowPathUse.Checkpoint => TensorFlowRules.CheckpointPath, TensorFlowPathUse.Asset or TensorFlowPathUse.Variable => TensorFlowRules.AssetOutside, _ => TensorFlowRules.ReachesFiles }, user, $"uses '{Shorten(outside)}'");
        else if (use == TensorFlowPathUse.Cache && isOpened && source.Text is { } file)
            Say(TensorFlowRules.WritesLogs, user, $"writes into '{Shorten(file)}'");

        foreach (var (key, text) in source.Settings)
        {
            if (key == "rewrite" && TensorFlowPaths.LeadsOutside(text))
                Say(TensorFlowRules.CheckpointPath, user, $"uses '{Shorten(text)}'");
        }

        if (use == TensorFlowPathUse.Variable)
            return;
        var isComputed = source.IsPartial || TensorFlowPaths.Rewrites(source.Operator)
            || source.Settings.Any(setting => setting is { Key: "separator", Value.Length: > 0 })
            || (isOpened && !TensorFlowPaths.Builds(source.Operator) && !TensorFlowPaths.IsOrigin(source.Operator, use));
        if (isComputed)
            Say(TensorFlowRules.ComputedPath, user, $"gets its path from '{Shorten(source.Name)}' ({Shorten(source.Operator)}), which computes it");
    }

    private void Say(FindingRule rule, TensorFlowNode user, string subject)
    {
        if (_said.Add((rule, subject)))
            context.Add(rule, $"'{Shorten(user.Name)}' ({Shorten(user.Operator)}) {subject}.", user.Position);
    }

    // "name:output:0" in a function, "name:0" or "name" in a graph.
    private static string Source(string input)
    {
        var colon = input.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? input : input[..colon];
    }

    private static string Shorten(string text) => Excerpt.Of(text);
}
