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

    private TensorFlowFormat(string name, string ending, Func<ModelContent, bool> detect)
    {
        Name = name;
        Endings = ending.Length > 0 ? [ending] : [];
        _detect = detect;
    }

    public static TensorFlowFormat SavedModel { get; } = new("savedmodel", "", TensorFlowDetection.IsSavedModel);

    public static TensorFlowFormat MetaGraph { get; } = new("metagraph", "", TensorFlowDetection.IsMetaGraph);

    public static TensorFlowFormat Graph { get; } = new("graphdef", "", TensorFlowDetection.IsGraph);

    public override string Name { get; }

    public override IReadOnlyList<string> Endings { get; }

    public override IReadOnlyList<FindingRule> Rules => TensorFlowRules.All;

    // Tags of the fields with which the messages can begin.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        head is [0x08 or 0x0A or 0x12 or 0x18 or 0x1A or 0x22 or 0x2A or 0x32 or 0x3A, ..] && _detect(content);

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
                reader.ReadGraph((0, content.Length));
        }
        finally
        {
            // What was read before a break is judged as well: a loader may be more tolerant.
            new TensorFlowJudge(reader.Scopes, context).Judge();
            foreach (var (asset, position) in reader.Assets)
            {
                if (TensorFlowJudge.LeadsOutside(asset))
                    context.Add(TensorFlowRules.AssetOutside, $"The asset '{asset}' is outside of the model's folder.", position);
            }

            WriteFacts(reader, context);
        }
    }

    private void WriteFacts(TensorFlowReader reader, InspectionContext context)
    {
        var facts = context.Facts;
        facts.Framework = "tensorflow";
        facts.FrameworkVersion = reader.Version;
        facts.Type = this == SavedModel ? "SavedModel" : this == MetaGraph ? "MetaGraph" : "GraphDef";
        facts.Inputs = reader.Inputs;
        facts.Outputs = reader.Outputs;
        if (this == Graph)
            facts.Inputs = [.. Nodes(reader).Where(node => node.Operator == "Placeholder").Take(context.Limits.Entries)
                .Select(node => new TensorFact(node.Name, TensorFlowOperators.TypeName(node.Type), node.Shape ?? []))];

        Int128 elements = 0;
        SortedDictionary<string, long> operators = new(StringComparer.Ordinal);
        foreach (var node in Nodes(reader))
        {
            operators[node.Operator] = operators.GetValueOrDefault(node.Operator) + 1;
            elements += node.Elements;
        }

        facts.Parts = [.. operators];
        // Variables are in files of their own; only a frozen graph has its weights in itself.
        facts.ParameterCount = this == Graph && elements <= long.MaxValue ? (long)elements : null;
        facts.Settings =
        [
            .. reader.Tags.Select(tag => KeyValuePair.Create("tag", ScalarValue.From(tag))),
            .. reader.SignatureNames.Select(signature => KeyValuePair.Create("signature", ScalarValue.From(signature))),
        ];
    }

    private static IEnumerable<TensorFlowNode> Nodes(TensorFlowReader reader) => reader.Scopes.SelectMany(scope => scope.Nodes);
}
