using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>Reads ValueInfoProto and TypeProto: the declared inputs and outputs.</summary>
internal static class OnnxTypes
{
    public static TensorFact ReadValue(ProtobufReader reader, ProtobufWire wire, InspectionContext context)
    {
        var name = "";
        var type = "";
        List<long?> shape = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                name = reader.ReadText(kind, context.Limits.TextBytes);
            else if (field == 2)
                (type, shape) = ReadType(reader, kind, context.Limits.Nesting);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
        return new(name, type, shape);
    }

    // Types nest (a sequence of maps of tensors); the open ones are kept here instead of on the stack.
    private static (string Type, List<long?> Shape) ReadType(ProtobufReader reader, ProtobufWire wire, int nesting)
    {
        var type = "";
        List<long?> shape = [];
        System.Text.StringBuilder around = new();
        var closing = 0;
        Stack<(Part Part, long Outer)> open = [];
        open.Push((Part.Type, reader.Enter(wire)));
        while (open.TryPeek(out var current))
        {
            if (!reader.TryReadTag(out var field, out var kind))
            {
                reader.Leave(current.Outer);
                open.Pop();
                continue;
            }

            if (open.Count > nesting)
                throw new MalformedModelException(reader.Position, $"A type is nested more than {nesting} deep.");

            switch (current.Part, field)
            {
                case (Part.Type, 1 or 8):
                    (type, shape) = ReadTensorType(reader, kind);
                    break;
                case (Part.Type, 4 or 9):
                    around.Append(field == 4 ? "sequence(" : "optional(");
                    closing++;
                    open.Push((Part.Sequence, reader.Enter(kind)));
                    break;
                case (Part.Type, 5):
                    around.Append("map(");
                    closing++;
                    open.Push((Part.Map, reader.Enter(kind)));
                    break;
                case (Part.Map, 1):
                    around.Append(OnnxElementType.NameOf(reader.ReadInteger(kind))).Append(", ");
                    break;
                case (Part.Sequence, 1) or (Part.Map, 2):
                    open.Push((Part.Type, reader.Enter(kind)));
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }

            if (around.Length > LongestType)
                throw new MalformedModelException(reader.Position, "A type is declared again and again.");
        }

        return (around + type + new string(')', closing), shape);
    }

    private static (string Type, List<long?> Shape) ReadTensorType(ProtobufReader reader, ProtobufWire wire)
    {
        var type = "";
        List<long?> shape = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                type = OnnxElementType.NameOf(reader.ReadInteger(kind));
            else if (field == 2)
                ReadShape(reader, kind, shape);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
        return (type, shape);
    }

    private static void ReadShape(ProtobufReader reader, ProtobufWire wire, List<long?> shape)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field != 1)
            {
                reader.Skip(kind);
                continue;
            }

            if (shape.Count == LargestRank)
                throw new MalformedModelException(reader.Position, $"A shape has more than {LargestRank} dimensions.");
            long? length = null;
            var dimension = reader.Enter(kind);
            while (reader.TryReadTag(out var part, out var partKind))
            {
                // A name, or a negative length as some exporters write it, leaves the dimension free.
                if (part == 1)
                    length = reader.ReadInteger(partKind) is >= 0 and var stated ? stated : null;
                else
                    reader.Skip(partKind);
            }

            reader.Leave(dimension);
            shape.Add(length);
        }

        reader.Leave(outer);
    }

    private const int LargestRank = 64;
    private const int LongestType = 4096;

    private enum Part
    {
        Type,
        Sequence,
        Map,
    }
}
