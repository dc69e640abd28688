namespace Precinto.Formats.Boosting;

/// <summary>What stands behind the trees of LightGBM, line by line: how much each feature counts, the parameters of the training, the categories of pandas.</summary>
internal sealed class LightgbmTail
{
    private bool _isParameters;
    private bool _isImportance;

    /// <summary>Whether a line begins what stands behind the trees.</summary>
    public static bool Begins(ReadOnlySpan<byte> line) => BeginsPart(line) || line.StartsWith(Categories);

    /// <summary>False for a line that has no place there.</summary>
    public bool Take(ReadOnlySpan<byte> line)
    {
        if (line.Contains((byte)0))
            return false;
        if (line.IsEmpty)
            return true;
        if (BeginsPart(line) || line.SequenceEqual("end of parameters"u8))
        {
            _isImportance = line[0] == 'f';
            _isParameters = line[0] == 'p';
            return true;
        }

        if (_isParameters)
            return line[0] == '[' && line[^1] == ']' && line.Contains((byte)':');
        // Categories are JSON in one line.
        return line.StartsWith(Categories) || (_isImportance && line.LastIndexOf((byte)'=') >= 0 && char.IsAsciiDigit((char)line[^1]));
    }

    private static bool BeginsPart(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("feature_importances:"u8) || line.SequenceEqual("feature importances:"u8) || line.SequenceEqual("parameters:"u8);

    private static ReadOnlySpan<byte> Categories => "pandas_categorical:"u8;
}
