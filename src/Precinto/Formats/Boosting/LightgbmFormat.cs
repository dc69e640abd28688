using System.Globalization;
using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>
/// A model of LightGBM as text (LightGBM/src/boosting/gbdt_model_text.cpp): lines of names and values, then one block a tree. A child is the
/// number of a node, or of a leaf as its complement; a loader follows both without asking.
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
        Block? block = null;
        for (var at = 0; at < bytes.Length && !isWhole;)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var end = Array.IndexOf(bytes, (byte)'\n', at) is var found and >= 0 ? found : bytes.Length;
            var line = bytes.AsSpan(at, end - at).TrimEnd((byte)'\r');
            var equals = line.IndexOf((byte)'=');
            var key = equals < 0 ? line : line[..equals];
            var value = equals < 0 ? default : line[(equals + 1)..];
            var isTree = equals >= 0 && key.SequenceEqual("Tree"u8);
            if (isTree || line.SequenceEqual("end of trees"u8))
            {
                block?.Judge(at, context);
                isWhole = !isTree;
                if (!isWhole)
                    block = new(trees++);
            }
            else if (block is not null)
            {
                block.Take(key, value, at, context);
            }
            else
            {
                TakeHead(key, value, context);
            }

            at = end + 1;
        }

        if (!isWhole)
            throw new MalformedModelException(content.Length, "Ends before its trees do.");
        context.Facts.Parts = [new("trees", trees)];
    }

    private static void TakeHead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, InspectionContext context)
    {
        var text = value.Length <= LongestValue ? Encoding.Latin1.GetString(value) : "";
        if (key.SequenceEqual("version"u8))
            context.Facts.FrameworkVersion = text;
        else if (key.SequenceEqual("objective"u8))
            context.Facts.Type = text;
        else if (key.SequenceEqual("max_feature_idx"u8) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            context.Facts.FeatureCount = last + 1L;
        else if (key.SequenceEqual("num_class"u8))
            context.Facts.Settings = [.. context.Facts.Settings, new("num_class", ScalarValue.From(text))];
    }

    private sealed class Block(long number)
    {
        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
        private readonly HashSet<int> _reached = [];
        private int? _leaves;
        private string? _odd;

        public void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long at, InspectionContext context)
        {
            var name = key.Length <= LongestValue ? Encoding.Latin1.GetString(key) : "";
            if (name == "num_leaves")
                _leaves = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves) && leaves is > 0 and <= MostLeaves ? leaves : throw Odd(at, "no number of leaves that can be");
            if (name is not ("left_child" or "right_child" or "split_feature" or "threshold" or "decision_type" or "leaf_value"))
                return;
            if (_counts.ContainsKey(name))
                context.Add(BoostingRules.Tree, $"Tree {number} has '{name}' twice.", at);

            var count = 0;
            foreach (var part in value.Split((byte)' '))
            {
                var item = value[part];
                if (item.IsEmpty)
                    continue;
                count++;
                if (!name.EndsWith("_child", StringComparison.Ordinal))
                    continue;
                if (!int.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var child))
                    throw Odd(at, "a child that is no number");
                // Each node and each leaf once, and never the root: then no walk comes back.
                if (child == 0 || !_reached.Add(child))
                    _odd = $"leads to {child} twice, or to its own root";
                else if (_leaves is not { } known || child >= known - 1 || ~child >= known)
                    _odd = $"leads to {child} beyond itself";
            }

            _counts[name] = count;
        }

        public void Judge(long at, InspectionContext context)
        {
            if (_leaves is not { } leaves)
                throw Odd(at, "no number of leaves");
            foreach (var (name, count) in _counts)
            {
                // A tree of one leaf has no node; what it lists instead is not read.
                if (count != (name == "leaf_value" ? leaves : leaves - 1) && leaves > 1)
                    _odd ??= $"has {leaves} leaves and {count} entries of '{name}'";
            }

            if (leaves > 1 && !(_counts.ContainsKey("left_child") && _counts.ContainsKey("right_child") && _counts.ContainsKey("leaf_value")))
                _odd ??= "lacks children or leaves";
            if (_odd is not null)
                context.Add(BoostingRules.Tree, $"Tree {number} {_odd}.", at);
        }

        private MalformedModelException Odd(long at, string what) => new(at, $"Tree {number} has {what}.");
    }

    private const int LargestText = 256 << 20;
    private const int LongestValue = 1000;
    private const int MostLeaves = 1 << 24;
}
