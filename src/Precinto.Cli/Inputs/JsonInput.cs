using System.Text.Json;
using Precinto.Formats;
using Precinto.Inference;
using Precinto.Inspection;

namespace Precinto.Cli.Inputs;

/// <summary>Rows in JSON: an array of arrays, an array of objects by input name, or one row of either kind.</summary>
internal static class JsonInput
{
    public static InputTable Parse(string name, byte[] bytes)
    {
        try
        {
            using var document = StrictJson.Parse(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes);
            return new JsonRows(name).Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{name}: {exception.Message}", exception);
        }
    }

    private sealed class JsonRows(string name)
    {
        private readonly List<IReadOnlyList<ScalarValue>> _rows = [];
        private List<string>? _columns;
        private int _values;

        public InputTable Read(JsonElement root)
        {
            var isSingle = root.ValueKind == JsonValueKind.Object
                || (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 && root[0].ValueKind is not (JsonValueKind.Array or JsonValueKind.Object));
            if (isSingle)
                Add(root);
            else if (root.ValueKind == JsonValueKind.Array)
                foreach (var row in root.EnumerateArray())
                    Add(row);
            else
                throw new UsageException($"{name} holds neither an array nor an object");

            return _rows.Count > 0 ? new(_columns, _rows) : throw new UsageException($"{name} holds no row; there is nothing to predict for");
        }

        private void Add(JsonElement row)
        {
            var number = _rows.Count + 1;
            var values = row.ValueKind switch
            {
                JsonValueKind.Array when _columns is null => ReadArray(row, number),
                JsonValueKind.Object when _columns is not null || _rows.Count == 0 => ReadObject(row, number),
                JsonValueKind.Array or JsonValueKind.Object => throw new UsageException($"{name}, row {number}: arrays and objects stand together; use one of them"),
                _ => throw new UsageException($"{name}, row {number}: is neither an array nor an object"),
            };
            if (values.Count == 0)
                throw new UsageException($"{name}, row {number}: is empty");
            if (_rows.Count > 0 && values.Count != _rows[0].Count)
                throw new UsageException($"{name}, row {number}: has {values.Count} columns where the first has {_rows[0].Count}");
            _rows.Add(values);
        }

        private List<ScalarValue> ReadArray(JsonElement row, int number)
        {
            List<ScalarValue> values = [];
            foreach (var value in row.EnumerateArray())
                values.Add(ToScalar(value, number, $"column {values.Count + 1}"));
            return values;
        }

        private List<ScalarValue> ReadObject(JsonElement row, int number)
        {
            _columns ??= [.. row.EnumerateObject().Select(member => member.Name)];
            List<ScalarValue> values = [];
            foreach (var column in _columns)
                values.Add(row.TryGetProperty(column, out var value)
                    ? ToScalar(value, number, $"'{column}'")
                    : throw new UsageException($"{name}, row {number}: lacks '{column}'"));
            if (row.GetPropertyCount() > _columns.Count)
                throw new UsageException($"{name}, row {number}: has {row.GetPropertyCount()} members where the first has {_columns.Count}");
            return values;
        }

        private ScalarValue ToScalar(JsonElement value, int row, string column)
        {
            if (++_values > InputSource.MaximumValues)
                throw new UsageException($"{name} has more than {InputSource.MaximumValues} values; that is the most that is read");

            return value.ValueKind switch
            {
                JsonValueKind.True or JsonValueKind.False => ScalarValue.From(value.GetBoolean()),
                JsonValueKind.String => ScalarValue.From(value.Text(column)),
                JsonValueKind.Number when value.TryGetInt64(out var whole) => ScalarValue.From(whole),
                JsonValueKind.Number when value.TryGetDouble(out var real) && double.IsFinite(real) => ScalarValue.From(real),
                JsonValueKind.Number => throw new UsageException($"{name}, row {row}, {column}: is no finite number"),
                _ => throw new UsageException($"{name}, row {row}, {column}: is neither a number, nor a text, nor true or false"),
            };
        }
    }
}
