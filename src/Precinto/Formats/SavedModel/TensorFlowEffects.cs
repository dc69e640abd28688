using System.Globalization;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>Counts the nodes of operators that reach further than computing, and says each once.</summary>
internal sealed class TensorFlowEffects(ModelContent content, InspectionContext context)
{
    private readonly Dictionary<string, (FindingRule Rule, long Count, string First, string? Function, long Position)> _uses = new(StringComparer.Ordinal);
    private readonly HashSet<(string Key, string Text)> _settings = [];
    private readonly HashSet<(long Start, long Length)> _modules = [];

    public void Take(TensorFlowNode node, TensorFlowScope scope)
    {
        foreach (var (key, text) in node.Settings)
        {
            if (TensorFlowOperators.ReachesFile(key, text) && _settings.Add((key, text)))
                context.Add(TensorFlowRules.ReachesFiles, $"'{Excerpt.Of(node.Name)}' ({Excerpt.Of(node.Operator)}) has the {key} '{Excerpt.Of(text)}'.", node.Position);
        }

        if (node is { Operator: "XlaCallModule", Module: ({ } start, > 0 and var length) } && _modules.Add((start, length)))
            TakeModule(node, start, length);
        if (TensorFlowOperators.Effect(node.Operator) is not { } rule)
            return;
        // The operators that are known are few; a file can make up any number for libraries.
        var name = _uses.Count < MostNames || !TensorFlowOperators.IsOfLibrary(node.Operator) || _uses.ContainsKey(node.Operator) ? node.Operator : Others;
        _uses[name] = _uses.TryGetValue(name, out var use) ? use with { Count = use.Count + 1 } : (rule, 1, node.Name, scope.Function, node.Position);
    }

    public void Report()
    {
        foreach (var (name, use) in _uses)
        {
            var where = use.Function is null ? "the graph" : $"the function '{Excerpt.Of(use.Function)}'";
            context.Add(use.Rule, string.Create(CultureInfo.InvariantCulture, $"{use.Count} nodes are of the operator '{Excerpt.Of(name)}', the first is '{Excerpt.Of(use.First)}' in {where}."), use.Position);
        }

        _uses.Clear();
    }

    private void TakeModule(TensorFlowNode node, long start, long length)
    {
        foreach (var target in XlaModule.Targets(content, start, length, out var isRead).Append(null))
        {
            var rule = target is null ? isRead ? null : TensorFlowRules.NativeCode : XlaTargets.Judge(target);
            if (rule is not null && _settings.Add(("module", target ?? "")))
                context.Add(rule, $"The module of '{Excerpt.Of(node.Name)}' calls {(target is null ? "what was not found by a name" : $"'{Excerpt.Of(target)}'")}.", node.Position);
        }
    }

    private const int MostNames = 10_000;
    private const string Others = ">";
}
