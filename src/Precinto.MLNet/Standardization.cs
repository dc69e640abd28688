namespace Precinto.MLNet;

/// <summary>Takes the mean off each feature and divides by its standard deviation.</summary>
internal sealed class Standardization
{
    private readonly float[] _means;
    private readonly float[] _scales;

    private Standardization(float[] means, float[] scales)
    {
        _means = means;
        _scales = scales;
    }

    public ReadOnlySpan<float> Means => _means;

    public ReadOnlySpan<float> Scales => _scales;

    public static Standardization Of(LabelledRows rows)
    {
        var means = new double[rows.FeatureCount];
        for (var row = 0; row < rows.Count; row++)
            for (var feature = 0; feature < means.Length; feature++)
                means[feature] += rows.FeaturesOf(row)[feature] / (double)rows.Count;

        var variances = new double[rows.FeatureCount];
        for (var row = 0; row < rows.Count; row++)
            for (var feature = 0; feature < means.Length; feature++)
                variances[feature] += Math.Pow(rows.FeaturesOf(row)[feature] - means[feature], 2) / rows.Count;

        return new(Array.ConvertAll(means, mean => (float)mean), Array.ConvertAll(variances, ToScale));
    }

    public LabelledRows Apply(LabelledRows rows)
    {
        var features = new float[rows.Count * rows.FeatureCount];
        for (var row = 0; row < rows.Count; row++)
            for (var feature = 0; feature < rows.FeatureCount; feature++)
                features[(row * rows.FeatureCount) + feature] = (rows.FeaturesOf(row)[feature] - _means[feature]) * _scales[feature];

        return rows.WithFeatures(features);
    }

    // A feature that hardly varies tells nothing; what is left of it in 32 bits is rounding, and dividing by that would make it everything.
    private static float ToScale(double variance)
    {
        var scale = (float)(1 / Math.Sqrt(variance));
        return float.IsNormal(scale) ? scale : 0;
    }
}
