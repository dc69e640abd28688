using System.Runtime.InteropServices;
using Precinto.Files;
using Precinto.Formats.Protobuf;
using Precinto.Formats.Python;
using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>
/// Walks a model: its graph, the graphs in attributes of If, Loop and Scan, the functions, and what is left of training.
/// Graphs wait in a queue for their turn, so that nesting costs no stack.
/// </summary>
internal sealed class OnnxReader(ModelContent content, InspectionContext context)
{
    private readonly Queue<(long Start, long Length, int Depth, OnnxScope Scope)> _graphs = [];
    private readonly OnnxSummary _summary = new();
    private readonly OnnxFolding _folding = new(context, content.Length);
    private readonly OnnxInlining _inlining = new();
    private int _calls;
    private bool _isCut;

    /// <summary>Reads everything.</summary>
    /// <exception cref="MalformedModelException">The wire format is broken; what was found before is in the context.</exception>
    public OnnxSummary Read()
    {
        try
        {
            ReadModel();
            while (_graphs.TryDequeue(out var graph))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                if (graph.Depth > context.Limits.Nesting)
                    throw new MalformedModelException(graph.Start, $"Graphs are nested more than {context.Limits.Nesting} deep.");
                ReadGraph(new(content, graph.Start, graph.Length), graph.Depth, graph.Scope);
            }
        }
        finally
        {
            // A model that is broken at its end may still have shown what it is after.
            new OnnxJudge(_summary, context).Judge();
            _inlining.Judge(context);
        }

        return _summary;
    }

    private int TextBytes => context.Limits.TextBytes;

    private void ReadModel()
    {
        ProtobufReader reader = new(content, 0, content.Length);
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field)
            {
                case 1:
                    _summary.IrVersion = reader.ReadInteger(wire);
                    break;
                case 2:
                    _summary.Producer = reader.ReadText(wire, TextBytes);
                    break;
                case 3:
                    _summary.ProducerVersion = reader.ReadText(wire, TextBytes);
                    break;
                case 4:
                    _summary.Domain = reader.ReadText(wire, TextBytes);
                    break;
                case 5:
                    _summary.ModelVersion = reader.ReadInteger(wire);
                    break;
                case 7:
                    Enqueue(reader.SkipBytes(wire), 0, _inlining.Main);
                    break;
                case 8:
                    _summary.Opsets.Add(ReadOpset(reader, wire));
                    break;
                case 14:
                    ReadMetadata(reader, wire);
                    break;
                case 20:
                    ReadTraining(reader, wire);
                    break;
                case 25:
                    ReadFunction(reader, wire);
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }
    }

    private void ReadMetadata(ProtobufReader reader, ProtobufWire wire)
    {
        var at = reader.Position;
        var entry = ProtobufEntry.Read(reader, wire, TextBytes);
        // However many there are, each is judged: a loader takes the last of one name.
        EvaluatedSettings.Judge(entry.Key, entry.Value, at, context);
        if (_summary.Metadata.Count < MostMetadata)
            _summary.Metadata.Add(entry);
    }

    // A graph of no bytes holds nothing, and a place in the queue costs more than the bytes that ask for it.
    private void Enqueue((long Start, long Length) bytes, int depth, OnnxScope scope)
    {
        if (bytes.Length == 0)
            return;
        if (_graphs.Count < MostGraphs)
        {
            _graphs.Enqueue((bytes.Start, bytes.Length, depth, scope));
            return;
        }

        if (!_isCut)
            context.Add(InspectionRules.LimitReached, $"More than {MostGraphs} graphs wait to be read; the rest of them was not.", bytes.Start);
        _isCut = true;
    }

    private void ReadTraining(ProtobufReader reader, ProtobufWire wire)
    {
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field is 1 or 2)
                Enqueue(reader.SkipBytes(kind), 1, _inlining.Training);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
    }

    private void ReadFunction(ProtobufReader reader, ProtobufWire wire)
    {
        var name = "";
        var domain = "";
        var overload = "";
        var at = reader.Position;
        var scope = OnnxScope.Apart([]);
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 1:
                    name = reader.ReadText(kind, TextBytes);
                    break;
                case 7:
                    ReadNode(reader, kind, 0, scope);
                    break;
                case 10:
                    domain = reader.ReadText(kind, TextBytes);
                    break;
                case 11:
                    new OnnxAttribute(this).Read(reader, kind, 0, scope);
                    break;
                case 13:
                    overload = reader.ReadText(kind, TextBytes);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        _folding.Fold(scope);
        _inlining.Add(new(domain, name, overload), scope.Calls, at);
        _summary.Functions.Add((domain, name));
    }

    private void ReadGraph(ProtobufReader reader, int depth, OnnxScope scope)
    {
        while (reader.TryReadTag(out var field, out var wire))
        {
            switch (field)
            {
                case 1:
                    ReadNode(reader, wire, depth, scope);
                    break;
                case 2 when scope.IsMain:
                    _summary.GraphName = reader.ReadText(wire, TextBytes);
                    break;
                case 5:
                    AddInitializer(ReadTensor(reader, wire, scope.IsMain), scope);
                    break;
                case 11 when scope.IsMain && _summary.Inputs.Count < context.Limits.Tensors:
                    _summary.Inputs.Add(OnnxTypes.ReadValue(reader, wire, context));
                    break;
                case 12 when scope.IsMain && _summary.Outputs.Count < context.Limits.Tensors:
                    _summary.Outputs.Add(OnnxTypes.ReadValue(reader, wire, context));
                    break;
                case 15:
                    ReadSparse(reader, wire, scope);
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        _folding.Fold(scope);
    }

    private void AddInitializer(OnnxTensor tensor, OnnxScope scope)
    {
        _summary.ParameterCount += tensor.Count ?? 0;
        scope.Define(tensor.Name, tensor.ToConstant());
        if (!scope.IsMain)
            return;
        if (_summary.Tensors.Count < context.Limits.Tensors)
            _summary.Tensors.Add(tensor.ToFact());
        else if (_summary.Tensors.Count == context.Limits.Tensors)
            throw new MalformedModelException(tensor.Position, $"Holds more than {context.Limits.Tensors} initializers.");
    }

    private void ReadNode(ProtobufReader reader, ProtobufWire wire, int depth, OnnxScope scope)
    {
        var at = reader.Position;
        var operation = "";
        var domain = "";
        var overload = "";
        string? output = null;
        List<string> inputs = [];
        OnnxAttribute? shaping = null;
        IReadOnlyList<ScalarValue>? classes = null;
        Int128 elements = 0;
        OnnxEngine engine = new();
        string? called = null;
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 1 when inputs.Count <= OnnxFolding.MostInputs:
                    inputs.Add(reader.ReadText(kind, TextBytes));
                    break;
                case 2 when output is null:
                    output = reader.ReadText(kind, TextBytes);
                    break;
                case 4:
                    operation = reader.ReadText(kind, TextBytes);
                    break;
                case 5:
                    OnnxAttribute attribute = new(this);
                    attribute.Read(reader, kind, depth, scope);
                    shaping = attribute.IsShaping ? attribute : shaping;
                    elements += attribute.Elements;
                    classes = attribute.Classes ?? classes;
                    engine.Take(attribute);
                    if (attribute is { Name: "operator", Text: { } text } && !OnnxJudge.ReachesFiles(called))
                        called = text;
                    break;
                case 7:
                    domain = reader.ReadText(kind, TextBytes);
                    break;
                case 8:
                    overload = reader.ReadText(kind, TextBytes);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        _summary.AddNode(domain, operation, at, scope.IsMain);
        Call(new(domain, operation, overload), scope, at);
        if (domain is "" or "ai.onnx" && output is { Length: > 0 })
            _folding.Add(scope, new(operation, [.. inputs], output, shaping?.Numbers ?? [], shaping?.Value, at));
        if (domain == "ai.onnx.ml")
        {
            _summary.ParameterCount += elements;
            if (scope.IsMain && classes is { Count: > 0 })
                _summary.Classes = classes;
        }

        if (OnnxEngine.Is(domain, operation))
            _summary.Engines.Add((engine.File, at));
        if (domain == "org.pytorch.aten" && (OnnxJudge.ReachesFiles(called) || OnnxJudge.ReachesFiles(operation)))
            _summary.FileOperator ??= at;
    }

    internal int TextLimit => TextBytes;

    internal OnnxTensor ReadTensor(ProtobufReader reader, ProtobufWire wire, bool isMainInitializer)
    {
        var tensor = OnnxTensor.Read(reader, wire, context);
        if (tensor.ToReference(isMainInitializer) is { } reference)
            _summary.AddExternal(reference, tensor.Position, tensor.HasAmbiguousReference);
        return tensor;
    }

    /// <summary>Reads a SparseTensorProto: stored as its few elements, and made whole when the model is loaded.</summary>
    internal (long Elements, KnownValue Value) ReadSparse(ProtobufReader reader, ProtobufWire wire, OnnxScope? scope)
    {
        var at = reader.Position;
        var name = "";
        long elements = 0;
        List<long> shape = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            switch (field)
            {
                case 1:
                    var values = ReadTensor(reader, kind, isMainInitializer: false);
                    (name, elements) = (values.Name, values.Count ?? 0);
                    break;
                case 2:
                    ReadTensor(reader, kind, isMainInitializer: false);
                    break;
                case 3:
                    reader.ReadIntegers(kind, shape, KnownValue.MostNumbers);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        KnownValue value = new([.. shape.Select(length => Math.Max((double)length, 0))]);
        scope?.Define(name, value);
        _folding.Count(value.Count, "A sparse tensor", at);
        return (elements, value);
    }

    internal void EnqueueInner((long Start, long Length) bytes, int depth, OnnxScope scope)
    {
        if (bytes.Length > 0)
            Enqueue(bytes, depth, scope.Inner());
    }

    private void Call(OnnxFunctionName name, OnnxScope scope, long position)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(scope.Calls, name, out var isKnown);
        count++;
        if (!isKnown && ++_calls == MostCalls)
            throw new MalformedModelException(position, $"Its functions call more than {MostCalls} others.");
    }

    private KeyValuePair<string, long> ReadOpset(ProtobufReader reader, ProtobufWire wire)
    {
        if (_summary.Opsets.Count == MostMetadata)
            throw new MalformedModelException(reader.Position, $"Imports more than {MostMetadata} operator sets.");

        var domain = "";
        long version = 0;
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                domain = reader.ReadText(kind, TextBytes);
            else if (field == 2)
                version = reader.ReadInteger(kind);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
        return new(domain, version);
    }

    private const int MostMetadata = 10_000;
    private const int MostGraphs = 1_000_000;
    private const int MostCalls = 1_000_000;
}
