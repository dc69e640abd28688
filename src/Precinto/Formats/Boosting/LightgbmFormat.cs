using System.Globalization;
using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>
/// A model of LightGBM as text (LightGBM/src/boosting/gbdt_model_text.cpp): lines of names and values, then one block a tree. A child is the
/// number of a node, or of a leaf as its complement; a loader follows both without asking. Behind the trees stand their importance and the parameters.
/// </summary>
internal sealed class LightgbmFormat : ModelFormat
{
    public override string Name => "lightgbm";

    public override IReadOnlyList<string> Endings => [".lgb"];

    public override IReadOnlyList<FindingRule> Rules => BoostingRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        head.StartsWith("tree\n"u8) || head.StartsWith("tree\r\n"u8);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        if (content.Length > LargestText)
        {
            context.Add(InspectionRules.LimitReached, $"Has {content.Length} bytes; {LargestText} are read.");
            return;
        }

        context.Facts.Framework = "lightgbm";
        var bytes = content.ToArray();
        var isWhole = false;
        long trees = 0;
        LightgbmTree? tree = null;
        LightgbmTail tail = new();
        for (var at = 0; at < bytes.Length;)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var end = Array.IndexOf(bytes, (byte)'\n', at) is var found and >= 0 ? found : bytes.Length;
            var line = bytes.AsSpan(at, end - at).TrimEnd((byte)'\r');
            var equals = line.IndexOf((byte)'=');
            var key = equals < 0 ? line : line[..equals];
            var value = equals < 0 ? default : line[(equals + 1)..];
            var isTree = equals >= 0 && key.SequenceEqual("Tree"u8);
            // Before version 2.3 no line ended the trees.
            if (tree is not null && context.Facts.FrameworkVersion == "v2" && LightgbmTail.Begins(line))
            {
                tree.Judge(at, context);
                tree = null;
                isWhole = true;
            }

            if (isWhole)
            {
                if (!tail.Take(line))
                {
                    context.Add(InspectionRules.TrailingBytes, "What follows the trees is neither their importance nor a parameter.", at);
                    break;
                }
            }
            else if (isTree || line.SequenceEqual("end of trees"u8))
            {
                tree?.Judge(at, context);
                isWhole = !isTree;
                tree = isTree ? new(trees++) : null;
            }
            else if (tree is not null)
            {
                tree.Take(key, value, at, context);
            }
            else
            {
                TakeHead(key, value, at, context);
            }

            at = end + 1;
        }

        if (!isWhole)
            throw new MalformedModelException(content.Length, "Ends before its trees do.");
        context.Facts.Parts = [new("trees", trees)];
    }

    private static void TakeHead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long at, InspectionContext context)
    {
        var text = value.Length <= LongestValue ? Encoding.Latin1.GetString(value) : "";
        if (key.SequenceEqual("version"u8))
            context.Facts.FrameworkVersion = text;
        else if (key.SequenceEqual("objective"u8))
            TakeObjective(value, text, at, context);
        else if (key.SequenceEqual("max_feature_idx"u8) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            context.Facts.FeatureCount = last + 1L;
        else if (key.SequenceEqual("num_class"u8))
            context.Facts.Settings = [.. context.Facts.Settings, new("num_class", ScalarValue.From(text))];
    }

    // "binary sigmoid:1", "multiclass num_class:3", "lambdarank", "regression sqrt".
    private static void TakeObjective(ReadOnlySpan<byte> value, string text, long at, InspectionContext context)
    {
        context.Facts.Type = text;
        if (value.Length > LongestObjective || text.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not (' ' or ':' or '_' or '-' or '.' or '+' or ',')))
            context.Add(BoostingRules.Name, "The objective is named by something that is no name.", at);
    }

    private const int LargestText = 256 << 20;
    private const int LongestValue = 1000;
    private const int LongestObjective = 200;
}
