using Precinto.Files;
using Precinto.Formats.Protobuf;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Tells the messages of TensorFlow, which have no mark, by their structure: a node with a name and an operator is deep in each. Loaders skip
/// fields that they do not know, and take fields in any order, so that any node will do, whatever stands before it.
/// </summary>
internal static class TensorFlowDetection
{
    public static bool IsSavedModel(ModelContent content) => Holds(content, Message.SavedModel);

    public static bool IsMetaGraph(ModelContent content) => Holds(content, Message.MetaGraph);

    public static bool IsGraph(ModelContent content) => Holds(content, Message.Graph);

    public static bool IsKerasMetadata(ModelContent content) => Holds(content, Message.KerasMetadata);

    /// <summary>What the identifiers of Keras' objects begin with.</summary>
    public const string KerasIdentifier = "_tf_keras_";

    private static bool Holds(ModelContent content, Message kind)
    {
        Stack<(long Start, long Length, Message Kind)> open = new([(0, content.Length, kind)]);
        while (open.TryPop(out var message))
        {
            try
            {
                if (Search(new(content, message.Start, message.Length), message.Kind, open))
                    return true;
            }
            catch (MalformedModelException)
            {
                // What came before the break may still hold a node.
            }
        }

        return false;
    }

    // Nodes are looked at where they stand; only the few messages around them wait.
    private static bool Search(ProtobufReader reader, Message kind, Stack<(long Start, long Length, Message Kind)> open)
    {
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (wire != ProtobufWire.Bytes || Inner(kind, field) is not { } inner)
            {
                reader.SkipFar(wire);
                continue;
            }

            if (inner is Message.Node or Message.KerasObject)
            {
                if (reader.Look(wire, at => Try(at, inner)))
                    return true;
                continue;
            }

            var (start, length) = reader.SkipPartly(wire);
            if (length > 0 && open.Count < MostOpen)
                open.Push((start, length, inner));
        }

        return false;
    }

    private static bool Try(ProtobufReader reader, Message kind)
    {
        try
        {
            return kind == Message.Node ? IsNode(reader) : IsKerasObject(reader);
        }
        catch (MalformedModelException)
        {
            return false;
        }
    }

    private static Message? Inner(Message kind, int field) => (kind, field) switch
    {
        (Message.SavedModel, 2) => Message.MetaGraph,
        (Message.MetaGraph, 2) => Message.Graph,
        (Message.Graph, 1) => Message.Node,
        (Message.Graph, 2) => Message.Library,
        (Message.Library, 1) => Message.Function,
        (Message.Function, 3) => Message.Node,
        (Message.KerasMetadata, 1) => Message.KerasObject,
        _ => null,
    };

    private static bool IsNode(ProtobufReader reader)
    {
        var (isNamed, hasOperator, isPlaced) = (false, false, true);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field is not (1 or 2 or 4) || wire != ProtobufWire.Bytes)
            {
                reader.SkipFar(wire);
                continue;
            }

            var text = reader.ReadText(wire, LongestName);
            if (field == 4)
            {
                // Where it is to run, as "/device:GPU:0": TensorFlow takes nothing else. Graphs of MediaPipe have the names of streams there.
                isPlaced = text is "" or ['/', ..];
                continue;
            }

            if (text.Length == 0 || text.Any(character => character is < '!' or > '~'))
                return false;
            isNamed |= field == 1;
            hasOperator |= field == 2 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '>' or '-' or '/');
        }

        return isNamed && hasOperator && isPlaced;
    }

    private static bool IsKerasObject(ProtobufReader reader)
    {
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field != 4 || wire != ProtobufWire.Bytes)
                reader.SkipFar(wire);
            else if (reader.ReadText(wire, LongestName).StartsWith(KerasIdentifier, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private const int LongestName = TensorFlowNodeReader.TextBytes;
    private const int MostOpen = 100_000;

    private enum Message
    {
        SavedModel,
        MetaGraph,
        Graph,
        Library,
        Function,
        Node,
        KerasMetadata,
        KerasObject,
    }
}
