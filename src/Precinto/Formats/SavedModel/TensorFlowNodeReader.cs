using System.Buffers.Binary;
using System.Text;
using Precinto.Formats.Protobuf;

namespace Precinto.Formats.SavedModel;

/// <summary>Reads one node of a graph (tensorflow/core/framework/node_def.proto, attr_value.proto, tensor.proto, tensor_shape.proto).</summary>
internal static class TensorFlowNodeReader
{
    public static TensorFlowNode Read(ProtobufReader reader, ProtobufWire wire)
    {
        var outer = reader.Enter(wire);
        var node = Read(reader);
        reader.Leave(outer);
        return node;
    }

    /// <summary>Reads the node that the rest of the message is.</summary>
    public static TensorFlowNode Read(ProtobufReader reader)
    {
        TensorFlowNode node = new() { Position = reader.Position };
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 1:
                    node.Name = reader.ReadText(kind, TextBytes);
                    break;
                case 2:
                    node.Operator = reader.ReadText(kind, TextBytes);
                    break;
                case 3:
                    node.AddInput(reader.ReadText(kind, TextBytes));
                    break;
                case 5:
                    ReadAttribute(reader, kind, node);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        return node;
    }

    // An entry of a map is a message: its value may come before its key, and the last key counts.
    private static void ReadAttribute(ProtobufReader reader, ProtobufWire wire, TensorFlowNode node)
    {
        var key = "";
        var outer = reader.Enter(wire);
        var start = reader.Position;
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                key = reader.ReadText(kind, TextBytes);
            else
                reader.Skip(kind);
        }

        reader.ReturnTo(start);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 2)
                ReadValue(reader, kind, key, node);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
    }

    private static void ReadValue(ProtobufReader reader, ProtobufWire wire, string key, TensorFlowNode node)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 1:
                    var list = reader.Enter(kind);
                    while (reader.TryReadTag(out var part, out var partKind))
                    {
                        if (part == 9)
                            ReadFunctionName(reader, partKind, node);
                        else
                            reader.Skip(partKind);
                    }

                    reader.Leave(list);
                    break;
                case 2 when TensorFlowOperators.IsPathSetting(key):
                    node.AddSetting(key, ReadBytes(reader, kind));
                    break;
                case 2 when key == "module":
                    node.Module = reader.SkipBytes(kind);
                    break;
                case 3 when key == "axis":
                    node.Axis = reader.ReadInteger(kind);
                    break;
                case 6 when key == "dtype":
                    node.Type = reader.ReadInteger(kind);
                    break;
                case 7 when key == "shape":
                    node.Shape = ReadShape(reader, kind);
                    break;
                case 8 when key == "value":
                    ReadTensor(reader, kind, node);
                    break;
                case 10:
                    ReadFunctionName(reader, kind, node);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
    }

    private static void ReadFunctionName(ProtobufReader reader, ProtobufWire wire, TensorFlowNode node)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                node.AddFunction(reader.ReadText(kind, TextBytes));
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
    }

    private static void ReadTensor(ProtobufReader reader, ProtobufWire wire, TensorFlowNode node)
    {
        IReadOnlyList<long?> shape = [];
        long type = 0;
        byte[]? packed = null;
        var isCut = false;
        var letters = 0L;
        List<long> whole = [];
        List<double> reals = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 1:
                    type = reader.ReadInteger(kind);
                    break;
                case 2:
                    shape = ReadShape(reader, kind);
                    break;
                case 4:
                    var (start, length) = reader.SkipBytes(kind);
                    isCut |= length > LongestPath;
                    packed = length is > 0 and <= LongestPath ? reader.ReadAgain(start, (int)length) : packed;
                    break;
                case 5 or 6 when kind != ProtobufWire.Varint:
                    ReadReals(reader, kind, field == 5 ? 4 : 8, reals);
                    break;
                case 7 or 10:
                    reader.ReadIntegers(kind, whole, int.MaxValue);
                    if (whole.Count > KnownValue.MostNumbers)
                        whole.RemoveRange(KnownValue.MostNumbers, whole.Count - KnownValue.MostNumbers);
                    break;
                case 8:
                    var text = ReadBytes(reader, kind);
                    letters += text.Length;
                    node.AddText(text);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        double[] lengths = [.. shape.Select(length => (double)(length ?? 0))];
        node.Value = type == Text ? new([Math.Max(letters, KnownValue.CountOf(lengths))]) : new(lengths, NumbersOf(type, lengths, packed, whole, reals));
        var count = TensorShape.Count([.. shape.Select(length => length ?? -1)]);
        if (type == Text && (isCut || (packed is not null && !TryAddPacked(packed, count, node))))
            node.AddUnread();
        if (type is 1 or 2 or 14 or 19 && count is { } elements)
            node.Elements = elements;
        node.Type = node.Type == 0 ? type : node.Type;
    }

    private static void ReadReals(ProtobufReader reader, ProtobufWire wire, int size, List<double> reals)
    {
        var count = reader.CountFixed(wire, size);
        if (reals.Count + count > KnownValue.MostNumbers)
            return;
        var bytes = reader.ReadAgain(reader.Position - (count * size), (int)count * size);
        reals.AddRange(bytes.Chunk(size).Select(number => size == 4 ? BinaryPrimitives.ReadSingleLittleEndian(number) : BinaryPrimitives.ReadDoubleLittleEndian(number)));
    }

    // Where fewer numbers are stored than the shape has, the last stands for the rest.
    private static double[]? NumbersOf(long type, double[] shape, byte[]? packed, List<long> whole, List<double> reals)
    {
        if (KnownValue.CountOf(shape) is not (>= 1 and <= KnownValue.MostNumbers and var count))
            return null;
        double[] stored = packed is null ? whole.Count > 0 ? [.. whole.Select(number => (double)number)] : [.. reals] : (type, packed.Length % 8) switch
        {
            (3, 0 or 4) => [.. packed.Chunk(4).Select(number => (double)BinaryPrimitives.ReadInt32LittleEndian(number))],
            (9, 0) => [.. packed.Chunk(8).Select(number => (double)BinaryPrimitives.ReadInt64LittleEndian(number))],
            (1, 0 or 4) => [.. packed.Chunk(4).Select(number => (double)BinaryPrimitives.ReadSingleLittleEndian(number))],
            (2, 0) => [.. packed.Chunk(8).Select(number => BinaryPrimitives.ReadDoubleLittleEndian(number))],
            _ => [],
        };
        return type is not (1 or 2 or 3 or 9) || stored.Length > count ? null : [.. stored, .. Enumerable.Repeat(stored is [] ? 0 : stored[^1], (int)count - stored.Length)];
    }

    // Texts in tensor_content: all lengths, as numbers of variable size, and then all bytes (tensorflow/core/lib/core/coding).
    private static bool TryAddPacked(ReadOnlySpan<byte> packed, long? count, TensorFlowNode node)
    {
        if (count is null || count > packed.Length)
            return false;
        List<int> lengths = [];
        var at = 0;
        while (lengths.Count < count)
        {
            var length = 0;
            for (var shift = 0; ; shift += 7)
            {
                if (at == packed.Length || shift > 14)
                    return false;
                length |= (packed[at] & 0x7F) << shift;
                if (packed[at++] < 0x80)
                    break;
            }

            lengths.Add(length);
        }

        foreach (var length in lengths)
        {
            if (length > packed.Length - at)
                return false;
            node.AddText(Encoding.Latin1.GetString(packed.Slice(at, length)));
            at += length;
        }

        return true;
    }

    // Constants may hold texts of any length, and no path is longer than this: of others the beginning is kept, which may be a path up to a NUL.
    private static string ReadBytes(ProtobufReader reader, ProtobufWire wire)
    {
        var (start, length) = reader.SkipBytes(wire);
        var text = Encoding.Latin1.GetString(reader.ReadAgain(start, (int)(length > LongestPath ? LongestName : length)));
        reader.ReturnTo(start + length);
        return text;
    }

    public static List<long?> ReadShape(ProtobufReader reader, ProtobufWire wire)
    {
        List<long?> shape = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field != 2 || shape.Count > 255)
            {
                reader.Skip(kind);
                continue;
            }

            long size = 0;
            var dimension = reader.Enter(kind);
            while (reader.TryReadTag(out var part, out var partKind))
            {
                if (part == 1)
                    size = reader.ReadInteger(partKind);
                else
                    reader.Skip(partKind);
            }

            reader.Leave(dimension);
            shape.Add(size < 0 ? null : size);
        }

        reader.Leave(outer);
        return shape;
    }

    /// <summary>The longest name that is read.</summary>
    public const int TextBytes = 1 << 16;

    /// <summary>The number of the type of texts (tensorflow/core/framework/types.proto).</summary>
    public const int Text = 7;

    private const int LongestPath = 1 << 16;

    // What Linux opens.
    private const int LongestName = 4096;
}
