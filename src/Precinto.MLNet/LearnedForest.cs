using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Precinto.Inspection;
using Precinto.MLNet.Onnx;

namespace Precinto.MLNet;

/// <summary>
/// A forest for each class, grown by ML.NET to answer 1 for rows of that class and 0 for others, all in one TreeEnsembleClassifier.
/// The score of a class is the mean of its trees' leaves. The probability of class k among K is (score k + e) / (sum of scores + K e)
/// with e = 10⁻⁶, so that a row which every forest denies gets the same probability for all classes and not a division by zero.
/// </summary>
internal sealed class LearnedForest : LearnedClassifier
{
    private readonly MLContext _context;
    private readonly RegressionPredictionTransformer<FastForestRegressionModelParameters>[] _forests;

    private LearnedForest(MLContext context, RegressionPredictionTransformer<FastForestRegressionModelParameters>[] forests)
    {
        _context = context;
        _forests = forests;
    }

    public override string ModelType => "FastForestClassifier";

    public override string Algorithm => "FastForest";

    /// <returns>Null where the rows do not let a single tree be split for some class.</returns>
    public static LearnedForest? TryLearn(MLContext context, LabelledRows rows, int seed, CancellationToken cancellation)
    {
        FastForestRegressionTrainer.Options options = new()
        {
            LabelColumnName = nameof(ExampleRow.Target),
            FeatureColumnName = nameof(ExampleRow.Features),
            NumberOfTrees = TreesPerClass,
            NumberOfLeaves = LeavesPerTree,
            MinimumExampleCountPerLeaf = Math.Clamp(rows.Count / 50, 1, 10),
            Seed = seed,
            FeatureSelectionSeed = unchecked(seed + 1),

            // The order in which threads finish would change the bits.
            NumberOfThreads = 1,
        };

        var forests = new RegressionPredictionTransformer<FastForestRegressionModelParameters>[rows.ClassCount];
        for (var index = 0; index < forests.Length; index++)
        {
            var wanted = index;
            var view = ToView(context, rows, actual => actual == wanted ? 1 : 0, cancellation);
            forests[index] = context.Regression.Trainers.FastForest(options).Fit(view);
            if (forests[index].Model.TrainedTreeEnsemble.Trees.Count == 0)
                return null;
        }

        return new(context, forests);
    }

    public override float[][] Predict(LabelledRows rows)
    {
        var view = ToView(_context, rows, _ => 0, CancellationToken.None);
        var scores = Array.ConvertAll(_forests, forest => forest.Transform(view).GetColumn<float>("Score").ToArray());

        var probabilities = new float[rows.Count][];
        for (var row = 0; row < rows.Count; row++)
        {
            var shifted = Array.ConvertAll(scores, ofClass => ofClass[row] + Epsilon);
            var sum = shifted.Sum();
            probabilities[row] = Array.ConvertAll(shifted, score => score / sum);
        }

        return probabilities;
    }

    private protected override void WriteProbabilities(OnnxGraph graph, IReadOnlyList<ScalarValue> classes)
    {
        TreeTable table = new();
        for (var index = 0; index < _forests.Length; index++)
        {
            var trees = _forests[index].Model.TrainedTreeEnsemble.Trees;
            foreach (var tree in trees)
                table.Add(tree, index, trees.Count);
        }

        var labels = classes[0].Kind == ScalarKind.Integer
            ? OnnxAttribute.Of("classlabels_int64s", [.. classes.Select(value => value.AsInteger())])
            : OnnxAttribute.Of("classlabels_strings", [.. classes.Select(value => value.AsText())]);

        // The operator could add e by itself (base_values), but for two classes ONNX Runtime takes that to mean something else.
        graph.AddMachineLearningNode("TreeEnsembleClassifier", Input, ["best_class", "scores"],
            [labels, .. table.ToAttributes(), OnnxAttribute.Of("post_transform", "NONE")]);
        graph.AddInitializer("epsilon", [1], [Epsilon]);
        graph.AddInitializer("class_axis", [1], [1L]);
        graph.AddNode("Add", ["scores", "epsilon"], "raised_scores");
        graph.AddNode("ReduceSum", ["raised_scores", "class_axis"], "score_sum", OnnxAttribute.Of("keepdims", 1));
        graph.AddNode("Div", ["raised_scores", "score_sum"], Probabilities);
    }

    private const float Epsilon = 1e-6f;
    private const int TreesPerClass = 50;
    private const int LeavesPerTree = 32;
}
