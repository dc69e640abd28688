namespace Precinto.Formats.Boosting;

/// <summary>What a model of XGBoost says of all its trees: which class each belongs to, where a round begins, how much each counts.</summary>
internal sealed class BoostedEnsemble
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _largestGroup;
    private long _round;
    private string? _odd;

    public string? Booster { get; set; }

    public long? Features { get; set; }

    public long Groups { get; set; } = 1;

    public long? DeclaredTrees { get; set; }

    /// <summary>Whether trees are to be expected: a configuration as <c>save_config</c> writes it has everything of a model but them.</summary>
    public bool HasModel { get; set; }

    public long LargestFeature { get; set; }

    /// <summary>One of the lists beside the trees begins; it may be empty.</summary>
    public void Begin(string name)
    {
        if (IsKept(name))
            _counts.TryAdd(name, 0);
    }

    /// <summary>An entry of one of the lists beside the trees; null is one that is no whole number.</summary>
    public void Take(string name, long? value)
    {
        if (!IsKept(name))
            return;
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        if (name == "tree_info")
        {
            _largestGroup = Math.Max(_largestGroup, value ?? 0);
            _odd ??= value is null or < 0 ? "A tree belongs to a class that is no number." : null;
        }
        else if (name == "iteration_indptr")
        {
            _odd ??= value is null || value < _round ? "A round begins before the one that it follows." : null;
            _round = value ?? _round;
        }
    }

    /// <summary>What contradicts the trees, or null. A loader takes the classes and the features of a tree as indices without asking.</summary>
    public string? FindContradiction(long trees)
    {
        foreach (var name in (ReadOnlySpan<string>)["tree_info", "weight_drop"])
        {
            if (_counts.TryGetValue(name, out var count) && count != trees)
                _odd ??= $"There are {trees} trees and {count} entries of '{name}'.";
        }

        if (_counts.ContainsKey("iteration_indptr") && _round != trees)
            _odd ??= $"The last round ends at the tree {_round} of {trees}.";
        if (HasModel && DeclaredTrees is { } declared && declared != trees)
            _odd ??= $"Declares {declared} trees and has {trees}.";
        if (_largestGroup >= Groups)
            _odd ??= $"A tree belongs to the class {_largestGroup} of {Groups}.";
        if (Features is { } features and > 0 && LargestFeature >= features)
            _odd ??= $"A tree splits by the feature {LargestFeature} of {features}.";
        // A linear model: a weight for each feature and class, and one more for each class.
        if (Booster == "gblinear" && Features is { } columns and > 0 and < int.MaxValue && _counts.TryGetValue("weights", out var weights) && weights != (columns + 1) * Math.Min(Groups, int.MaxValue))
            _odd ??= $"There are {weights} weights for {columns} features.";
        return _odd;
    }

    private static bool IsKept(string name) => name is "tree_info" or "iteration_indptr" or "weight_drop" or "weights";
}
