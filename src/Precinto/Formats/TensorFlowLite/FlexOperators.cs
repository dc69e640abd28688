using Precinto.Files;
using Precinto.Formats.FlatBuffers;
using Precinto.Formats.Protobuf;
using Precinto.Formats.SavedModel;
using Precinto.Inspection;

namespace Precinto.Formats.TensorFlowLite;

/// <summary>
/// Judges operators that the Flex delegate hands to TensorFlow. It runs what the node in custom_options is, a list of a name and a NodeDef
/// (tensorflow/lite/delegates/flex/kernel.cc), whatever the operator is called.
/// </summary>
internal sealed class FlexOperators(ModelContent content, InspectionContext context)
{
    private readonly HashSet<(FindingRule Rule, string Text)> _said = [];
    private readonly HashSet<(long, long)> _read = [];

    public static bool IsFlex(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public void JudgeName(string name)
    {
        if (Danger(name[Prefix.Length..]) is { } reason)
            Say(TensorFlowLiteRules.FileOperator, $"'{Shorten(name)}' {reason}.", null);
        else
            Say(TensorFlowLiteRules.FlexOperator, $"'{Shorten(name)}' is run by TensorFlow's delegate.", null);
    }

    /// <summary>Judges the node that an operator has for its options.</summary>
    public void JudgeNode(long start, long length, long position)
    {
        if (length == 0 || !_read.Add((start, length)))
            return;
        if (length > LargestNode)
        {
            context.Add(InspectionRules.LimitReached, $"An operator has options of {length} bytes; {LargestNode} are read.", position);
            return;
        }

        var options = new byte[(int)length];
        content.Read(start, options);
        try
        {
            if (!FlexVector.TryReadText(options, 1, out var bytes))
                throw new MalformedModelException(position, "The options of an operator of TensorFlow hold no node.");
            var node = TensorFlowNodeReader.Read(new ProtobufReader(ModelContent.FromBytes(bytes.ToArray()), 0, bytes.Length));
            if (Danger(node.Operator) is { } reason)
                Say(TensorFlowLiteRules.FileOperator, $"A node of the operator '{Shorten(node.Operator)}' {reason}.", position);
            foreach (var (key, text) in node.Settings)
            {
                if (TensorFlowOperators.ReachesFile(key, text))
                    Say(TensorFlowLiteRules.FileOperator, $"A node of the operator '{Shorten(node.Operator)}' has the {key} '{Shorten(text)}'.", position);
            }
        }
        catch (MalformedModelException malformed)
        {
            Say(TensorFlowLiteRules.FlexOperator, malformed.Message, position);
        }
    }

    private static string? Danger(string name) =>
        TensorFlowPaths.OpensPath(name) || name == "LoadLibrary" ? "reads or writes files"
        : TensorFlowOperators.Effect(name) is not { Severity: FindingSeverity.Danger } rule ? null
        : rule == TensorFlowRules.RunsPython ? "runs Python" : rule == TensorFlowRules.ReachesNetwork ? "reaches the network" : "reads or writes files";

    private void Say(FindingRule rule, string message, long? position)
    {
        if (_said.Add((rule, message)))
            context.Add(rule, message, position);
    }

    private static string Shorten(string text) => Excerpt.Of(text);

    private const string Prefix = "Flex";
    private const int LargestNode = 16 << 20;
}
