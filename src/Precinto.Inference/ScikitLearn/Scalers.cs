namespace Precinto.Inference.ScikitLearn;

/// <summary><c>StandardScaler</c>: subtracts a mean and divides by a scale.</summary>
internal sealed class StandardScaler : Transformer
{
    private readonly double[]? _mean;
    private readonly double[]? _scale;

    private StandardScaler(int featureCount, double[]? mean, double[]? scale)
        : base(featureCount)
    {
        _mean = mean;
        _scale = scale;
    }

    public static StandardScaler Read(EstimatorState state)
    {
        var features = state.FeatureCount();
        return new(
            features,
            state.Flag("with_mean") ? state.Vector("mean_", features) : null,
            state.Flag("with_std") ? state.Vector("scale_", features) : null);
    }

    public override double[] Transform(double[] row)
    {
        var scaled = (double[])row.Clone();
        for (var index = 0; index < scaled.Length; index++)
        {
            if (_mean is not null)
                scaled[index] -= _mean[index];
            if (_scale is not null)
                scaled[index] /= _scale[index];
        }

        return scaled;
    }
}

/// <summary><c>MinMaxScaler</c>: multiplies by a scale and adds a minimum.</summary>
internal sealed class MinMaxScaler : Transformer
{
    private readonly double[] _scale;
    private readonly double[] _minimum;

    private MinMaxScaler(int featureCount, double[] scale, double[] minimum)
        : base(featureCount)
    {
        _scale = scale;
        _minimum = minimum;
    }

    public static MinMaxScaler Read(EstimatorState state)
    {
        if (state.Has("clip") && state.Flag("clip"))
            throw state.Refuse("clips, which is not computed here");

        var features = state.FeatureCount();
        return new(features, state.Vector("scale_", features), state.Vector("min_", features));
    }

    public override double[] Transform(double[] row)
    {
        var scaled = new double[row.Length];
        for (var index = 0; index < row.Length; index++)
            scaled[index] = (row[index] * _scale[index]) + _minimum[index];
        return scaled;
    }
}
