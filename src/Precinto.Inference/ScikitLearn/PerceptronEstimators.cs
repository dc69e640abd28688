using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary><c>MLPClassifier</c> with one label a row.</summary>
internal sealed class PerceptronClassifier : Classifier
{
    private readonly Perceptron _perceptron;

    private PerceptronClassifier(int featureCount, IReadOnlyList<ScalarValue> classes, Perceptron perceptron)
        : base(featureCount, classes) => _perceptron = perceptron;

    public static PerceptronClassifier Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        var classes = state.Classes();
        var outputs = classes.Count == 2 ? 1 : classes.Count;
        var output = outputs == 1 ? "logistic" : "softmax";
        if (classes.Count < 2 || state.Text("out_activation_") != output)
            throw state.Refuse("does not have one label a row");

        var binarizer = state.State("_label_binarizer");
        if (!binarizer.Is("sklearn.preprocessing._label", "LabelBinarizer") || !binarizer.Classes().SequenceEqual(classes)
            || binarizer.Number("neg_label") != 0 || binarizer.Number("pos_label") != 1)
            throw state.Refuse("has labels that disagree with its classes");

        return new(features, classes, Perceptron.Read(state, features, outputs));
    }

    public override (double[] Probabilities, int Predicted) Predict(double[] row)
    {
        var values = _perceptron.Forward(row);
        if (values.Length > 1)
        {
            var shares = Softmax(values);
            return (shares, IndexOfLargest(shares));
        }

        var share = Logistic(values[0]);
        return ([1 - share, share], share > 0.5 ? 1 : 0);
    }
}

/// <summary><c>MLPRegressor</c> with one target.</summary>
internal sealed class PerceptronRegressor : Regressor
{
    private readonly Perceptron _perceptron;

    private PerceptronRegressor(int featureCount, Perceptron perceptron)
        : base(featureCount) => _perceptron = perceptron;

    public static PerceptronRegressor Read(EstimatorState state)
    {
        if (state.Text("out_activation_") != "identity")
            throw state.Refuse("has an unknown activation of its output");

        var features = state.FeatureCount();
        return new(features, Perceptron.Read(state, features, 1));
    }

    public override double Predict(double[] row) => _perceptron.Forward(row)[0];
}
