using Precinto.Files;
using Precinto.Formats.Keras;
using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Reads the messages around the graphs of TensorFlow (tensorflow/core/protobuf/saved_model.proto, meta_graph.proto, saved_object_graph.proto):
/// what the model is called with, the assets that it opens, and the layers that Keras makes again.
/// </summary>
internal sealed class TensorFlowReader(ModelContent content, InspectionContext context)
{
    private readonly HashSet<string> _assets = new(StringComparer.Ordinal);
    private KerasConfiguration? _layers;

    public TensorFlowGraphs Graphs { get; } = new(content, context);

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
        List<(long, long)> graph = [];
        ProtobufReader reader = new(content, place.Start, place.Length);
        try
        {
            while (reader.TryReadTag(out var field, out var wire))
            {
                switch (field)
                {
                    case 1:
                        ReadInfo(reader, wire);
                        break;
                    case 2:
                        if (reader.SkipBytes(wire) is { Length: > 0 } piece)
                            graph.Add(piece);
                        break;
                    case 4:
                        ReadCollection(reader, wire);
                        break;
                    case 5:
                        ReadSignature(reader, wire);
                        break;
                    case 6:
                        ReadAsset(reader, wire);
                        break;
                    case 7:
                        ReadObjects(reader, wire);
                        break;
                    default:
                        reader.Skip(wire);
                        break;
                }
            }
        }
        finally
        {
            // A graph in front of a break is judged as well.
            Graphs.Read(graph);
        }
    }

    public void ReadGraph() => Graphs.Read([(0, content.Length)]);

    // A map of names to lists. Where a MetaGraph has no assets of its own, those of the collection "saved_model_assets" are taken:
    // CollectionDef { any_list = 5 { value = 1 { value = 2, an AssetFileDef } } }.
    private void ReadCollection(ProtobufReader reader, ProtobufWire wire)
    {
        var isOfAssets = false;
        var outer = reader.Enter(wire);
        var start = reader.Position;
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                isOfAssets = reader.ReadText(kind, TextBytes) == "saved_model_assets";
            else
                reader.Skip(kind);
        }

        if (isOfAssets)
        {
            reader.ReturnTo(start);
            while (reader.TryReadTag(out var field, out var kind))
                ReadPath(reader, field, kind, [2, 5, 1, 2], ReadAsset);
        }

        reader.Leave(outer);
    }

    // Before TensorFlow 2.5 Keras wrote the configuration of a layer into the object that stands for it, and still reads it from there:
    // SavedObjectGraph { nodes = 1 { user_object = 4 { identifier = 1, metadata = 3 } } }.
    private void ReadObjects(ProtobufReader reader, ProtobufWire wire)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
            ReadPath(reader, field, kind, [1, 4], ReadObject);
        reader.Leave(outer);
    }

    private void ReadObject(ProtobufReader reader, ProtobufWire wire)
    {
        var identifier = "";
        var outer = reader.Enter(wire);
        var start = reader.Position;
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                identifier = reader.ReadText(kind, TextBytes);
            else
                reader.Skip(kind);
        }

        if (identifier.StartsWith(TensorFlowDetection.KerasIdentifier, StringComparison.Ordinal))
        {
            reader.ReturnTo(start);
            while (reader.TryReadTag(out var field, out var kind))
            {
                if (field == 3)
                    (_layers ??= new(context)).InspectPart(reader.ReadRaw(kind, context.Limits.JsonBytes));
                else
                    reader.Skip(kind);
            }
        }

        reader.Leave(outer);
    }

    // Enters a message by the fields on the way to it, and has what is at the end of the way read.
    private static void ReadPath(ProtobufReader reader, int field, ProtobufWire wire, ReadOnlySpan<int> path, Action<ProtobufReader, ProtobufWire> read)
    {
        if (field != path[0])
        {
            reader.Skip(wire);
            return;
        }

        if (path.Length == 1)
        {
            read(reader, wire);
            return;
        }

        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out field, out wire))
            ReadPath(reader, field, wire, path[1..], read);
        reader.Leave(outer);
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
            if (field != 2)
            {
                reader.Skip(kind);
                continue;
            }

            var at = reader.Position;
            var asset = reader.ReadText(kind, TextBytes);
            if (TensorFlowPaths.LeadsOutside(asset) && _assets.Add(asset))
                context.Add(TensorFlowRules.AssetOutside, $"The asset '{Excerpt.Of(asset)}' is outside of the model's folder.", at);
        }

        reader.Leave(outer);
    }

    private const int TextBytes = TensorFlowNodeReader.TextBytes;
}
