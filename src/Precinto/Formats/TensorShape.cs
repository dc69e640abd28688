namespace Precinto.Formats;

/// <summary>The arithmetic of dimensions, which come out of the file: their product must not wrap around.</summary>
internal static class TensorShape
{
    /// <summary>The number of elements; null where a dimension is negative, or where the product does not fit into 63 bits.</summary>
    public static long? Count(IReadOnlyList<long> shape) => Multiply(1, shape);

    /// <summary>The sum of two counts, or the largest number where it does not fit.</summary>
    public static long Add(long count, long more) => more > long.MaxValue - count ? long.MaxValue : count + more;

    /// <summary>The product of a factor that is not negative and all dimensions; null where a dimension is negative, or where it does not fit into 63 bits.</summary>
    public static long? Multiply(long factor, IReadOnlyList<long> shape)
    {
        // An empty dimension makes the product zero, yet it hides no overflow of the others.
        Int128 product = factor;
        Int128 nonZero = 1;
        foreach (var length in shape)
        {
            if (length < 0)
                return null;
            product *= length;
            nonZero *= Math.Max(length, 1);
            if (product > long.MaxValue || nonZero > long.MaxValue)
                return null;
        }

        return (long)product;
    }
}
