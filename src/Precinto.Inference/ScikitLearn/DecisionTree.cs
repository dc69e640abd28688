using Precinto.Formats.Numpy;
using Precinto.Formats.Pickle;

namespace Precinto.Inference.ScikitLearn;

/// <summary>
/// The nodes of one tree (<c>sklearn.tree._tree.Tree</c>): a structured array of children, feature and threshold, and an array of values
/// of shape (nodes, outputs, classes). A node goes left where the feature, as a 32-bit float, is at most its 64-bit threshold.
/// </summary>
internal sealed class DecisionTree
{
    private readonly int[] _left;
    private readonly int[] _right;
    private readonly int[] _feature;
    private readonly double[] _threshold;
    private readonly double[] _values;
    private readonly int _width;

    private DecisionTree(int count, double[] values, int width)
    {
        _left = new int[count];
        _right = new int[count];
        _feature = new int[count];
        _threshold = new double[count];
        _values = values;
        _width = width;
    }

    /// <summary>Reads <c>tree_</c> of a decision tree with one output.</summary>
    /// <param name="owner">The estimator that has it.</param>
    /// <param name="featureCount">The number of features that its nodes may ask for.</param>
    /// <param name="width">The number of values a node holds: one a class, or one for a regression.</param>
    public static DecisionTree Read(EstimatorState owner, int featureCount, int width)
    {
        var state = owner.State("tree_");
        if (!state.Is("sklearn.tree._tree", "Tree"))
            throw owner.Refuse($"has a tree of the unknown type {state.Module}.{state.Type}");
        if (state.Arguments is not [{ Integer: { } features }, _, { Integer: 1 }] || features != featureCount)
            throw state.Refuse("was made for another number of features, or for several outputs");

        var count = state.Count("node_count");
        var nodes = state.ArrayOf(state.Value("nodes"), "nodes");
        if (nodes.Shape.Count != 1 || nodes.Count != count)
            throw state.Refuse("does not have as many nodes as it says");

        DecisionTree tree = new(count, state.Numbers(state.Value("values"), "values", count, 1, width), width);
        tree.Fill(state, nodes, featureCount);
        return tree;
    }

    /// <summary>The values of the leaf that a row falls into. The row holds 32-bit floats.</summary>
    public ReadOnlySpan<double> Leaf(ReadOnlySpan<float> row)
    {
        // Each child stands behind its parent, so this ends.
        var node = 0;
        while (_left[node] >= 0)
            node = row[_feature[node]] <= _threshold[node] ? _left[node] : _right[node];
        return _values.AsSpan(node * _width, _width);
    }

    /// <summary>Casts a row as scikit-learn does before it asks a tree.</summary>
    public static float[] ToSingle(double[] row)
    {
        var single = new float[row.Length];
        for (var index = 0; index < row.Length; index++)
        {
            single[index] = (float)row[index];
            if (!float.IsFinite(single[index]))
                throw new PredictionException(PredictionFault.Input, $"Value {index + 1} is too large for a 32-bit number, in which trees compare.");
        }

        return single;
    }

    private void Fill(EstimatorState state, NumpyArray nodes, int featureCount)
    {
        var bytes = state.BytesOf(nodes, "nodes");
        var left = Field(state, nodes, "left_child", NumpyKind.SignedInteger);
        var right = Field(state, nodes, "right_child", NumpyKind.SignedInteger);
        var feature = Field(state, nodes, "feature", NumpyKind.SignedInteger);
        var threshold = Field(state, nodes, "threshold", NumpyKind.Real);
        for (var node = 0; node < _left.Length; node++)
        {
            ReadOnlySpan<byte> element = bytes.AsSpan(node * nodes.Type.ItemSize, nodes.Type.ItemSize);
            var leftChild = EstimatorState.ReadInteger(element.Slice(left.Offset, 8), left.Type.IsBigEndian);
            var rightChild = EstimatorState.ReadInteger(element.Slice(right.Offset, 8), right.Type.IsBigEndian);
            if (leftChild == Leafless && rightChild == Leafless)
            {
                _left[node] = -1;
                continue;
            }

            var asked = EstimatorState.ReadInteger(element.Slice(feature.Offset, 8), feature.Type.IsBigEndian);
            var limit = EstimatorState.ReadReal(element.Slice(threshold.Offset, 8), threshold.Type.IsBigEndian);
            if (leftChild <= node || leftChild >= _left.Length || rightChild <= node || rightChild >= _left.Length)
                throw state.Refuse($"has children of node {node} that are none");
            if (asked < 0 || asked >= featureCount)
                throw state.Refuse($"asks in node {node} for a feature that is none");
            if (!double.IsFinite(limit))
                throw state.Refuse($"has a threshold in node {node} that is not finite");

            _left[node] = (int)leftChild;
            _right[node] = (int)rightChild;
            _feature[node] = (int)asked;
            _threshold[node] = limit;
        }
    }

    private static NumpyField Field(EstimatorState state, NumpyArray nodes, string name, NumpyKind kind) =>
        nodes.Type.Field(name) is { Type: { ItemSize: 8 } type } field && type.Kind == kind ? field : throw state.Refuse($"has nodes without {name}");

    private const long Leafless = -1;
}
