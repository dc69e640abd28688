using Microsoft.ML.Trainers.FastTree;
using Precinto.MLNet.Onnx;

namespace Precinto.MLNet;

/// <summary>
/// Trees as the parallel lists of the TreeEnsembleClassifier operator (ai.onnx.ml 3). ML.NET keeps inner nodes and leaves apart
/// and writes a leaf as the complement of its index; here the leaves come behind the inner nodes of their tree.
/// </summary>
internal sealed class TreeTable
{
    private readonly List<long> _treeIds = [];
    private readonly List<long> _nodeIds = [];
    private readonly List<long> _features = [];
    private readonly List<float> _thresholds = [];
    private readonly List<string> _modes = [];
    private readonly List<long> _whenTrue = [];
    private readonly List<long> _whenFalse = [];
    private readonly List<long> _leafTreeIds = [];
    private readonly List<long> _leafNodeIds = [];
    private readonly List<long> _leafClasses = [];
    private readonly List<float> _leafWeights = [];
    private long _treeCount;

    /// <summary>Adds a tree whose leaves count as one of <paramref name="divisor"/> towards a class.</summary>
    public void Add(RegressionTreeBase tree, int classIndex, int divisor)
    {
        var innerCount = tree.NumberOfNodes;
        for (var node = 0; node < innerCount; node++)
        {
            if (tree.CategoricalSplitFlags[node])
                throw new NotSupportedException("A split over categories has no place in this table; numeric features give none.");

            AddNode(node, "BRANCH_LEQ", tree.NumericalSplitFeatureIndexes[node], tree.NumericalSplitThresholds[node],
                Place(tree.LeftChild[node], innerCount), Place(tree.RightChild[node], innerCount));
        }

        for (var leaf = 0; leaf < tree.NumberOfLeaves; leaf++)
        {
            AddNode(innerCount + leaf, "LEAF", 0, 0, 0, 0);
            _leafTreeIds.Add(_treeCount);
            _leafNodeIds.Add(innerCount + leaf);
            _leafClasses.Add(classIndex);
            _leafWeights.Add((float)(tree.LeafValues[leaf] / divisor));
        }

        _treeCount++;
    }

    public IReadOnlyList<OnnxAttribute> ToAttributes() =>
    [
        OnnxAttribute.Of("nodes_treeids", _treeIds),
        OnnxAttribute.Of("nodes_nodeids", _nodeIds),
        OnnxAttribute.Of("nodes_featureids", _features),
        OnnxAttribute.Of("nodes_values", _thresholds),
        OnnxAttribute.Of("nodes_modes", _modes),
        OnnxAttribute.Of("nodes_truenodeids", _whenTrue),
        OnnxAttribute.Of("nodes_falsenodeids", _whenFalse),
        OnnxAttribute.Of("class_treeids", _leafTreeIds),
        OnnxAttribute.Of("class_nodeids", _leafNodeIds),
        OnnxAttribute.Of("class_ids", _leafClasses),
        OnnxAttribute.Of("class_weights", _leafWeights),
    ];

    private void AddNode(int node, string mode, int feature, float threshold, int whenTrue, int whenFalse)
    {
        _treeIds.Add(_treeCount);
        _nodeIds.Add(node);
        _features.Add(feature);
        _thresholds.Add(threshold);
        _modes.Add(mode);
        _whenTrue.Add(whenTrue);
        _whenFalse.Add(whenFalse);
    }

    private static int Place(int child, int innerCount) => child >= 0 ? child : innerCount + ~child;
}
