using System.Buffers.Binary;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>
/// A tree of SciPy's <c>cKDTree</c> as its state has it: (nodes, data, n, m, leaf size, maxes, mins, indices, …). While it is restored, SciPy goes from node
/// to node by the numbers that stand there and writes an address into each (scipy/spatial/_ckdtree.pyx, <c>_post_init_traverse</c>), and asks for no bounds.
/// </summary>
internal static class SearchTree
{
    public static bool IsOne(PickleObject value) => value.Class is { Name: "cKDTree" or "KDTree" } made && made.Module.StartsWith("scipy.spatial", StringComparison.Ordinal);

    public static void Inspect(IEnumerable<PickleObject> trees, PickleDocument document, InspectionContext context)
    {
        foreach (var tree in trees)
        {
            if (!Fits(tree.State, document))
                context.Add(PickleRules.DangerousArguments, $"Restores a search tree of {tree.Class} whose nodes are no tree, or could not be read again.", tree.Position);
        }
    }

    private static bool Fits(PickleValue state, PickleDocument document)
    {
        if (state.Tuple is not { Items: [var nodes, var data, { Integer: >= 0 and var count }, { Integer: >= 0 and var dimensions }, _, _, _, var indices, ..] }
            || NumpyArray.TryRead(nodes, document) is not { Type.ItemSize: 1 } bytes || bytes.Count > MostBytes || bytes.Count % NodeSize != 0
            || NumpyArray.TryRead(data, document) is not { } points || !points.Shape.SequenceEqual([count, dimensions])
            || NumpyArray.TryRead(indices, document) is not { } order || order.Count != count)
            return false;

        return bytes.Count == 0 ? count == 0 : bytes.ReadBytes(MostBytes) is { } buffer && IsTree(buffer, count, dimensions);
    }

    // The first node is the root; every other one has one parent, which stands before it.
    private static bool IsTree(ReadOnlySpan<byte> nodes, long points, long dimensions)
    {
        var count = nodes.Length / NodeSize;
        var isChild = new bool[count];
        for (var index = 0; index < count; index++)
        {
            var node = nodes.Slice(index * NodeSize, NodeSize);
            var axis = Number(node, 0);
            var (start, end) = (Number(node, 24), Number(node, 32));
            if (start < 0 || end < start || end > points || axis < -1 || axis >= dimensions)
                return false;
            if (axis == -1)
                continue;
            foreach (var child in (ReadOnlySpan<long>)[Number(node, 56), Number(node, 64)])
            {
                if (child <= index || child >= count || isChild[child])
                    return false;
                isChild[child] = true;
            }
        }

        return true;
    }

    private static long Number(ReadOnlySpan<byte> node, int at) => BinaryPrimitives.ReadInt64LittleEndian(node[at..]);

    // split_dim, children, split, start_idx, end_idx, two addresses and the two numbers that they are made of.
    private const int NodeSize = 72;
    private const int MostBytes = 256 << 20;
}
