namespace Precinto.Formats.Boosting;

/// <summary>The lists of numbers of one tree, each with an entry a node, as they stand in a model of XGBoost.</summary>
internal sealed class BoostedTree
{
    private readonly Dictionary<string, List<int>> _lists = new(StringComparer.Ordinal);

    /// <summary>The largest number of a feature by which a node splits; nodes without children name none.</summary>
    public long LargestFeature { get; private set; }

    public static bool IsOfNumbers(string name) => name is "left_children" or "right_children" or "parents" or "split_indices" or "categories_nodes" or "categories_segments" or "categories_sizes";

    public void Clear()
    {
        _lists.Clear();
        LargestFeature = 0;
    }

    public void Take(string name, long value)
    {
        if (!IsOfNumbers(name))
            return;
        if (!_lists.TryGetValue(name, out var list))
            _lists[name] = list = [];
        if (list.Count < MostNodes)
            list.Add((int)Math.Clamp(value, int.MinValue, int.MaxValue));
    }

    /// <summary>
    /// What no tree has, or null. Every node but the root has one parent at the most, and none leads to the root: then no walk from the root comes back.
    /// </summary>
    /// <param name="nodes">How many nodes it has.</param>
    /// <param name="leafVectors">
    /// How many vectors its leaves choose from, where they have more than one output: such a leaf says which one where others name their right child.
    /// </param>
    public string? FindContradiction(long nodes, long leafVectors)
    {
        var (left, right, parents, features) = (List("left_children"), List("right_children"), List("parents"), List("split_indices"));
        HashSet<int> reached = [];
        for (var node = 0; node < Math.Min(left.Count, right.Count); node++)
        {
            // A node has two children or none.
            if (left[node] == -1 && right[node] >= 0 && right[node] < leafVectors)
                continue;
            if ((left[node] == -1) != (right[node] == -1))
                return $"has one child only at the node {node}";
            if (left[node] == -1)
                continue;
            foreach (var child in (ReadOnlySpan<int>)[left[node], right[node]])
            {
                if (child <= 0 || child >= nodes || !reached.Add(child))
                    return $"leads to the node {child} twice, to its own root, or beyond its {nodes} nodes";
                if (child < parents.Count && parents[child] != node)
                    return $"leads from the node {node} to {child}, which names another parent";
            }

            if (node < features.Count && features[node] < 0)
                return $"splits by the feature {features[node]}";
            LargestFeature = node < features.Count ? Math.Max(LargestFeature, features[node]) : LargestFeature;
        }

        return left.Count < nodes || right.Count < nodes ? "has more nodes than are compared, or children that are no numbers" : null;
    }

    /// <summary>What no list of categories has, or null: a node that splits by some names their first and how many they are.</summary>
    /// <param name="nodes">How many nodes the tree has.</param>
    /// <param name="categories">How many categories there are.</param>
    public string? FindStrayCategory(long nodes, long categories)
    {
        var (splits, starts, sizes) = (List("categories_nodes"), List("categories_segments"), List("categories_sizes"));
        if (splits.Count != starts.Count || splits.Count != sizes.Count)
            return "has categories that are not one list for each of its nodes";
        for (var index = 0; index < splits.Count; index++)
        {
            if (splits[index] < 0 || splits[index] >= nodes || starts[index] < 0 || sizes[index] < 0 || (long)starts[index] + sizes[index] > categories)
                return $"has categories beyond its {categories} or for a node beyond its {nodes}";
        }

        return null;
    }

    private List<int> List(string name) => _lists.GetValueOrDefault(name, []);

    private const int MostNodes = 16_000_000;
}
