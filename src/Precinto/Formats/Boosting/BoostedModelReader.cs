using System.Globalization;
using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>
/// A model of XGBoost as a stream of events (doc/model.schema in dmlc/xgboost): what it is, and whether its trees are trees. A loader walks
/// from a node to its children by their numbers, so a number beyond the tree reads foreign memory, and a circle never ends.
/// </summary>
internal sealed class BoostedModelReader(InspectionContext context, long length)
{
    private readonly Stack<(bool IsObject, string Name)> _path = [];
    private readonly SortedDictionary<string, long> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<long> _version = [];
    private readonly BoostedTree _nodes = new();
    private readonly BoostedEnsemble _ensemble = new();
    private string _name = "";
    private long? _declaredNodes;
    private long _outputs;
    private long _trees;
    private bool _hasLearner;
    private bool _isInModel;
    private bool _isListOfTrees;
    private int _tree;

    public void Begin(bool isObject, long at)
    {
        if (_path.Count == DeepestNesting)
            throw new MalformedModelException(at, $"Nests more than {DeepestNesting} deep.");
        _path.Push((isObject, _name));
        // What a whole booster is restored from has the model beside its configuration.
        if (_path.Count == 2)
            _isInModel = isObject && _name == "Model";
        if (isObject && _tree == 0 && _isListOfTrees)
        {
            _tree = _path.Count;
            _counts.Clear();
            _nodes.Clear();
            _declaredNodes = null;
            _outputs = 0;
        }

        if (_tree == 0 && !isObject)
            _ensemble.Begin(_name);
        _ensemble.HasModel |= _tree == 0 && isObject && _name == "model";
        // A tree is an object in the list 'trees'; what lies in it is its own.
        _isListOfTrees = _tree == 0 && !isObject && _name == "trees";
        _hasLearner |= isObject && IsAtTop && _name == "learner";
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
                _ensemble.Booster = text;
                Note("booster", text);
                break;
            case "learner_model_param.num_feature":
                Declare("features", text, MostFeatures, at);
                context.Facts.FeatureCount = _ensemble.Features = Parse(text);
                break;
            case "learner_model_param.num_target":
                Declare("targets", text, length, at);
                _ensemble.Groups = Math.Max(_ensemble.Groups, Parse(text) ?? 0);
                break;
            case "gbtree_model_param.num_parallel_tree" or "softmax_multiclass_param.num_class":
                Declare(_name is "num_class" ? "classes" : "trees of a round", text, length, at);
                break;
            case "gbtree_model_param.num_trees":
                _ensemble.DeclaredTrees = Parse(text) ?? -1;
                break;
            case "learner_model_param.num_class" or "learner_model_param.base_score" when text.Length <= LongestName:
                Note(_name, text);
                if (_name == "base_score")
                    break;
                Declare("classes", text, length, at);
                _ensemble.Groups = Math.Max(_ensemble.Groups, Parse(text) ?? 0);
                break;
            case "tree_param.num_nodes":
                _declaredNodes = Parse(text) ?? -1;
                break;
            case "tree_param.size_leaf_vector":
                Declare("outputs of a leaf", text, length, at);
                _outputs = Parse(text) ?? 0;
                break;
        }

        Other(at);
    }

    public void Integer(long value, long at)
    {
        if (_path.TryPeek(out var top) && !top.IsObject)
        {
            if (IsTree(_path.Count - 1))
                _nodes.Take(top.Name, value);
            else if (_tree == 0)
                _ensemble.Take(top.Name, value);
            if (top.Name == "version" && IsAtTop && _version.Count < 8)
                _version.Add(value);
        }

        Count();
    }

    public void Other(long at)
    {
        if (_path.TryPeek(out var top) && !top.IsObject)
        {
            if (IsTree(_path.Count - 1) && BoostedTree.IsOfNumbers(top.Name))
                context.Add(BoostingRules.Tree, $"Tree {_trees} has something in '{top.Name}' that is no whole number.", at);
            else if (_tree == 0)
                _ensemble.Take(top.Name, null);
        }

        Count();
    }

    /// <summary>Writes what was learned.</summary>
    /// <exception cref="MalformedModelException">It is no model.</exception>
    public void Finish(long at)
    {
        if (!_hasLearner)
            throw new MalformedModelException(at, "Has no learner.");
        context.Facts.FrameworkVersion = _version.Count > 0 ? string.Join('.', _version) : null;
        _parts["trees"] = _trees;
        if (_ensemble.FindContradiction(_trees) is { } odd)
            context.Add(BoostingRules.Tree, odd, at);
        context.Facts.Parts = [.. _parts];
    }

    private void JudgeTree(long at)
    {
        var nodes = _counts.GetValueOrDefault("left_children");
        foreach (var name in (ReadOnlySpan<string>)["right_children", "split_indices", "split_conditions", "default_left", "parents", "base_weights", "sum_hessian", "loss_changes"])
        {
            // A leaf of several outputs has several weights.
            if (_counts.TryGetValue(name, out var count) && count != nodes && !(name == "base_weights" && nodes > 0 && count % nodes == 0))
                context.Add(BoostingRules.Tree, $"Tree {_trees} has {nodes} nodes and {count} entries of '{name}'.", at);
        }

        if (!_counts.ContainsKey("left_children") || !_counts.ContainsKey("right_children") || (_declaredNodes is { } declared && declared != nodes))
            context.Add(BoostingRules.Tree, $"Tree {_trees} declares {_declaredNodes?.ToString(CultureInfo.InvariantCulture) ?? "no"} nodes and has {nodes}.", at);
        if (_nodes.FindContradiction(nodes, _outputs > 1 ? _counts.GetValueOrDefault("leaf_weights") / _outputs : 0) is { } odd)
            context.Add(BoostingRules.Tree, $"Tree {_trees} {odd}.", at);
        if (_nodes.FindStrayCategory(nodes, _counts.GetValueOrDefault("categories")) is { } stray)
            context.Add(BoostingRules.Tree, $"Tree {_trees} {stray}.", at);
        _ensemble.LargestFeature = Math.Max(_ensemble.LargestFeature, _nodes.LargestFeature);
        _trees++;
    }

    // A loader makes room for whatever is declared. Every class, target and output takes a tree or a number, and those take bytes of the file.
    private void Declare(string what, string text, long most, long at)
    {
        if (Parse(text) is not { } count)
            context.Add(BoostingRules.Tree, $"The number of {what} is none.", at);
        else if (count > most)
            context.Add(BoostingRules.Declared, $"Declares {count} {what}.", at);
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

    private static long? Parse(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Whether what is open is a member of the model itself.
    private bool IsAtTop => _path.Count == (_isInModel ? 3 : 2);

    private bool IsTree(int depth) => _tree > 0 && depth == _tree;

    // Those that are hashed are sparse, and there are many of them.
    private const int MostFeatures = 1 << 30;
    private const int DeepestNesting = 64;
    private const int LongestName = 200;
}
