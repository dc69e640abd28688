using Precinto.Inspection;

namespace Precinto.Inference;

/// <summary>Rows to predict for: a rectangle of numbers, truth values and texts, with or without column names.</summary>
public sealed class InputTable
{
    /// <summary>Creates a table.</summary>
    /// <param name="columns">The name of each column, or null where values are told apart by position alone.</param>
    /// <param name="rows">The rows, all of the same length.</param>
    /// <exception cref="ArgumentException">There is no row, or the rows differ in length.</exception>
    public InputTable(IReadOnlyList<string>? columns, IReadOnlyList<IReadOnlyList<ScalarValue>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || rows[0].Count == 0)
            throw new ArgumentException("There is nothing to predict for.", nameof(rows));
        for (var index = 0; index < rows.Count; index++)
            if (rows[index].Count != rows[0].Count)
                throw new ArgumentException($"Row {index + 1} has {rows[index].Count} values where the first has {rows[0].Count}.", nameof(rows));
        if (columns is not null && columns.Count != rows[0].Count)
            throw new ArgumentException($"There are {columns.Count} column names for {rows[0].Count} values.", nameof(columns));

        Columns = columns;
        Rows = rows;
    }

    /// <summary>The name of each column, or null.</summary>
    public IReadOnlyList<string>? Columns { get; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<IReadOnlyList<ScalarValue>> Rows { get; }

    /// <summary>The number of values in each row.</summary>
    public int Width => Rows[0].Count;

    /// <summary>All values as numbers, one array a row; truth values count as 0 and 1.</summary>
    /// <exception cref="PredictionException">A value is no number, or the row is not <paramref name="width"/> long.</exception>
    internal double[][] ToNumbers(long width)
    {
        if (Width != width)
            throw new PredictionException(PredictionFault.Input, $"The model takes {width} values in a row; {Width} were given.");

        return [.. Rows.Select((row, index) => row.Select((value, column) => ToNumber(value, index, column)).ToArray())];
    }

    internal static double ToNumber(ScalarValue value, int row, int column) => value.Kind switch
    {
        ScalarKind.Real => value.AsReal(),
        ScalarKind.Integer => value.AsInteger(),
        ScalarKind.Boolean => value.AsBoolean() ? 1 : 0,
        _ => throw new PredictionException(PredictionFault.Input, $"Value {column + 1} of row {row + 1} is no number."),
    };
}
