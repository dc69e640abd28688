using System.Buffers.Binary;

namespace Precinto.Formats.FlatBuffers;

/// <summary>
/// The texts of a FlexBuffer that is a list (flatbuffers.dev, "FlexBuffers"): its last bytes are the root's type and width, offsets lead
/// backwards, and a list has its length before its elements and their types behind them.
/// </summary>
internal static class FlexVector
{
    /// <summary>The bytes of the text at an index of the list that the buffer is.</summary>
    /// <returns>False where the buffer is no list, or its element no text.</returns>
    public static bool TryReadText(ReadOnlySpan<byte> buffer, int index, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (buffer.Length < 3)
            return false;
        int rootWidth = buffer[^1];
        if (!TryFollow(buffer, buffer.Length - 2 - rootWidth, rootWidth, out var list) || buffer[^2] >> 2 is not (Map or List))
            return false;
        var width = 1 << (buffer[^2] & 3);
        if (!TryReadNumber(buffer, list - width, width, out var count) || count > (ulong)buffer.Length || index >= (long)count)
            return false;
        var type = list + ((long)count * width) + index;
        if (type >= buffer.Length || buffer[(int)type] >> 2 != Text || !TryFollow(buffer, list + ((long)index * width), width, out var start))
            return false;
        var lengthWidth = 1 << (buffer[(int)type] & 3);
        if (!TryReadNumber(buffer, start - lengthWidth, lengthWidth, out var length) || length > (ulong)(buffer.Length - start))
            return false;
        text = buffer.Slice((int)start, (int)length);
        return true;
    }

    private static bool TryFollow(ReadOnlySpan<byte> buffer, long at, int width, out long target)
    {
        target = 0;
        if (!TryReadNumber(buffer, at, width, out var back) || back > (ulong)at)
            return false;
        target = at - (long)back;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> buffer, long at, int width, out ulong number)
    {
        number = 0;
        if (at < 0 || at > buffer.Length - width)
            return false;
        var bytes = buffer[(int)at..];
        switch (width)
        {
            case 1:
                number = bytes[0];
                return true;
            case 2:
                number = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
                return true;
            case 4:
                number = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                return true;
            case 8:
                number = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                return true;
            default:
                return false;
        }
    }

    private const int Text = 5;
    private const int Map = 9;
    private const int List = 10;
}
