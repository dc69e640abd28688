using Precinto.Files;
using Precinto.Formats.Onnx;
using Precinto.Formats.Protobuf;

namespace Precinto.Formats.SavedModel;

/// <summary>Tells the messages of TensorFlow, which have no mark, by their structure: a node with a name and an operator is deep in each.</summary>
internal static class TensorFlowDetection
{
    public static bool IsSavedModel(ModelContent content) => Probe(content, 0, content.Length, [2], 2);

    public static bool IsMetaGraph(ModelContent content) => Probe(content, 0, content.Length, [1, 2, 3, 4, 5, 6, 7], 1);

    public static bool IsGraph(ModelContent content) => Probe(content, 0, content.Length, [], 0);

    public static bool IsKerasMetadata(ModelContent content)
    {
        try
        {
            ProtobufReader reader = new(content, 0, content.Length);
            if (!reader.TryReadTag(out var field, out var wire) || field != 1 || wire != ProtobufWire.Bytes)
                return false;
            reader.Enter(wire);
            while (reader.TryReadTag(out field, out wire))
            {
                if (field == 4 && wire == ProtobufWire.Bytes)
                    return reader.ReadText(wire, 256).StartsWith("_tf_keras_", StringComparison.Ordinal);
                reader.Skip(wire);
            }
        }
        catch (MalformedModelException)
        {
        }

        return false;
    }

    // Levels above a graph: two for a SavedModel, one for a MetaGraph. In both the next level is field 2.
    private static bool Probe(ModelContent content, long start, long length, ReadOnlySpan<int> fields, int levels)
    {
        try
        {
            ProtobufReader reader = new(content, start, length);
            for (var count = 0; count < FieldsToDetect && reader.TryReadTag(out var field, out var wire); count++)
            {
                if (levels == 0 ? !IsGraphField(field, wire) : !(fields.Contains(field) && wire == ProtobufWire.Bytes) && !(levels == 2 && field == 1 && wire == ProtobufWire.Varint))
                    return false;
                if (wire == ProtobufWire.Varint)
                {
                    reader.Skip(wire);
                    continue;
                }

                var (at, size) = reader.SkipPartly(wire);
                if (levels == 0 && field == 1)
                    return IsNode(content, at, size);
                if (levels == 2 && field == 2)
                    return Probe(content, at, size, [1, 2, 3, 4, 5, 6, 7], 1);
                if (levels == 1 && field == 2)
                    return Probe(content, at, size, [], 0);
            }
        }
        catch (MalformedModelException)
        {
        }

        return false;
    }

    private static bool IsGraphField(int field, ProtobufWire wire) => field == 3 ? wire == ProtobufWire.Varint : field is 1 or 2 or 4 or 5 && wire == ProtobufWire.Bytes;

    private static bool IsNode(ModelContent content, long start, long length)
    {
        ProtobufReader reader = new(content, start, length);
        var isNamed = false;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field is < 1 or > 8 || wire != ProtobufWire.Bytes)
                return false;
            if (field is not (1 or 2))
            {
                reader.SkipPartly(wire);
                continue;
            }

            var text = reader.ReadText(wire, 4096);
            if (text.Length == 0 || text.Any(character => character is < '!' or > '~'))
                return false;
            isNamed |= field == 1;
            if (field == 2)
                return isNamed && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '>' or '-' or '/');
        }

        return false;
    }

    private const int FieldsToDetect = 1000;
}
