namespace Precinto.Formats.Pickle;

/// <summary>The shape of an array as a pickle states it, and the number of bytes that it asks for.</summary>
internal static class PickledShape
{
    public static bool TryRead(PickleValue value, int itemSize, out long[] shape, out long length)
    {
        shape = [];
        length = 0;
        if (value.Integer is { } single)
            shape = [single];
        else if (value.Tuple is { Items.Length: <= 64 } tuple)
            shape = [.. tuple.Items.Select(item => item.Integer ?? -1)];
        else
            return false;

        // The number of elements must be one even where an element takes no bytes.
        if (TensorShape.Count(shape) is null || TensorShape.Multiply(itemSize, shape) is not { } product)
            return false;

        length = product;
        return true;
    }
}
