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

        if (Array.Exists(shape, dimension => dimension < 0))
            return false;
        if (Array.Exists(shape, dimension => dimension == 0))
            return true;

        Int128 bytes = itemSize;
        foreach (var dimension in shape)
        {
            bytes *= dimension;
            if (bytes > long.MaxValue)
                return false;
        }

        length = (long)bytes;
        return true;
    }
}
