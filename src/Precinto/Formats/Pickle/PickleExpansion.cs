using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>
/// Whether a small pickle becomes a huge thing for whoever prints, compares, hashes or frees it: lists of the same lists of the same lists
/// (107 bytes that stand for a billion values), and nesting so deep that a recursive walk overflows the stack. Python's own pickler can write
/// neither by accident: it recurses itself.
/// </summary>
internal static class PickleExpansion
{
    public static void Inspect(PickleValue root, InspectionContext context)
    {
        if (root.Node is not { } whole)
            return;

        Stack<(PickleNode Node, int Next)> path = [];
        path.Push((whole, 0));
        var steps = 0;
        while (path.TryPop(out var entry))
        {
            var (node, next) = entry;
            if ((++steps & 0xFFFF) == 0)
                context.Cancellation.ThrowIfCancellationRequested();
            if (node.Weight == 0)
                node.Weight = -1;

            PickleNode? descent = null;
            for (; descent is null && TryChild(node, next, out var value); next++)
            {
                if (value.Node is not { } child)
                {
                    node.Weight = Math.Max(node.Weight - 1, -Endless);
                    continue;
                }

                // A cycle ends where it began.
                if (child.Weight < 0)
                    continue;
                if (child.Weight > 0)
                {
                    node.Weight = Math.Max(node.Weight - child.Weight, -Endless);
                    node.Depth = Math.Max(node.Depth, child.Depth + 1);
                    continue;
                }

                descent = child;
            }

            if (descent is null)
            {
                node.Weight = -node.Weight;
                continue;
            }

            // Comes back to this child when it is done.
            path.Push((node, next - 1));
            path.Push((descent, 0));
        }

        if (whole.Depth > MaximumDepth)
            context.Add(InspectionRules.TooDeep, $"Nests {whole.Depth} levels deep.", whole.Position);
        if (whole.Weight >= Endless)
            context.Add(PickleRules.Expands, $"Stands for more than {Endless} values.", whole.Position);
    }

    private static bool TryChild(PickleNode node, int index, out PickleValue child)
    {
        child = default;
        switch (node)
        {
            case PickleTuple tuple when index < tuple.Items.Length:
                child = tuple.Items[index];
                return true;
            case PickleList list when index < list.Items.Count:
                child = list.Items[index];
                return true;
            case PickleSet set when index < set.Items.Count:
                child = set.Items[index];
                return true;
            case PickleDictionary dictionary when index / 2 < dictionary.Entries.Count:
                var entry = dictionary.Entries[index / 2];
                child = index % 2 == 0 ? entry.Key : entry.Value;
                return true;
            case PickleObject made when index < 7:
                child = index switch
                {
                    0 => made.Callable,
                    1 => made.Arguments,
                    2 => made.Keywords,
                    3 => made.State,
                    4 => made.InStream,
                    5 => made.Entries is { } entries ? PickleValue.From(entries) : default,
                    _ => made.Elements is { } elements ? PickleValue.From(elements) : default,
                };
                return true;
            default:
                return false;
        }
    }

    private const int MaximumDepth = 2000;
    private const int Endless = 1_000_000_000;
}
