using Precinto.Inspection;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>
/// Reads what a model answered: the first output of integers or texts with one entry a row holds the labels;
/// reals with several entries a row, or a map for each row, are probabilities; reals with one entry a row are the answer where there is no label.
/// </summary>
internal sealed class OnnxOutputs(IReadOnlyList<ScalarValue>? statedClasses)
{
    private readonly List<ScalarValue> _labels = [];
    private readonly List<ScalarValue> _numbers = [];
    private readonly List<IReadOnlyList<double>> _probabilities = [];
    private IReadOnlyList<ScalarValue>? _mapKeys;
    private string _seen = "";
    private int _rows;

    public void Add(int rows, IReadOnlyList<string> names, IReadOnlyList<OnnxValue> outputs)
    {
        _rows += rows;
        var hasLabels = false;
        var hasNumbers = false;
        var hasProbabilities = false;
        List<string> seen = [];
        for (var index = 0; index < outputs.Count; index++)
        {
            var output = outputs[index];
            if (output.Kind == OnnxKind.Sequence)
            {
                hasProbabilities = !hasProbabilities && TryAddMaps(output, rows);
                seen.Add($"'{names[index]}' is a sequence");
                continue;
            }

            if (output.Kind != OnnxKind.Tensor)
                continue;
            var shape = output.Shape();
            seen.Add($"'{names[index]}' is {shape.Type} [{string.Join(", ", shape.Dimensions)}]");
            var width = WidthOf(shape.Dimensions, rows);
            if (width == 1 && !hasLabels && ReadLabels(output, shape) is { } labels)
            {
                _labels.AddRange(labels);
                hasLabels = true;
            }
            else if (width == 1 && !hasNumbers && ReadReals(output, shape) is { } numbers)
            {
                _numbers.AddRange(numbers.Select(ScalarValue.From));
                hasNumbers = true;
            }
            else if (width > 1 && !hasProbabilities && ReadReals(output, shape) is { } probabilities)
            {
                _probabilities.AddRange(probabilities.Chunk((int)width));
                hasProbabilities = true;
            }
        }

        _seen = string.Join(", ", seen);
    }

    /// <exception cref="PredictionException">The outputs are none that a prediction can be read from.</exception>
    public Prediction ToPrediction()
    {
        var classes = Classes();
        var probabilities = _probabilities.Count == _rows && classes is not null ? _probabilities : null;
        if (_labels.Count == _rows)
            return new(_labels, probabilities, probabilities is null ? statedClasses : classes);
        if (probabilities is not null)
            return new([.. probabilities.Select(row => classes![IndexOfLargest(row)])], probabilities, classes);
        if (_numbers.Count == _rows && _probabilities.Count == 0)
            return new(_numbers, null, null);

        throw new PredictionException(PredictionFault.Model, $"The model's outputs are neither labels, nor probabilities of known classes, nor one number a row: {_seen}.");
    }

    private IReadOnlyList<ScalarValue>? Classes()
    {
        if (_probabilities.Count == 0)
            return null;

        var count = _probabilities[0].Count;
        if (_probabilities.Exists(row => row.Count != count))
            return null;
        if (_mapKeys is not null)
            return _mapKeys;
        if (statedClasses?.Count == count)
            return statedClasses;
        // A label that is the position of the largest probability needs no names.
        return _labels.Count == _rows && _labels.TrueForAll(label => label.Kind == ScalarKind.Integer && label.AsInteger() >= 0 && label.AsInteger() < count)
            ? [.. Enumerable.Range(0, count).Select(index => ScalarValue.From((long)index))]
            : null;
    }

    // Entries a row: [N] and [N, 1] have one, a single row may come without its dimension; 0 for what is no table of the rows.
    private static long WidthOf(long[] shape, int rows) => shape switch
    {
        [] when rows == 1 => 1,
        [var length] when length == rows => 1,
        [var length] when rows == 1 => length,
        [var length, var width] when length == rows => width,
        _ => 0,
    };

    private static IEnumerable<ScalarValue>? ReadLabels(OnnxValue output, OnnxShape shape) => shape.Type switch
    {
        OnnxElementType.Int64 => Array.ConvertAll(output.ToArray<long>(shape), ScalarValue.From),
        OnnxElementType.Int32 => Array.ConvertAll(output.ToArray<int>(shape), value => ScalarValue.From((long)value)),
        OnnxElementType.Bool => Array.ConvertAll(output.ToArray<byte>(shape), value => ScalarValue.From(value != 0)),
        OnnxElementType.String => Array.ConvertAll(output.ToTexts(shape), ScalarValue.From),
        _ => null,
    };

    private static double[]? ReadReals(OnnxValue output, OnnxShape shape) => shape.Type switch
    {
        OnnxElementType.Float => Array.ConvertAll(output.ToArray<float>(shape), value => (double)value),
        OnnxElementType.Double => output.ToArray<double>(shape),
        _ => null,
    };

    // ZipMap: for each row a map from class to probability, its keys in the same order in every row.
    private bool TryAddMaps(OnnxValue sequence, int rows)
    {
        if (sequence.Count != rows)
            return false;

        for (var row = 0; row < rows; row++)
        {
            using var map = sequence.Item(row);
            if (map.Kind != OnnxKind.Map)
                return false;
            using var keys = map.Item(0);
            using var values = map.Item(1);
            var labels = ReadLabels(keys, keys.Shape())?.ToArray();
            var reals = ReadReals(values, values.Shape());
            if (labels is null || reals is null || labels.Length != reals.Length)
                return false;
            _mapKeys ??= Order(labels);
            if (_mapKeys.Count != labels.Length)
                return false;

            var byLabel = labels.Zip(reals).ToDictionary(pair => pair.First, pair => pair.Second);
            if (!_mapKeys.All(byLabel.ContainsKey))
                return false;
            _probabilities.Add([.. _mapKeys.Select(key => byLabel[key])]);
        }

        return true;
    }

    private IReadOnlyList<ScalarValue> Order(ScalarValue[] keys) =>
        statedClasses is not null && statedClasses.Count == keys.Length && keys.All(statedClasses.Contains) ? statedClasses : keys;

    private static int IndexOfLargest(IReadOnlyList<double> row)
    {
        var best = 0;
        for (var index = 1; index < row.Count; index++)
            if (row[index] > row[best])
                best = index;
        return best;
    }
}
