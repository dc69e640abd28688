using System.Globalization;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Says what a model's operators reach. Saving and restoring variables is judged by the path: the loader feeds it, so that a place
/// which the graph itself fixes is somebody else's. Functions that save are followed to their callers, which may fix the place as well.
/// </summary>
internal sealed class TensorFlowJudge(IReadOnlyList<TensorFlowScope> scopes, InspectionContext context)
{
    private readonly Dictionary<(FindingRule Rule, string Operator), (long Count, TensorFlowNode First, string Scope)> _effects = [];
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    public void Judge()
    {
        var savers = FindSavers();
        foreach (var scope in scopes)
        {
            Dictionary<string, TensorFlowNode>? nodes = null;
            foreach (var node in scope.Nodes)
            {
                if (TensorFlowOperators.Effect(node.Operator) is { } rule)
                    Count(rule, node, scope);
                if (node.Stream is { } stream && !IsConsole(stream))
                    Say(TensorFlowRules.ReachesFiles, $"'{node.Name}' prints to '{stream}'.", node.Position);
                var saves = IsSaver(node.Operator);
                if (!saves && !IsTable(node.Operator) && !node.Functions.Exists(savers.Contains))
                    continue;
                nodes ??= Index(scope);
                JudgePath(node, nodes, saves);
            }
        }

        foreach (var ((rule, name), (count, first, scope)) in _effects)
        {
            var where = scope.Length == 0 ? "the graph" : $"the function '{scope}'";
            context.Add(rule, string.Create(CultureInfo.InvariantCulture, $"{count} nodes are of the operator '{name}', the first is '{first.Name}' in {where}."), first.Position);
        }
    }

    private void Count(FindingRule rule, TensorFlowNode node, TensorFlowScope scope)
    {
        if (_effects.TryGetValue((rule, node.Operator), out var use))
            _effects[(rule, node.Operator)] = (use.Count + 1, use.First, use.Scope);
        else if (_effects.Count < context.Limits.Findings)
            _effects.Add((rule, node.Operator), (1, node, scope.Name));
    }

    // The functions that save or restore, and those that call them, from callee to caller.
    private HashSet<string> FindSavers()
    {
        Dictionary<string, List<string>> callers = new(StringComparer.Ordinal);
        Queue<string> work = new();
        HashSet<string> savers = new(StringComparer.Ordinal);
        foreach (var scope in scopes.Where(scope => scope.Name.Length > 0))
        {
            foreach (var node in scope.Nodes)
            {
                if ((IsSaver(node.Operator) || IsTable(node.Operator)) && savers.Add(scope.Name))
                    work.Enqueue(scope.Name);
                foreach (var function in node.Functions)
                {
                    if (!callers.TryGetValue(function, out var list))
                        callers.Add(function, list = []);
                    list.Add(scope.Name);
                }
            }
        }

        while (work.TryDequeue(out var callee))
        {
            foreach (var caller in callers.GetValueOrDefault(callee, []))
            {
                if (savers.Add(caller))
                    work.Enqueue(caller);
            }
        }

        return savers;
    }

    // Back from the path, through what builds paths. A constant that leads somewhere is found wherever it joins.
    private void JudgePath(TensorFlowNode node, Dictionary<string, TensorFlowNode> nodes, bool saves)
    {
        Queue<string> work = new(saves ? node.Inputs.Take(1) : IsTable(node.Operator) ? node.Inputs.Skip(1).Take(1) : node.Inputs);
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (work.TryDequeue(out var input))
        {
            if (input.StartsWith('^') || !seen.Add(Source(input)) || seen.Count > LongestPath || !nodes.TryGetValue(Source(input), out var source))
                continue;
            foreach (var text in source.Texts)
            {
                if (LeadsOutside(text))
                    Say(IsTable(node.Operator) ? TensorFlowRules.AssetOutside : TensorFlowRules.CheckpointPath, $"'{node.Name}' ({node.Operator}) uses '{text}'.", node.Position);
            }

            if (BuildsPaths(source.Operator))
            {
                foreach (var further in source.Inputs)
                    work.Enqueue(further);
            }
            else if (saves && source.Operator is not ("Const" or "Placeholder" or "PlaceholderWithDefault" or "_Arg" or "StaticRegexFullMatch" or "VarHandleOp"))
            {
                Say(TensorFlowRules.ComputedPath, $"The path of '{node.Name}' ({node.Operator}) comes from '{source.Operator}'.", node.Position);
            }
        }
    }

    private void Say(FindingRule rule, string message, long position)
    {
        if (_said.Count < context.Limits.Findings && _said.Add(message))
            context.Add(rule, message, position);
    }

    private static Dictionary<string, TensorFlowNode> Index(TensorFlowScope scope)
    {
        Dictionary<string, TensorFlowNode> nodes = new(StringComparer.Ordinal);
        foreach (var node in scope.Nodes)
            nodes.TryAdd(node.Name, node);
        return nodes;
    }

    // "name:output:0" in a function, "name:0" or "name" in a graph.
    private static string Source(string input)
    {
        var colon = input.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? input : input[..colon];
    }

    internal static bool LeadsOutside(string path) =>
        path.StartsWith('/') || path.StartsWith('\\') || path.StartsWith('~') || path.Contains("..", StringComparison.Ordinal)
        || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]))
        // A pattern that a path is compared with begins like one.
        || (path.Contains("://", StringComparison.Ordinal) && !path.StartsWith('^'));

    private static bool IsConsole(string stream) => stream is "stdout" or "stderr" or "" || stream.StartsWith("log(", StringComparison.Ordinal);

    private static bool IsSaver(string name) =>
        name is "Save" or "SaveSlices" or "SaveV2" or "Restore" or "RestoreSlice" or "RestoreV2" or "MergeV2Checkpoints" or "CheckpointHasIndices";

    private static bool IsTable(string name) => name is "InitializeTableFromTextFile" or "InitializeTableFromTextFileV2" or "InitializeTableFromDataset";

    private static bool BuildsPaths(string name) => name is "StringJoin" or "ShardedFilename" or "Select" or "SelectV2" or "Identity" or "Pack" or "StaticRegexReplace"
        or "RegexReplace" or "ExpandDims" or "Reshape" or "IdentityN" or "Fill" or "ConcatV2";

    private const int LongestPath = 1000;
}
