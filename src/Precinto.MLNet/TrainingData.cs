using System.Security.Cryptography;
using Precinto.Inspection;

namespace Precinto.MLNet;

/// <summary>
/// A table of finite numbers in which each row belongs to a class: CSV as RFC 4180 has it, in UTF-8, whose first record names the columns.
/// </summary>
public sealed class TrainingData
{
    private TrainingData(
        string displayName,
        string labelColumn,
        IReadOnlyList<string> featureNames,
        IReadOnlyList<ScalarValue> classes,
        LabelledRows rows,
        string digest)
    {
        DisplayName = displayName;
        LabelColumn = labelColumn;
        FeatureNames = featureNames;
        Classes = classes;
        Rows = rows;
        DataDigest = digest;
    }

    /// <summary>The name of the column that holds the class.</summary>
    public string LabelColumn { get; }

    /// <summary>The names of all other columns, in the file's order: the order of the model's inputs.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The classes: whole numbers, ascending, if all labels are such; texts in ordinal order otherwise.</summary>
    public IReadOnlyList<ScalarValue> Classes { get; }

    /// <summary>The number of rows, the header not counted.</summary>
    public int RowCount => Rows.Count;

    /// <summary>The SHA-256 of the file's bytes in lower-case hex.</summary>
    public string DataDigest { get; }

    internal string DisplayName { get; }

    internal LabelledRows Rows { get; }

    /// <summary>Reads a CSV file; messages call it by its file name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labelColumn">The name of the column that holds the class.</param>
    /// <exception cref="TrainingDataException">The file is no table that can be learned from.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static TrainingData ReadCsv(string path, string labelColumn)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadCsv(stream, labelColumn, Path.GetFileName(path));
    }

    /// <summary>Reads CSV to the end of a stream, which is left open.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="labelColumn">The name of the column that holds the class.</param>
    /// <param name="displayName">What messages call the data.</param>
    /// <exception cref="TrainingDataException">The bytes are no table that can be learned from.</exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static TrainingData ReadCsv(Stream stream, string labelColumn, string displayName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(labelColumn);
        ArgumentException.ThrowIfNullOrEmpty(displayName);

        // The bytes that are hashed are the bytes that are learned from.
        var bytes = ReadAll(stream, displayName);
        var text = bytes.AsMemory();
        if (text.Span.StartsWith("\uFEFF"u8))
            text = text[3..];

        TrainingTable table = new(displayName, labelColumn);
        table.Read(new CsvReader(text, displayName));
        var (classes, classIndexes) = table.Classify();

        LabelledRows rows = new(table.TakeFeatures(), classIndexes, table.FeatureNames.Count, classes.Count);
        return new(displayName, labelColumn, table.FeatureNames, classes, rows, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>The most bytes a file may have.</summary>
    public const int MaximumBytes = 64 * 1024 * 1024;

    /// <summary>The most rows a file may have.</summary>
    public const int MaximumRows = 1_000_000;

    /// <summary>The most columns a file may have.</summary>
    public const int MaximumColumns = 4096;

    /// <summary>The most bytes one field may have.</summary>
    public const int MaximumFieldLength = 4096;

    /// <summary>The most classes the rows may belong to.</summary>
    public const int MaximumClasses = 256;

    private static byte[] ReadAll(Stream stream, string displayName)
    {
        using MemoryStream arrived = new();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (arrived.Length + read > MaximumBytes)
                throw new TrainingDataException(displayName, $"more than {MaximumBytes / (1024 * 1024)} MiB are not read");
            arrived.Write(buffer, 0, read);
        }

        return arrived.ToArray();
    }
}
