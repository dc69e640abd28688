using System.Buffers;
using System.Globalization;
using System.Text;
using Precinto.Inspection;

namespace Precinto.MLNet;

/// <summary>Collects the records of a CSV file into features and labels, and refuses what cannot be learned from.</summary>
internal sealed class TrainingTable(string displayName, string labelColumn)
{
    private readonly List<string> _featureNames = [];
    private readonly List<float> _features = [];
    private readonly List<int> _labels = [];
    private readonly List<CsvField> _distinctLabels = [];
    private readonly Dictionary<string, int> _labelIndexes = new(StringComparer.Ordinal);
    private string[] _columns = [];
    private int _labelIndex;

    public IReadOnlyList<string> FeatureNames => _featureNames;

    public float[] TakeFeatures() => [.. _features];

    public void Read(CsvReader reader)
    {
        ReadHeader(reader.ReadRecord()
            ?? throw new TrainingDataException(displayName, "the file is empty; its first line must name the columns"));

        while (reader.ReadRecord() is { } record)
        {
            if (record.Count != _columns.Length)
                throw Ragged(record, reader.RecordLine);
            if (_labels.Count == TrainingData.MaximumRows)
                throw new TrainingDataException(displayName, reader.RecordLine, 1,
                    $"more than {TrainingData.MaximumRows} rows are not read");

            for (var column = 0; column < record.Count; column++)
                if (column != _labelIndex)
                    _features.Add(ReadNumber(record[column]));
            ReadLabel(record[_labelIndex]);
        }

        if (_labels.Count == 0)
            throw new TrainingDataException(displayName, "there is no row below the header");
    }

    /// <summary>The classes in their order, and for each row the index of its class.</summary>
    public (IReadOnlyList<ScalarValue> Classes, int[] Indexes) Classify()
    {
        if (_distinctLabels.Count == 1)
            throw new TrainingDataException(displayName,
                $"all rows have the label '{Shorten(_distinctLabels[0].Text)}'; there is nothing to tell apart");

        RefuseQuantities();
        var areIntegers = _distinctLabels.TrueForAll(label => IsCanonicalInteger(label.Text));
        var order = Enumerable.Range(0, _distinctLabels.Count).ToArray();
        if (areIntegers)
            Array.Sort(order, (left, right) => ToInteger(left).CompareTo(ToInteger(right)));
        else
            Array.Sort(order, (left, right) => string.CompareOrdinal(_distinctLabels[left].Text, _distinctLabels[right].Text));

        var place = new int[order.Length];
        for (var index = 0; index < order.Length; index++)
            place[order[index]] = index;

        IReadOnlyList<ScalarValue> classes =
            [.. order.Select(index => areIntegers ? ScalarValue.From(ToInteger(index)) : ScalarValue.From(_distinctLabels[index].Text))];
        return (classes, [.. _labels.Select(label => place[label])]);
    }

    private void ReadHeader(IReadOnlyList<CsvField> header)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var field in header)
        {
            if (string.IsNullOrWhiteSpace(field.Text))
                throw new TrainingDataException(displayName, field.Line, field.Column, "the column has no name");
            if (!seen.Add(field.Text))
                throw new TrainingDataException(displayName, field.Line, field.Column, $"a second column is named '{Shorten(field.Text)}'");
        }

        _columns = [.. header.Select(field => field.Text)];
        _labelIndex = Array.IndexOf(_columns, labelColumn);
        if (_labelIndex < 0)
            throw new TrainingDataException(displayName, $"there is no column '{Shorten(labelColumn)}'; the columns are {ListColumns()}");
        if (_columns.Length == 1)
            throw new TrainingDataException(displayName, $"there is no column but '{Shorten(labelColumn)}'; nothing is left to learn from");

        _featureNames.AddRange(_columns.Where((_, index) => index != _labelIndex));
    }

    private float ReadNumber(CsvField field)
    {
        if (string.IsNullOrWhiteSpace(field.Text))
            throw Wrong(field, "a number is missing");
        if (!float.TryParse(field.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            throw Wrong(field, $"'{Shorten(field.Text)}' is not a number");
        if (!float.IsFinite(number))
            throw Wrong(field, $"'{Shorten(field.Text)}' is not a finite number of 32 bits");

        // A negative zero equals zero but would make other bytes.
        return number == 0 ? 0 : number;
    }

    private void ReadLabel(CsvField field)
    {
        if (string.IsNullOrWhiteSpace(field.Text))
            throw Wrong(field, "the label is missing");

        if (!_labelIndexes.TryGetValue(field.Text, out var index))
        {
            index = _distinctLabels.Count;

            // Quantities are known by their first fraction; only then is the number of classes worth a word of its own.
            if (index == TrainingData.MaximumClasses)
            {
                RefuseQuantities();
                throw Wrong(field, $"'{Shorten(field.Text)}' is class {index + 1}; at most {index} are told apart");
            }

            _labelIndexes.Add(field.Text, index);
            _distinctLabels.Add(field);
        }

        _labels.Add(index);
    }

    private void RefuseQuantities()
    {
        if (!_distinctLabels.TrueForAll(label => double.TryParse(label.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            return;

        foreach (var label in _distinctLabels)
            if (label.Text.AsSpan().ContainsAnyExcept(IntegerCharacters))
                throw Wrong(label, $"the labels are numbers such as '{Shorten(label.Text)}': "
                    + "only classes are learned, written as whole numbers or texts, not quantities");
    }

    private long ToInteger(int index) =>
        long.Parse(_distinctLabels[index].Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private TrainingDataException Ragged(IReadOnlyList<CsvField> record, int line)
    {
        if (record is [{ Text.Length: 0 }])
            return new(displayName, line, 1, "the line is empty");

        return new(displayName, line, Math.Min(record.Count, _columns.Length) + (record.Count > _columns.Length ? 1 : 0),
            $"the row has {record.Count} fields where the header has {_columns.Length}");
    }

    private TrainingDataException Wrong(CsvField field, string problem) =>
        new(displayName, field.Line, field.Column, $"{problem} (column '{Shorten(_columns[field.Column - 1])}')");

    private string ListColumns()
    {
        var named = string.Join(", ", _columns.Take(MaximumListed).Select(column => $"'{Shorten(column)}'"));
        return _columns.Length > MaximumListed ? $"{named} and {_columns.Length - MaximumListed} more" : named;
    }

    private static bool IsCanonicalInteger(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value.ToString(CultureInfo.InvariantCulture) == text;

    // A field may hold whole paragraphs. What of it can be shown is up to whoever shows the message.
    private static string Shorten(string text)
    {
        StringBuilder shortened = new();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shortened.Length >= MaximumQuoted)
                return shortened.Append('…').ToString();
            shortened.Append(rune.ToString());
        }

        return shortened.ToString();
    }

    private static readonly SearchValues<char> IntegerCharacters = SearchValues.Create("+-0123456789");

    private const int MaximumListed = 20;
    private const int MaximumQuoted = 40;
}
