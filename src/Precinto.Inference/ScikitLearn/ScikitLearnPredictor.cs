using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary>
/// Computes what scikit-learn would predict, from the numbers in a pickle or joblib file. Nothing in the file is executed and no Python is
/// needed; a model that is not exactly one of the known estimators is refused.
/// </summary>
public sealed class ScikitLearnPredictor : Predictor
{
    private readonly IReadOnlyList<Transformer> _transformers;
    private readonly Estimator _estimator;
    private readonly int _width;
    private readonly IReadOnlyList<string>? _columns;

    private ScikitLearnPredictor(IReadOnlyList<Transformer> transformers, Estimator estimator, IReadOnlyList<string>? columns)
    {
        _transformers = transformers;
        _estimator = estimator;
        _width = estimator.FeatureCount;
        _columns = columns;
    }

    /// <summary>Reads the numbers of a model; the content is not needed any more afterwards.</summary>
    /// <exception cref="PredictionException">The estimator is not one that is computed here, or disagrees with itself.</exception>
    /// <exception cref="MalformedModelException">The bytes are no pickle, or break off.</exception>
    /// <exception cref="IOException">The content could not be read.</exception>
    public static ScikitLearnPredictor Load(ModelContent content, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);

        InspectionContext context = new(InspectionLimits.Default, cancellation) { FileLength = content.Length };
        var document = PickleReader.Read(content, context);
        var danger = context.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Danger);
        if (danger is not null)
            throw new PredictionException(PredictionFault.Model, $"The file is dangerous ({danger.Code}); nothing is predicted from it.");

        var state = EstimatorState.Read(document.Root, document);
        var (transformers, last, first) = EstimatorReader.ReadAll(state);
        if (last is Transformer)
            throw new PredictionException(PredictionFault.Model, $"A {state.Type} predicts nothing.");

        var columns = first.FeatureNames();
        if (columns is not null && columns.Count != last.FeatureCount)
            throw state.Refuse("names another number of features than it takes");
        return new(transformers, last, columns);
    }

    private protected override Prediction PredictCore(InputTable input)
    {
        // scikit-learn refuses columns in another order too: the numbers would be taken for each other.
        if (_columns is not null && input.Columns is not null && !_columns.SequenceEqual(input.Columns))
            throw new PredictionException(PredictionFault.Input, $"The columns must be, in this order: {string.Join(", ", _columns)}.");

        var rows = input.ToNumbers(_width);
        for (var row = 0; row < rows.Length; row++)
        {
            var column = Array.FindIndex(rows[row], value => !double.IsFinite(value));
            if (column >= 0)
                throw new PredictionException(PredictionFault.Input, $"Value {column + 1} of row {row + 1} is not finite.");
            foreach (var transformer in _transformers)
                rows[row] = transformer.Transform(rows[row]);
        }

        if (_estimator is Regressor regressor)
            return new([.. rows.Select(row => ScalarValue.From(Finite(regressor.Predict(row))))], null, null);

        var classifier = (Classifier)_estimator;
        var answers = rows.Select(row => classifier.Predict(row)).ToArray();
        foreach (var (probabilities, _) in answers)
        {
            foreach (var probability in probabilities)
                Finite(probability);
        }

        return new(
            [.. answers.Select(answer => classifier.Classes[answer.Predicted])],
            [.. answers.Select(answer => (IReadOnlyList<double>)answer.Probabilities)],
            classifier.Classes);
    }

    // Finite numbers can still overflow on the way; such an answer is none.
    private static double Finite(double value) =>
        double.IsFinite(value) ? value : throw new PredictionException(PredictionFault.Model, "The prediction is not a finite number.");
}
