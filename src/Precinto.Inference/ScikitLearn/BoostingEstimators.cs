using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary>The stages of gradient boosting: a start, and for each stage and score one regression tree times the learning rate.</summary>
internal sealed class BoostedTrees
{
    private readonly double[] _start;
    private readonly DecisionTree[][] _stages;
    private readonly double _learningRate;

    private BoostedTrees(double[] start, DecisionTree[][] stages, double learningRate)
    {
        _start = start;
        _stages = stages;
        _learningRate = learningRate;
    }

    public static BoostedTrees Read(EstimatorState state, int features, double[] start)
    {
        var array = state.ArrayOf(state.Value("estimators_"), "estimators_");
        if (array.Shape is not [> 0 and var stages, var scores] || scores != start.Length || array.Objects is not { } members || array.IsFortran)
            throw state.Refuse("has stages that do not agree with its classes");

        var trees = new DecisionTree[stages][];
        for (var stage = 0; stage < trees.Length; stage++)
        {
            trees[stage] = new DecisionTree[start.Length];
            for (var score = 0; score < start.Length; score++)
                trees[stage][score] = TreeClassifier.ReadMember(state, members[(stage * start.Length) + score], "DecisionTreeRegressor", features, 1);
        }

        return new(start, trees, state.Number("learning_rate"));
    }

    public double[] Scores(double[] row)
    {
        var single = DecisionTree.ToSingle(row);
        var scores = (double[])_start.Clone();
        foreach (var stage in _stages)
        {
            for (var score = 0; score < scores.Length; score++)
                scores[score] += _learningRate * stage[score].Leaf(single)[0];
        }

        return scores;
    }

    /// <summary>What boosting starts from, or null where it starts from zero.</summary>
    public static EstimatorState? Start(EstimatorState state, string type, string strategy)
    {
        if (state.Value("init_").Text == "zero")
            return null;

        var start = state.State("init_");
        if (!start.Is("sklearn.dummy", type) || start.Text("strategy") is not { } found || !strategy.Split(' ').Contains(found))
            throw state.Refuse($"starts from a {start.Module}.{start.Type}, which is not computed here");
        return start;
    }
}

/// <summary><c>GradientBoostingClassifier</c>.</summary>
internal sealed class BoostingClassifier : Classifier
{
    private readonly BoostedTrees _trees;
    private readonly bool _isExponential;

    private BoostingClassifier(int featureCount, IReadOnlyList<ScalarValue> classes, BoostedTrees trees, bool isExponential)
        : base(featureCount, classes)
    {
        _trees = trees;
        _isExponential = isExponential;
    }

    public static BoostingClassifier Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        var classes = state.Classes();
        var isExponential = state.Text("loss") switch
        {
            "log_loss" or "deviance" => false,
            "exponential" when classes.Count == 2 => true,
            _ => throw state.Refuse("has an unknown loss"),
        };
        if (classes.Count < 2)
            throw state.Refuse("has a single class");

        var start = new double[classes.Count == 2 ? 1 : classes.Count];
        if (BoostedTrees.Start(state, "DummyClassifier", "prior") is { } prior)
        {
            // scikit-learn keeps the shares away from 0 and 1 by the precision of 32-bit floats.
            var shares = Array.ConvertAll(prior.Vector("class_prior_", classes.Count), share => Math.Clamp(share, SinglePrecision, 1 - SinglePrecision));
            if (start.Length == 1)
                start[0] = Math.Log(shares[1] / (1 - shares[1])) * (isExponential ? 0.5 : 1);
            else
                start = Array.ConvertAll(shares, Math.Log);
        }

        return new(features, classes, BoostedTrees.Read(state, features, start), isExponential);
    }

    public override (double[] Probabilities, int Predicted) Predict(double[] row)
    {
        var scores = _trees.Scores(row);
        if (scores.Length == 1)
        {
            var share = Logistic(_isExponential ? 2 * scores[0] : scores[0]);
            return ([1 - share, share], share > 1 - share ? 1 : 0);
        }

        var shares = Softmax(scores);
        return (shares, IndexOfLargest(shares));
    }

    private const double SinglePrecision = 1.1920928955078125e-07;
}

/// <summary><c>GradientBoostingRegressor</c>.</summary>
internal sealed class BoostingRegressor : Regressor
{
    private readonly BoostedTrees _trees;

    private BoostingRegressor(int featureCount, BoostedTrees trees)
        : base(featureCount) => _trees = trees;

    public static BoostingRegressor Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        var start = new double[1];
        if (BoostedTrees.Start(state, "DummyRegressor", "mean median quantile") is { } constant)
            start = constant.Matrix("constant_", 1, 1);
        return new(features, BoostedTrees.Read(state, features, start));
    }

    public override double Predict(double[] row) => _trees.Scores(row)[0];
}
