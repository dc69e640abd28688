using System.Text.Json;
using Precinto.Inspection;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>
/// Lays rows out as the model wants them: one tensor of all columns, [N, F] or [F], or one tensor a column, [N, 1] or [N].
/// </summary>
internal sealed class OnnxInputs
{
    private readonly List<Slot> _slots = [];
    private readonly string[]? _featureNames;

    /// <exception cref="PredictionException">The model takes something else than rows of numbers and texts.</exception>
    public OnnxInputs(OnnxSession session, ModelFacts facts)
    {
        for (var index = 0; index < session.InputNames.Count; index++)
        {
            var name = session.InputNames[index];
            var shape = session.InputShape(index) ?? throw new PredictionException(PredictionFault.Model, $"The input '{name}' is no tensor.");
            if (shape.Dimensions.Length is not (1 or 2))
                throw new PredictionException(PredictionFault.Model, $"The input '{name}' has {shape.Dimensions.Length} dimensions; rows have one or two.");
            _slots.Add(new(name, shape.Type, shape.Dimensions));
        }

        if (_slots.Count == 0)
            throw new PredictionException(PredictionFault.Model, "The model takes no input.");
        _featureNames = ReadNames(facts.Settings.FirstOrDefault(setting => setting.Key == "metadata.feature_names").Value);
    }

    /// <summary>The runs that a table takes: for each, the number of rows and the values of all inputs, for the caller to dispose.</summary>
    /// <exception cref="PredictionException">The table does not fit.</exception>
    public IEnumerable<(int Rows, IReadOnlyList<OnnxValue> Values)> Batches(InputTable table)
    {
        var columns = _slots.Count == 1 ? FeatureColumns(table) : ColumnsByInput(table);
        if (_slots.Count == 1 && _slots[0].Width is { } width && width != columns.Length)
            throw new PredictionException(PredictionFault.Input, $"The model takes {width} values in a row; {columns.Length} were given.");
        foreach (var slot in _slots)
            if (_slots.Count > 1 && slot.Width is { } each and not 1)
                throw new PredictionException(PredictionFault.Model, $"The input '{slot.Name}' takes {each} values in a row, and there are other inputs; only inputs of one value each can be filled from columns.");

        var size = BatchSize(table.Rows.Count, columns.Length);
        for (var start = 0; start < table.Rows.Count; start += size)
        {
            List<OnnxValue> values = [];
            try
            {
                for (var index = 0; index < _slots.Count; index++)
                {
                    var taken = _slots.Count == 1 ? columns : columns.AsSpan(index, 1).ToArray();
                    values.Add(Create(_slots[index], new(table, start, size, taken)));
                }
            }
            catch
            {
                values.ForEach(value => value.Dispose());
                throw;
            }

            yield return (size, values);
        }
    }

    private int BatchSize(int rows, int columns)
    {
        var size = rows;
        foreach (var slot in _slots)
        {
            // The one dimension of a vector counts rows where there is one value in a row, and values otherwise.
            var isRow = slot.Shape.Length == 1 && _slots.Count == 1 && columns > 1;
            var fixedRows = isRow ? 1 : slot.Shape[0];
            if (fixedRows is 1)
                size = 1;
            else if (fixedRows >= 0 && fixedRows != rows)
                throw new PredictionException(PredictionFault.Input, $"The model takes exactly {fixedRows} rows at once; {rows} were given.");
        }

        return size;
    }

    // Named columns are put into the order of the features that the model was trained on, where it states them.
    private int[] FeatureColumns(InputTable table)
    {
        int[] inOrder = [.. Enumerable.Range(0, table.Width)];
        if (table.Columns is not { } columns || _featureNames is not { } names || names.Length != columns.Count)
            return inOrder;

        var order = Array.ConvertAll(names, name => IndexOf(columns, name));
        var missing = Array.IndexOf(order, -1);

        // Names that fit in part are a slip; by position, the values would silently become those of other features.
        if (missing >= 0 && order.Any(index => index >= 0))
            throw new PredictionException(PredictionFault.Input, $"The model was trained on a column '{names[missing]}', which no column is named after.");
        return missing >= 0 || order.Distinct().Count() != order.Length ? inOrder : order;
    }

    private int[] ColumnsByInput(InputTable table)
    {
        if (table.Columns is { } columns)
        {
            var order = _slots.ConvertAll(slot => IndexOf(columns, slot.Name)).ToArray();
            var missing = Array.IndexOf(order, -1);
            return missing < 0 ? order : throw new PredictionException(PredictionFault.Input, $"The model takes the input '{_slots[missing].Name}', which no column is named after.");
        }

        return table.Width == _slots.Count
            ? [.. Enumerable.Range(0, _slots.Count)]
            : throw new PredictionException(PredictionFault.Input, $"The model takes {_slots.Count} values in a row; {table.Width} were given.");
    }

    private static int IndexOf(IReadOnlyList<string> columns, string name)
    {
        for (var index = 0; index < columns.Count; index++)
            if (columns[index] == name)
                return index;
        return -1;
    }

    private static OnnxValue Create(Slot slot, Block block)
    {
        long[] shape = slot.Shape.Length == 2 ? [block.Rows, block.Columns.Length]
            : block.Rows == 1 ? [block.Columns.Length]
            : [block.Rows];
        return slot.Type switch
        {
            OnnxElementType.Float => OnnxValue.From(block.Convert(ToSingle), slot.Type, shape),
            OnnxElementType.Double => OnnxValue.From(block.Convert(InputTable.ToNumber), slot.Type, shape),
            OnnxElementType.Int64 => OnnxValue.From(block.Convert(ToInteger), slot.Type, shape),
            OnnxElementType.Int32 => OnnxValue.From(block.Convert(ToInt32), slot.Type, shape),
            OnnxElementType.Bool => OnnxValue.From(block.Convert(ToBoolean), slot.Type, shape),
            OnnxElementType.String => OnnxValue.From(block.Convert(ToText), shape),
            _ => throw new PredictionException(PredictionFault.Model, $"The input '{slot.Name}' has elements of type {slot.Type}, which are not computed here."),
        };
    }

    private static float ToSingle(ScalarValue value, int row, int column)
    {
        var number = InputTable.ToNumber(value, row, column);
        var single = (float)number;
        return float.IsInfinity(single) && double.IsFinite(number)
            ? throw new PredictionException(PredictionFault.Input, $"Value {column + 1} of row {row + 1} is beyond the range of the model's numbers.")
            : single;
    }

    private static long ToInteger(ScalarValue value, int row, int column)
    {
        if (value.Kind == ScalarKind.Integer)
            return value.AsInteger();
        var number = InputTable.ToNumber(value, row, column);
        return double.IsInteger(number) && Math.Abs(number) <= 1L << 53
            ? (long)number
            : throw new PredictionException(PredictionFault.Input, $"Value {column + 1} of row {row + 1} is no whole number.");
    }

    private static int ToInt32(ScalarValue value, int row, int column) =>
        ToInteger(value, row, column) is >= int.MinValue and <= int.MaxValue and var number
            ? (int)number
            : throw new PredictionException(PredictionFault.Input, $"Value {column + 1} of row {row + 1} is beyond the range of the model's numbers.");

    private static bool ToBoolean(ScalarValue value, int row, int column) => ToInteger(value, row, column) switch
    {
        0 => false,
        1 => true,
        _ => throw new PredictionException(PredictionFault.Input, $"Value {column + 1} of row {row + 1} is no truth value."),
    };

    private static string ToText(ScalarValue value, int row, int column) => value.Kind != ScalarKind.Null
        ? value.ToString()
        : throw new PredictionException(PredictionFault.Input, $"Value {column + 1} of row {row + 1} is absent.");

    // A JSON array of texts; anything else leaves the columns in their order.
    private static string[]? ReadNames(ScalarValue? json)
    {
        if (json is not { Kind: ScalarKind.Text })
            return null;
        try
        {
            using var document = JsonDocument.Parse(json.AsText());
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(item => item.GetString() ?? "")]
                : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed record Slot(string Name, OnnxElementType Type, long[] Shape)
    {
        /// <summary>Values in a row, or null where the model leaves it free.</summary>
        public long? Width => Shape.Length == 2 ? (Shape[1] >= 0 ? Shape[1] : null) : null;
    }

    private sealed record Block(InputTable Table, int Start, int Rows, int[] Columns)
    {
        public T[] Convert<T>(Func<ScalarValue, int, int, T> convert)
        {
            var converted = new T[Rows * Columns.Length];
            var next = 0;
            for (var row = Start; row < Start + Rows; row++)
                foreach (var column in Columns)
                    converted[next++] = convert(Table.Rows[row][column], row, column);
            return converted;
        }
    }
}
