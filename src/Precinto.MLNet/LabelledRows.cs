namespace Precinto.MLNet;

/// <summary>Rows of features, one after the other in one array, each with the index of its class.</summary>
internal sealed class LabelledRows
{
    private readonly float[] _features;
    private readonly int[] _classIndexes;

    public LabelledRows(float[] features, int[] classIndexes, int featureCount, int classCount)
    {
        _features = features;
        _classIndexes = classIndexes;
        FeatureCount = featureCount;
        ClassCount = classCount;
    }

    public int Count => _classIndexes.Length;

    public int FeatureCount { get; }

    public int ClassCount { get; }

    public bool AreFinite => Array.TrueForAll(_features, float.IsFinite);

    public ReadOnlySpan<float> FeaturesOf(int row) => _features.AsSpan(row * FeatureCount, FeatureCount);

    public int ClassOf(int row) => _classIndexes[row];

    /// <summary>The rows that are asked for, in the order asked for.</summary>
    public LabelledRows Choose(IReadOnlyList<int> rows)
    {
        var features = new float[rows.Count * FeatureCount];
        for (var index = 0; index < rows.Count; index++)
            FeaturesOf(rows[index]).CopyTo(features.AsSpan(index * FeatureCount));

        return new(features, [.. rows.Select(ClassOf)], FeatureCount, ClassCount);
    }

    /// <summary>The same rows with other numbers for features.</summary>
    public LabelledRows WithFeatures(float[] features) => new(features, _classIndexes, FeatureCount, ClassCount);
}
