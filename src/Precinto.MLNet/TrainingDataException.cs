namespace Precinto.MLNet;

/// <summary>A table cannot be learned from; the message names the file and, where there is one, the place.</summary>
public sealed class TrainingDataException : Exception
{
    internal TrainingDataException(string displayName, string problem)
        : base($"{displayName}: {problem}")
    {
    }

    internal TrainingDataException(string displayName, int line, int column, string problem)
        : base($"{displayName}:{line}:{column}: {problem}")
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line of the file on which the field begins, counted from 1; null where the table as a whole is meant.</summary>
    public int? Line { get; }

    /// <summary>The field within its record, counted from 1; null where the table as a whole is meant.</summary>
    public int? Column { get; }
}
