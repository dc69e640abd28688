using System.Globalization;
using System.Text;
using Precinto.Inference;
using Precinto.Inspection;

namespace Precinto.Cli.Inputs;

/// <summary>Comma-separated values (RFC 4180): one row on the command line, or a table whose first line names the columns.</summary>
internal static class CsvInput
{
    /// <summary>One row: numbers, truth values, and texts in quotes. An unquoted text is far more often a slip than a text.</summary>
    public static InputTable ParseRow(string text)
    {
        CsvFields fields = new(text, "--input");
        List<ScalarValue> row = [];
        while (fields.TryRead(out var field))
        {
            if (field.Row > 1)
                throw new UsageException("--input takes one row; put several into a file or into stdin");
            row.Add(field.IsQuoted ? ScalarValue.From(field.Text)
                : ToScalar(field.Text.Trim()) ?? throw new UsageException(
                    $"column {field.Column} of --input, '{Abbreviate(field.Text)}', is no number; write texts in quotes, and files as NAME.json or NAME.csv"));
        }

        return Table(null, [row], "--input");
    }

    public static InputTable ParseTable(string name, string text)
    {
        CsvFields fields = new(text, name);
        List<string> columns = [];
        List<IReadOnlyList<ScalarValue>> rows = [];
        List<ScalarValue> row = [];
        var areNumbers = true;
        var values = 0;
        while (fields.TryRead(out var field))
        {
            if (field.Row == 1)
            {
                areNumbers &= !field.IsQuoted && ToScalar(field.Text.Trim()) is { Kind: not ScalarKind.Boolean };
                columns.Add(field.IsQuoted ? field.Text : field.Text.Trim());
                continue;
            }

            if (field.Column > columns.Count)
                throw Wrong(name, field, $"is one more than the header has columns, which are {columns.Count}");
            if (++values > InputSource.MaximumValues)
                throw new UsageException($"{name} has more than {InputSource.MaximumValues} values; that is the most that is read");
            row.Add(field.IsQuoted ? ScalarValue.From(field.Text) : ToScalar(field.Text.Trim()) ?? ToText(name, field));
            if (!field.IsLast)
                continue;

            if (row.Count < columns.Count)
                throw new UsageException($"{name}, row {field.Row}: has {row.Count} columns where the header has {columns.Count}");
            rows.Add([.. row]);
            row.Clear();
        }

        if (columns.Count > 0 && areNumbers)
            throw new UsageException($"{name}: the first line holds numbers; it must name the columns");
        if (columns.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"{name}: the header names '{Abbreviate(twice.Key)}' twice");
        return Table(columns, rows, name);
    }

    /// <summary>A number or a truth value; null for everything else.</summary>
    internal static ScalarValue? ToScalar(string text)
    {
        if (text is "true" or "false" or "True" or "False")
            return ScalarValue.From(text is "true" or "True");
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return ScalarValue.From(whole);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? ScalarValue.From(real) : null;
    }

    private static ScalarValue ToText(string name, CsvField field)
    {
        var text = field.Text.Trim();
        if (text.Length == 0)
            throw Wrong(name, field, "is empty");

        // Such as 1e999, inf or NaN: no model was trained for it, and as a text it would only fail later and less clearly.
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? throw Wrong(name, field, "is no finite number")
            : ScalarValue.From(text);
    }

    private static InputTable Table(IReadOnlyList<string>? columns, IReadOnlyList<IReadOnlyList<ScalarValue>> rows, string name) =>
        rows.Count > 0 && rows[0].Count > 0 ? new(columns, rows) : throw new UsageException($"{name} holds no row; there is nothing to predict for");

    private static UsageException Wrong(string name, CsvField field, string problem) =>
        new($"{name}, row {field.Row}, column {field.Column}: '{Abbreviate(field.Text)}' {problem}");

    private static string Abbreviate(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
