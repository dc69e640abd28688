using Precinto.Formats.Numpy;

namespace Precinto.Formats.Pickle;

/// <summary>The shape of an array, and the number of bytes that it asks for, computed without overflow.</summary>
internal static class NumpyShape
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
        return NumpyDataType.TryMultiply(1, shape, out _) && NumpyDataType.TryMultiply(itemSize, shape, out length);
    }
}
