using System.Globalization;
using System.Text;
using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>One tree of LightGBM: lists of numbers, an entry a node or a leaf.</summary>
internal sealed class LightgbmTree(long number)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<int> _reached = [];
    private readonly List<bool> _isByCategory = [];
    private readonly List<double> _thresholds = [];
    private int? _leaves;
    private long _categories;
    private double _boundary;
    private string? _odd;

    public void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long at, InspectionContext context)
    {
        var name = key.Length <= LongestName ? Encoding.Latin1.GetString(key) : "";
        if (name == "num_leaves")
            _leaves = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves) && leaves is > 0 and <= MostLeaves ? leaves : throw Odd(at, "no number of leaves that can be");
        else if (name == "num_cat")
            _categories = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var categories) ? categories : throw Odd(at, "no number of categories that can be");
        if (name is not ("left_child" or "right_child" or "split_feature" or "threshold" or "decision_type" or "leaf_value" or "cat_boundaries" or "cat_threshold" or "leaf_features"))
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
            TakeItem(name, item, at, context);
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
            if (count != (name == "leaf_value" ? leaves : leaves - 1) && leaves > 1 && name is not ("cat_boundaries" or "cat_threshold" or "leaf_features"))
                _odd ??= $"has {leaves} leaves and {count} entries of '{name}'";
        }

        if (leaves > 1 && !(_counts.ContainsKey("left_child") && _counts.ContainsKey("right_child") && _counts.ContainsKey("leaf_value")))
            _odd ??= "lacks children or leaves";
        JudgeCategories();
        if (_odd is not null)
            context.Add(BoostingRules.Tree, $"Tree {number} {_odd}.", at);
    }

    // A node that splits by category has the number of a set in place of a threshold, and a set its words from one boundary to the next.
    private void JudgeCategories()
    {
        for (var node = 0; node < Math.Min(_isByCategory.Count, _thresholds.Count); node++)
        {
            if (_isByCategory[node] && !(_thresholds[node] >= 0 && _thresholds[node] < _categories))
                _odd ??= $"splits by the set {_thresholds[node]} of {_categories}";
        }

        if (_categories > 0 && (_counts.GetValueOrDefault("cat_boundaries") != _categories + 1 || _boundary != _counts.GetValueOrDefault("cat_threshold")))
            _odd ??= "has sets of categories that are not there";
    }

    private void TakeItem(string name, ReadOnlySpan<byte> item, long at, InspectionContext context)
    {
        if (name is "leaf_value" or "cat_threshold")
            return;
        if (name is "threshold")
        {
            // Whatever is no number for .NET is none of a set.
            _thresholds.Add(double.TryParse(item, NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) ? threshold : double.NaN);
            return;
        }

        if (!int.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw Odd(at, name.EndsWith("_child", StringComparison.Ordinal) ? "a child that is no number" : $"something in '{name}' that is no number");
        switch (name)
        {
            case "decision_type":
                _isByCategory.Add((value & 1) != 0);
                break;
            case "cat_boundaries":
                _odd ??= value < _boundary ? "has sets of categories that end before they begin" : null;
                _boundary = value;
                break;
            case "split_feature" or "leaf_features":
                if (value < 0 || value >= (context.Facts.FeatureCount ?? long.MaxValue))
                    _odd ??= $"splits by the feature {value} of {context.Facts.FeatureCount}";
                break;
            // Each node and each leaf once, and never the root: then no walk comes back.
            default:
                if (value == 0 || !_reached.Add(value))
                    _odd = $"leads to {value} twice, or to its own root";
                else if (_leaves is not { } known || value >= known - 1 || ~value >= known)
                    _odd = $"leads to {value} beyond itself";
                break;
        }
    }

    private MalformedModelException Odd(long at, string what) => new(at, $"Tree {number} has {what}.");

    private const int LongestName = 100;
    private const int MostLeaves = 1 << 24;
}
