using System.Globalization;
using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>
/// A model of XGBoost as a stream of events (doc/model.schema in dmlc/xgboost): what it is, and whether its trees are trees. A loader walks
/// from a node to its children by their numbers, so a number beyond the tree reads foreign memory, and a circle never ends.
/// </summary>
internal sealed class BoostedModelReader(InspectionContext context)
{
    private readonly Stack<(bool IsObject, string Name)> _path = [];
    private readonly SortedDictionary<string, long> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<long> _version = [];
    private readonly List<long> _children = [];
    private string _name = "";
    private long? _declaredNodes;
    private long _trees;
    private bool _hasLearner;
    private bool _isListOfTrees;
    private int _tree;

    public void Begin(bool isObject, long at)
    {
        if (_path.Count == DeepestNesting)
            throw new MalformedModelException(at, $"Nests more than {DeepestNesting} deep.");
        _path.Push((isObject, _name));
        if (isObject && _tree == 0 && _isListOfTrees)
        {
            _tree = _path.Count;
            _counts.Clear();
            _children.Clear();
            _declaredNodes = null;
        }

        // A tree is an object in the list 'trees'; what lies in it is its own.
        _isListOfTrees = _tree == 0 && !isObject && _name == "trees";
        _hasLearner |= isObject && _path.Count == 2 && _name == "learner";
        _name = "";
    }

    public void End(bool isObject, long at)
    {
        if (_tree > 0 && _path.Count == _tree)
        {
            JudgeTree(at);
            _tree = 0;
            _isListOfTrees = true;
        }
        else if (_tree == 0)
        {
            _isListOfTrees = false;
        }

        _name = "";
        _path.Pop();
    }

    public void Name(string name, long at)
    {
        // A name that occurs twice in a tree would have one loader take the first list and another the last.
        if (IsTree(_path.Count) && name.Length > 0 && !_counts.TryAdd(name, 0))
            context.Add(BoostingRules.Tree, $"Tree {_trees} has '{name}' twice.", at);
        _name = name;
    }

    public void Text(string text, long at)
    {
        switch (Place())
        {
            case "objective.name":
                context.Facts.Type ??= text.Length <= LongestName ? text : null;
                if (text.Length > LongestName || text.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not (':' or '_' or '-')))
                    context.Add(BoostingRules.Name, "The objective is named by something that is no name.", at);
                break;
            case "gradient_booster.name" when text.Length <= LongestName:
                Note("booster", text);
                break;
            case "learner_model_param.num_feature" when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var features):
                context.Facts.FeatureCount = features;
                break;
            case "learner_model_param.num_class" or "learner_model_param.base_score" when text.Length <= LongestName:
                Note(_name, text);
                break;
            case "tree_param.num_nodes":
                _declaredNodes = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var nodes) ? nodes : -1;
                break;
        }

        Count();
    }

    public void Integer(long value, long at)
    {
        if (_path.TryPeek(out var top) && !top.IsObject)
        {
            if (top.Name is "left_children" or "right_children" && IsTree(_path.Count - 1))
                TakeChild(value, at);
            else if (top.Name == "version" && _path.Count == 2 && _version.Count < 8)
                _version.Add(value);
        }

        Count();
    }

    public void Other(long at) => Count();

    /// <summary>Writes what was learned.</summary>
    /// <exception cref="MalformedModelException">It is no model.</exception>
    public void Finish(long at)
    {
        if (!_hasLearner)
            throw new MalformedModelException(at, "Has no learner.");
        context.Facts.FrameworkVersion = _version.Count > 0 ? string.Join('.', _version) : null;
        _parts["trees"] = _trees;
        context.Facts.Parts = [.. _parts];
    }

    private void TakeChild(long value, long at)
    {
        if (value < -1 || value > int.MaxValue)
            context.Add(BoostingRules.Tree, $"Tree {_trees} leads to the node {value}.", at);
        else if (value >= 0 && _children.Count < MostNodes)
            _children.Add(value);
    }

    // Every node but the root has one parent at the most, and none leads to the root: then no walk from the root comes back.
    private void JudgeTree(long at)
    {
        var nodes = _counts.GetValueOrDefault("left_children");
        foreach (var name in (ReadOnlySpan<string>)["right_children", "split_indices", "split_conditions", "default_left", "parents", "base_weights", "sum_hessian", "loss_changes"])
        {
            if (_counts.TryGetValue(name, out var count) && count != nodes)
                context.Add(BoostingRules.Tree, $"Tree {_trees} has {nodes} nodes and {count} entries of '{name}'.", at);
        }

        if (!_counts.ContainsKey("left_children") || !_counts.ContainsKey("right_children") || (_declaredNodes is { } declared && declared != nodes))
            context.Add(BoostingRules.Tree, $"Tree {_trees} declares {_declaredNodes?.ToString(CultureInfo.InvariantCulture) ?? "no"} nodes and has {nodes}.", at);
        HashSet<long> reached = [];
        if (_children.FirstOrDefault(child => child == 0 || child >= nodes || !reached.Add(child), -1) is var odd and >= 0)
            context.Add(BoostingRules.Tree, $"Tree {_trees} leads to the node {odd} twice, to its own root, or beyond its {nodes} nodes.", at);
        _trees++;
    }

    private void Note(string name, string text) => context.Facts.Settings = [.. context.Facts.Settings, new(name, ScalarValue.From(text))];

    // An entry of a list in a tree.
    private void Count()
    {
        if (_path.TryPeek(out var top) && !top.IsObject && IsTree(_path.Count - 1))
            _counts[top.Name] = _counts.GetValueOrDefault(top.Name) + 1;
        if (_path.TryPeek(out top) && top.IsObject)
            _name = "";
    }

    private string Place() => _path.TryPeek(out var top) && top.IsObject ? $"{top.Name}.{_name}" : "";

    private bool IsTree(int depth) => _tree > 0 && depth == _tree;

    private const int DeepestNesting = 64;
    private const int LongestName = 200;
    private const int MostNodes = 16_000_000;
}
