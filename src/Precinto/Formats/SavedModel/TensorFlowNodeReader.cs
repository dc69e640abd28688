using Precinto.Formats.Onnx;
using Precinto.Formats.Protobuf;

namespace Precinto.Formats.SavedModel;

/// <summary>Reads one node of a graph (tensorflow/core/framework/node_def.proto, attr_value.proto, tensor.proto, tensor_shape.proto).</summary>
internal static class TensorFlowNodeReader
{
    public static TensorFlowNode Read(ProtobufReader reader, ProtobufWire wire)
    {
        TensorFlowNode node = new() { Position = reader.Position };
        var outer = reader.Enter(wire);
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
                    node.Inputs.Add(reader.ReadText(kind, TextBytes));
                    break;
                case 5:
                    ReadAttribute(reader, kind, node);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        return node;
    }

    private static void ReadAttribute(ProtobufReader reader, ProtobufWire wire, TensorFlowNode node)
    {
        var key = "";
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                key = reader.ReadText(kind, TextBytes);
            else if (field == 2)
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
                case 2 when key == "output_stream":
                    node.Stream = reader.ReadText(kind, TextBytes);
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
                node.Functions.Add(reader.ReadText(kind, TextBytes));
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
    }

    private static void ReadTensor(ProtobufReader reader, ProtobufWire wire, TensorFlowNode node)
    {
        IReadOnlyList<long?> shape = [];
        long type = 0;
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
                case 8 when node.Texts.Count < MostTexts:
                    var (_, bytes) = reader.ReadRaw(kind, LongestText);
                    node.Texts.Add(System.Text.Encoding.Latin1.GetString(bytes));
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        if (type is 1 or 2 or 14 or 19 && TensorShape.Count([.. shape.Select(length => length ?? -1)]) is { } count)
            node.Elements = count;
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

    private const int LongestText = 1 << 20;
    private const int MostTexts = 64;
}
