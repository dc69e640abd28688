namespace Precinto.Formats.Protobuf;

/// <summary>A pair of texts: a message of a key in field 1 and a value in field 2, as protobuf writes maps and ONNX its StringStringEntryProto.</summary>
internal static class ProtobufEntry
{
    public static KeyValuePair<string, string> Read(ProtobufReader reader, ProtobufWire wire, int textBytes)
    {
        var key = "";
        var value = "";
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                key = reader.ReadText(kind, textBytes);
            else if (field == 2)
                value = reader.ReadText(kind, textBytes);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
        return new(key, value);
    }
}
