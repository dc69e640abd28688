using Precinto.Files;
using Precinto.Formats.Protobuf;
using Precinto.Formats.Python;
using Precinto.Inspection;

namespace Precinto.Formats.CoreML;

/// <summary>
/// A Core ML model (apple/coremltools, mlmodel/format/Model.proto): one protobuf message with the version in field 1, the description in field 2,
/// and the model itself in the field that is the number of its kind. It has no mark.
/// </summary>
internal sealed class CoreMLFormat : ModelFormat
{
    public override string Name => "coreml";

    public override IReadOnlyList<string> Endings => [".mlmodel"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. CoreMLRules.All, PythonRules.Evaluated];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        // The version, and then a message that describes the inputs.
        if (head.Length < 4 || head[0] != 0x08 || head[1] is 0 or > 0x7F || head[2] != 0x12)
            return false;
        try
        {
            ProtobufReader reader = new(content, 0, content.Length);
            for (var count = 0; count < FieldsToDetect && reader.TryReadTag(out var field, out var wire); count++)
            {
                if (KindOf(field) is not null)
                    return wire == ProtobufWire.Bytes;
                if (field is not (1 or 2 or 10))
                    return false;
                reader.Skip(wire);
            }
        }
        catch (MalformedModelException)
        {
        }

        return false;
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Facts.Framework = "coreml";
        SortedDictionary<string, long> parts = new(StringComparer.Ordinal);
        // What is still to be read: messages of models, and of networks, which hold layers.
        Stack<(long Start, long Length, Message Kind, int Depth)> open = [];
        open.Push((0, content.Length, Message.Model, 0));
        while (open.TryPop(out var message))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (message.Depth > context.Limits.Nesting)
                throw new MalformedModelException(message.Start, $"Models are nested more than {context.Limits.Nesting} deep.");

            ProtobufReader reader = new(content, message.Start, message.Length);
            while (reader.TryReadTag(out var field, out var wire))
            {
                if (Enters(message.Kind, field) is { } inner && wire == ProtobufWire.Bytes)
                {
                    var (start, length) = reader.SkipBytes(wire);
                    Note(message.Kind, field, start, message.Depth, parts, context);
                    if (open.Count == MostMessages)
                        throw new MalformedModelException(start, $"Holds more than {MostMessages} layers and models.");
                    if (length > 0)
                        open.Push((start, length, inner, message.Depth + 1));
                }
                else if (message is { Kind: Message.Model, Depth: 0 } && field == 1)
                {
                    context.Facts.FrameworkVersion = $"specification {reader.ReadInteger(wire)}";
                }
                else if (message.Kind == Message.Blob && field == 1)
                {
                    var at = reader.Position;
                    JudgeWeights(reader.ReadText(wire, LongestName), at, context);
                }
                else if (message.Kind == Message.Metadata && field == 100 && wire == ProtobufWire.Bytes)
                {
                    var (key, value) = ProtobufEntry.Read(reader, wire, context.Limits.TextBytes);
                    EvaluatedSettings.Judge(key, value, message.Start, context);
                }
                else if (message.Kind is Message.CustomLayer or Message.CustomModel && field == 10)
                {
                    context.Add(CoreMLRules.Custom, $"The class '{reader.ReadText(wire, LongestName)}' of the application computes a part.", reader.Position);
                }
                else
                {
                    reader.Skip(wire);
                }
            }
        }

        context.Facts.Parts = [.. parts];
    }

    private static void Note(Message kind, int field, long at, int depth, SortedDictionary<string, long> parts, InspectionContext context)
    {
        if (kind == Message.Model && KindOf(field) is { } model)
        {
            parts[model] = parts.GetValueOrDefault(model) + 1;
            if (depth == 0)
                context.Facts.Type ??= model;
            if (model == "linkedModel")
                context.Add(CoreMLRules.Linked, "A part of the model lies in another file.", at);
            else if (model == "customModel")
                context.Add(CoreMLRules.Custom, "A part of the model is a class of the application.", at);
        }
        else if (kind == Message.Layer && field == 500)
        {
            context.Add(CoreMLRules.Custom, "A layer is computed by a class of the application.", at);
        }
    }

    // A program keeps its large constants beside it, by a path below the folder of the model that coremltools writes with this prefix.
    private static void JudgeWeights(string path, long at, InspectionContext context)
    {
        const string folder = "@model_path/";
        var isBelow = path.StartsWith(folder, StringComparison.Ordinal);
        var parts = (isBelow ? path[folder.Length..] : path).Split('/', '\\');
        if (parts[0].Length == 0 || path.Contains(':') || parts.Contains("..") || (!isBelow && path[0] is '~' or '@'))
            context.Add(CoreMLRules.Outside, $"Weights are read from '{path}'.", at);
        else if (!isBelow)
            context.Add(CoreMLRules.Linked, $"Weights are read from '{path}', which is not below the model's folder.", at);
    }

    // Which message a field of a message holds, where it is to be entered.
    private static Message? Enters(Message kind, int field) => (kind, field) switch
    {
        // What somebody says about the model: ModelDescription, Metadata, its own entries.
        (Message.Model, 2) => Message.Description,
        (Message.Description, 100) => Message.Metadata,
        (Message.Model, 200 or 201) => Message.PipelineOf,
        (Message.Model, 202) => Message.Pipeline,
        (Message.Model, 303 or 403 or 500) => Message.Network,
        (Message.Model, 502) => Message.Program,
        (Message.Model, 555) => Message.CustomModel,
        (Message.Model, _) when KindOf(field) is not null => Message.Leaf,
        (Message.PipelineOf, 1) => Message.Pipeline,
        (Message.Pipeline, 1) => Message.Model,
        (Message.Network, 1) => Message.Layer,
        (Message.Layer, 500) => Message.CustomLayer,
        // Control flow (NeuralNetwork.proto): networks for the branches, and for the condition and the body of a loop.
        (Message.Layer, 605) => Message.Branch,
        (Message.Layer, 615) => Message.Loop,
        (Message.Branch, 1 or 2) => Message.Network,
        (Message.Loop, 3 or 4) => Message.Network,
        // A program (MIL.proto): functions, their blocks, operations and the values that they are given; maps are messages of a key and a value.
        (Message.Program, 2) => Message.FunctionEntry,
        (Message.FunctionEntry, 2) => Message.Function,
        (Message.Function, 3) => Message.BlockEntry,
        (Message.BlockEntry, 2) => Message.Block,
        (Message.Block, 3) => Message.Operation,
        (Message.Operation, 2) => Message.ArgumentEntry,
        (Message.ArgumentEntry, 2) => Message.Argument,
        (Message.Argument, 1) => Message.Binding,
        (Message.Binding, 2) => Message.Value,
        (Message.Operation, 4) => Message.Block,
        (Message.Program or Message.Function or Message.Block, 4) or (Message.Operation, 5) => Message.ValueEntry,
        (Message.ValueEntry, 2) or (Message.Pair, 1 or 2) => Message.Value,
        (Message.Value, 3) => Message.Immediate,
        (Message.Value, 5) => Message.Blob,
        (Message.Immediate, 2 or 3) => Message.Values,
        (Message.Immediate, 4) => Message.Dictionary,
        (Message.Values, 1) => Message.Value,
        (Message.Dictionary, 1) => Message.Pair,
        _ => null,
    };

    private static string? KindOf(int field) => field switch
    {
        200 => "pipelineClassifier",
        201 => "pipelineRegressor",
        202 => "pipeline",
        300 => "glmRegressor",
        301 => "supportVectorRegressor",
        302 => "treeEnsembleRegressor",
        303 => "neuralNetworkRegressor",
        304 => "bayesianProbitRegressor",
        400 => "glmClassifier",
        401 => "supportVectorClassifier",
        402 => "treeEnsembleClassifier",
        403 => "neuralNetworkClassifier",
        404 => "kNearestNeighborsClassifier",
        500 => "neuralNetwork",
        501 => "itemSimilarityRecommender",
        502 => "mlProgram",
        555 => "customModel",
        556 => "linkedModel",
        560 => "classConfidenceThresholding",
        600 => "oneHotEncoder",
        601 => "imputer",
        602 => "featureVectorizer",
        603 => "dictVectorizer",
        604 => "scaler",
        606 => "categoricalMapping",
        607 => "normalizer",
        609 => "arrayFeatureExtractor",
        610 => "nonMaximumSuppression",
        900 => "identity",
        2000 => "textClassifier",
        2001 => "wordTagger",
        2002 => "visionFeaturePrint",
        2003 => "soundAnalysisPreprocessing",
        2004 => "gazetteer",
        2005 => "wordEmbedding",
        2006 => "audioFeaturePrint",
        3000 => "serializedModel",
        _ => null,
    };

    private const int MostMessages = 1_000_000;
    private const int FieldsToDetect = 16;
    private const int LongestName = 65_536;

    private enum Message
    {
        Model,
        Description,
        Metadata,
        PipelineOf,
        Pipeline,
        Network,
        Layer,
        Branch,
        Loop,
        CustomLayer,
        CustomModel,
        Leaf,
        Program,
        FunctionEntry,
        Function,
        BlockEntry,
        Block,
        Operation,
        ArgumentEntry,
        Argument,
        Binding,
        ValueEntry,
        Value,
        Immediate,
        Values,
        Dictionary,
        Pair,
        Blob,
    }
}
