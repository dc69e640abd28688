namespace Precinto.Formats;

/// <summary>A value that is known before a model runs: how large it is, and its numbers where they are few enough to be a shape.</summary>
/// <param name="Shape">Its dimensions; as reals, for they may be beyond any integer.</param>
/// <param name="Numbers">Its elements, or null where there are too many of them or they are not known.</param>
internal sealed record KnownValue(double[] Shape, double[]? Numbers = null)
{
    /// <summary>The most elements that are kept: no shape has more.</summary>
    public const int MostNumbers = 64;

    /// <summary>The most values that one result may have beyond what its file stores: no honest mask or table of positions comes near.</summary>
    public const long MostValues = 2_000_000_000;

    /// <summary>The most values that a file of a length can store.</summary>
    public static double StoredAtMost(long fileLength) => fileLength * 16.0;

    public double Count => CountOf(Shape);

    public static double CountOf(IEnumerable<double> shape) => shape.Aggregate(1.0, (count, length) => count * length);

    public static KnownValue Vector(double[] numbers) => new([numbers.Length], numbers);
}
