using Precinto.Files;
using Precinto.Formats.Onnx;
using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Reads the messages of TensorFlow (tensorflow/core/protobuf/saved_model.proto, meta_graph.proto, framework/graph.proto, function.proto,
/// node_def.proto, attr_value.proto): graphs and every function of their libraries, since calls lead there.
/// </summary>
internal sealed class TensorFlowReader(ModelContent content, InspectionContext context)
{
    private long _nodes;

    public List<TensorFlowScope> Scopes { get; } = [];

    public List<(string Name, long Position)> Assets { get; } = [];

    public List<TensorFact> Inputs { get; } = [];

    public List<TensorFact> Outputs { get; } = [];

    public List<string> SignatureNames { get; } = [];

    public List<string> Tags { get; } = [];

    public string? Version { get; private set; }

    public void ReadSavedModel()
    {
        ProtobufReader reader = new(content, 0, content.Length);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field == 2)
                ReadMetaGraph(reader.SkipBytes(wire));
            else
                reader.Skip(wire);
        }
    }

    public void ReadMetaGraph((long Start, long Length) place)
    {
        ProtobufReader reader = new(content, place.Start, place.Length);
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field)
            {
                case 1:
                    ReadInfo(reader, wire);
                    break;
                case 2:
                    ReadGraph(reader.SkipBytes(wire));
                    break;
                case 5:
                    ReadSignature(reader, wire);
                    break;
                case 6:
                    ReadAsset(reader, wire);
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }
    }

    public void ReadGraph((long Start, long Length) place)
    {
        TensorFlowScope graph = new("", place.Start);
        Scopes.Add(graph);
        ProtobufReader reader = new(content, place.Start, place.Length);
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field)
            {
                case 1:
                    graph.Nodes.Add(ReadNode(reader, wire));
                    break;
                case 2:
                    ReadLibrary(reader, wire);
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }
    }

    private void ReadLibrary(ProtobufReader reader, ProtobufWire wire)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                ReadFunction(reader, kind);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
    }

    private void ReadFunction(ProtobufReader reader, ProtobufWire wire)
    {
        TensorFlowScope function = new("", reader.Position);
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 1:
                    var signature = reader.Enter(kind);
                    while (reader.TryReadTag(out var part, out var partKind))
                    {
                        if (part == 1)
                            function.Name = reader.ReadText(partKind, TextBytes);
                        else
                            reader.Skip(partKind);
                    }

                    reader.Leave(signature);
                    break;
                case 3:
                    function.Nodes.Add(ReadNode(reader, kind));
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        Scopes.Add(function);
    }

    private TensorFlowNode ReadNode(ProtobufReader reader, ProtobufWire wire)
    {
        if (++_nodes > MostNodes)
            throw new MalformedModelException(reader.Position, $"Holds more than {MostNodes} nodes.");
        if (_nodes % 4096 == 0)
            context.Cancellation.ThrowIfCancellationRequested();
        return TensorFlowNodeReader.Read(reader, wire);
    }

    private void ReadInfo(ProtobufReader reader, ProtobufWire wire)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 4 when Tags.Count < 100:
                    Tags.Add(reader.ReadText(kind, TextBytes));
                    break;
                case 5:
                    Version = reader.ReadText(kind, TextBytes);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
    }

    private void ReadSignature(ProtobufReader reader, ProtobufWire wire)
    {
        var name = "";
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
            {
                name = reader.ReadText(kind, TextBytes);
            }
            else if (field == 2)
            {
                var definition = reader.Enter(kind);
                while (reader.TryReadTag(out var part, out var partKind))
                {
                    if (part is 1 or 2)
                        ReadParameter(reader, partKind, name, part == 1 ? Inputs : Outputs);
                    else
                        reader.Skip(partKind);
                }

                reader.Leave(definition);
            }
            else
            {
                reader.Skip(kind);
            }
        }

        reader.Leave(outer);
        if (SignatureNames.Count < 1000)
            SignatureNames.Add(name);
    }

    private void ReadParameter(ProtobufReader reader, ProtobufWire wire, string signature, List<TensorFact> parameters)
    {
        var name = "";
        long type = 0;
        List<long?> shape = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
            {
                name = reader.ReadText(kind, TextBytes);
            }
            else if (field == 2)
            {
                var info = reader.Enter(kind);
                while (reader.TryReadTag(out var part, out var partKind))
                {
                    if (part == 2)
                        type = reader.ReadInteger(partKind);
                    else if (part == 3)
                        shape = TensorFlowNodeReader.ReadShape(reader, partKind);
                    else
                        reader.Skip(partKind);
                }

                reader.Leave(info);
            }
            else
            {
                reader.Skip(kind);
            }
        }

        reader.Leave(outer);
        // Several signatures may name a parameter alike; the one that servers use stands without its name.
        if (parameters.Count < context.Limits.Tensors && signature != "__saved_model_init_op")
            parameters.Add(new(signature is "serving_default" or "" ? name : $"{signature}.{name}", TensorFlowOperators.TypeName(type), shape));
    }

    private void ReadAsset(ProtobufReader reader, ProtobufWire wire)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            var at = reader.Position;
            if (field == 2 && Assets.Count < context.Limits.Entries)
                Assets.Add((reader.ReadText(kind, TextBytes), at));
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
    }

    private const int TextBytes = TensorFlowNodeReader.TextBytes;
    private const long MostNodes = 5_000_000;
}
