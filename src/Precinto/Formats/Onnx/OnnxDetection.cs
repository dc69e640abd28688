using Precinto.Files;
using Precinto.Formats.Protobuf;

namespace Precinto.Formats.Onnx;

/// <summary>
/// Tells a model by its structure, for it has no mark: a version or an operator set, and a graph with nodes or weights. Loaders skip fields that
/// they do not know, and take fields in any order.
/// </summary>
internal static class OnnxDetection
{
    public static bool IsModel(ModelContent content)
    {
        var (isVersioned, hasGraph, hasOpset) = (false, false, false);
        try
        {
            ProtobufReader reader = new(content, 0, content.Length);
            while (!(hasGraph && (isVersioned || hasOpset)) && reader.TryReadTag(out var field, out var wire))
            {
                switch (field)
                {
                    case 1 when wire == ProtobufWire.Varint:
                        isVersioned = reader.ReadInteger(wire) is >= 1 and <= 100;
                        break;
                    case 7 when wire == ProtobufWire.Bytes && !hasGraph:
                        hasGraph = reader.Look(wire, IsGraph);
                        break;
                    default:
                        hasOpset |= field == 8 && wire == ProtobufWire.Bytes;
                        reader.SkipFar(wire);
                        break;
                }
            }
        }
        catch (MalformedModelException)
        {
            // A model that is cut off is still one.
        }

        return hasGraph && (isVersioned || hasOpset);
    }

    private static bool IsGraph(ProtobufReader reader)
    {
        try
        {
            while (reader.TryReadTag(out var field, out var wire))
            {
                if (field is 5 or 15 && wire == ProtobufWire.Bytes)
                    return true;
                if (field != 1 || wire != ProtobufWire.Bytes)
                {
                    reader.SkipFar(wire);
                    continue;
                }

                if (reader.Look(wire, IsNode))
                    return true;
            }
        }
        catch (MalformedModelException)
        {
        }

        return false;
    }

    // Its operator is in field 4.
    private static bool IsNode(ProtobufReader reader)
    {
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field == 4 && wire == ProtobufWire.Bytes)
                return true;
            reader.SkipFar(wire);
        }

        return false;
    }
}
