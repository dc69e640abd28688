using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary>
/// One tree or a forest of them. Each tree answers the share of each class among the training samples of its leaf;
/// a forest answers the mean of the shares.
/// </summary>
internal sealed class TreeClassifier : Classifier
{
    private readonly DecisionTree[] _trees;
    private readonly bool _isForest;

    private TreeClassifier(int featureCount, IReadOnlyList<ScalarValue> classes, DecisionTree[] trees, bool isForest)
        : base(featureCount, classes)
    {
        _trees = trees;
        _isForest = isForest;
    }

    public static TreeClassifier Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        var classes = state.Classes();
        return new(features, classes, [DecisionTree.Read(state, features, classes.Count)], isForest: false);
    }

    public static TreeClassifier ReadForest(EstimatorState state, string treeType)
    {
        var features = state.FeatureCount();
        var classes = state.Classes();
        return new(features, classes, ReadTrees(state, treeType, features, classes.Count), isForest: true);
    }

    public static DecisionTree[] ReadTrees(EstimatorState state, string treeType, int features, int width)
    {
        var members = state.List("estimators_", 0);
        if (members.Count == 0)
            throw state.Refuse("has no trees");

        return [.. members.Select(member => ReadMember(state, member, treeType, features, width))];
    }

    public static DecisionTree ReadMember(EstimatorState state, Formats.Pickle.PickleValue member, string treeType, int features, int width)
    {
        var tree = state.State(member);
        if (!tree.Is("sklearn.tree._classes", treeType) && !tree.Is("sklearn.tree.tree", treeType))
            throw state.Refuse($"holds a {tree.Module}.{tree.Type} among its trees");
        return DecisionTree.Read(tree, features, width);
    }

    public override (double[] Probabilities, int Predicted) Predict(double[] row)
    {
        var single = DecisionTree.ToSingle(row);
        var sums = new double[Classes.Count];
        foreach (var tree in _trees)
        {
            var leaf = tree.Leaf(single);
            double total = 0;
            foreach (var share in leaf)
                total += share;
            if (total == 0)
                total = 1;
            for (var index = 0; index < sums.Length; index++)
                sums[index] += leaf[index] / total;
        }

        for (var index = 0; index < sums.Length; index++)
            sums[index] /= _trees.Length;

        // A single tree compares the counts themselves.
        return (sums, IndexOfLargest(_isForest ? sums : _trees[0].Leaf(single)));
    }
}

/// <summary>One tree or the mean of a forest of them.</summary>
internal sealed class TreeRegressor : Regressor
{
    private readonly DecisionTree[] _trees;

    private TreeRegressor(int featureCount, DecisionTree[] trees)
        : base(featureCount) => _trees = trees;

    public static TreeRegressor Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        return new(features, [DecisionTree.Read(state, features, 1)]);
    }

    public static TreeRegressor ReadForest(EstimatorState state, string treeType)
    {
        var features = state.FeatureCount();
        return new(features, TreeClassifier.ReadTrees(state, treeType, features, 1));
    }

    public override double Predict(double[] row)
    {
        var single = DecisionTree.ToSingle(row);
        double sum = 0;
        foreach (var tree in _trees)
            sum += tree.Leaf(single)[0];
        return sum / _trees.Length;
    }
}
