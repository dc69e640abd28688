using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// The graphs of TensorFlow, each one protobuf message: <c>saved_model.pb</c> with one or more MetaGraphs, a MetaGraph by itself
/// (<c>.meta</c> beside a checkpoint), and a frozen graph (<c>.pb</c>). Nothing is imported from TensorFlow.
/// </summary>
internal sealed class TensorFlowFormat : ModelFormat
{
    private readonly Func<ModelContent, bool> _detect;

    private TensorFlowFormat(string name, string? fileName, Func<ModelContent, bool> detect)
    {
        Name = name;
        FileNames = fileName is null ? [] : [fileName];
        _detect = detect;
    }

    public static TensorFlowFormat SavedModel { get; } = new("savedmodel", "saved_model.pb", TensorFlowDetection.IsSavedModel);

    public static TensorFlowFormat MetaGraph { get; } = new("metagraph", null, TensorFlowDetection.IsMetaGraph);

    public static TensorFlowFormat Graph { get; } = new("graphdef", null, TensorFlowDetection.IsGraph);

    public override string Name { get; }

    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<string> FileNames { get; }

    public override bool IsMessage => true;

    public override IReadOnlyList<FindingRule> Rules => TensorFlowRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => _detect(content);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        TensorFlowReader reader = new(content, context);
        try
        {
            if (this == SavedModel)
                reader.ReadSavedModel();
            else if (this == MetaGraph)
                reader.ReadMetaGraph((0, content.Length));
            else
                reader.ReadGraph();
        }
        finally
        {
            // What was read before a break is judged as well: a loader may be more tolerant.
            reader.Graphs.Judge();
            WriteFacts(reader, context);
        }
    }

    private void WriteFacts(TensorFlowReader reader, InspectionContext context)
    {
        var facts = context.Facts;
        facts.Framework = "tensorflow";
        facts.FrameworkVersion = reader.Version;
        facts.Type = this == SavedModel ? "SavedModel" : this == MetaGraph ? "MetaGraph" : "GraphDef";
        facts.Inputs = this == Graph ? reader.Graphs.Placeholders : reader.Inputs;
        facts.Outputs = reader.Outputs;
        facts.Parts = [.. reader.Graphs.Operators];
        // Variables are in files of their own; only a frozen graph has its weights in itself.
        facts.ParameterCount = this == Graph && reader.Graphs.Elements <= long.MaxValue ? (long)reader.Graphs.Elements : null;
        facts.Settings =
        [
            .. reader.Tags.Select(tag => KeyValuePair.Create("tag", ScalarValue.From(tag))),
            .. reader.SignatureNames.Select(signature => KeyValuePair.Create("signature", ScalarValue.From(signature))),
        ];
    }
}
