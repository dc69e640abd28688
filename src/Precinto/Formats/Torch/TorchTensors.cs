using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// The tensors in the graph of a pickle that PyTorch wrote: <c>torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …)</c> and its
/// relatives, each named by the keys and attributes on the way to it. No node is visited twice.
/// </summary>
internal sealed class TorchTensors
{
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private readonly List<TensorFact> _tensors = [];
    private readonly HashSet<(string Key, long Offset, long Elements)> _counted = [];
    private readonly InspectionContext _context;

    private TorchTensors(InspectionContext context) => _context = context;

    /// <summary>What the tensors lie in, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    public IReadOnlyList<TensorFact> Tensors => _tensors;

    /// <summary>The elements of all tensors, those that share their bytes counted once.</summary>
    public long Parameters { get; private set; }

    public static TorchTensors Find(PickleValue root, InspectionContext context)
    {
        TorchTensors found = new(context);
        found.Walk(root);
        return found;
    }

    private void Walk(PickleValue root)
    {
        HashSet<PickleNode> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(PickleValue Value, string Name)> ahead = [];
        ahead.Push((root, ""));
        while (ahead.TryPop(out var next))
        {
            if (next.Value.Node is not { } node || !seen.Add(node))
                continue;
            if ((seen.Count & 0xFFFF) == 0)
                _context.Cancellation.ThrowIfCancellationRequested();

            if (TorchStorage.TryRead(next.Value) is { } storage)
                Note(storage, node.Position);
            if (next.Value.Object is { } made && TryTensor(made, next.Name))
                continue;

            // Pushed in reverse, so that they come in the order of the file.
            foreach (var (value, part) in Children(node).Reverse())
            {
                if (value.Node is not null)
                    ahead.Push((value, Join(next.Name, part)));
            }
        }
    }

    // A key with two meanings has one loader take fewer bytes than another.
    private void Note(TorchStorage storage, long at)
    {
        if (!_storages.TryAdd(storage.Key, storage) && _storages[storage.Key] != storage)
            _context.Add(TorchRules.Storage, $"The storage '{storage.Key}' is declared twice, and differently.", at);
    }

    private bool TryTensor(PickleObject made, string name)
    {
        if (made.Class is not { Module: "torch._utils" } function || made.Arguments.Tuple is not { Items: { Length: > 0 } items })
            return false;
        if (function.Name is "_rebuild_parameter" or "_rebuild_parameter_with_state")
            return items[0].Object is { } data && TryTensor(data, name);
        if (!function.Name.StartsWith("_rebuild_tensor", StringComparison.Ordinal) && function.Name != "_rebuild_qtensor")
            return false;
        if (items is not [var held, { Integer: { } offset }, { Tuple: { } size }, { Tuple: { } stride }, ..] || TorchStorage.TryRead(held) is not { } storage)
            return false;

        Note(storage, made.Position);
        var (type, elementSize) = function.Name == "_rebuild_tensor_v3" && items.Length > 6 && TorchStorage.FindType(items[6]) is { } stated
            ? stated
            : (storage.ElementType, storage.ElementSize);
        long[]? shape = Integers(size);
        long[]? strides = Integers(stride);
        if (shape is null || strides is null || shape.Length != strides.Length || TensorShape.Count(shape) is not { } elements
            || !Fits(shape, strides, offset, storage.Length / elementSize))
        {
            _context.Add(TorchRules.Tensor, $"The tensor '{PickleSession.Quote(name)}' reaches beyond its storage '{PickleSession.Quote(storage.Key)}'.", made.Position);
            return true;
        }

        if (_counted.Add((storage.Key, offset, elements)))
            Parameters = Parameters > long.MaxValue - elements ? long.MaxValue : Parameters + elements;
        if (_tensors.Count < _context.Limits.Tensors)
            _tensors.Add(new(PickleSession.Quote(name), type, [.. shape.Select(length => (long?)length)]));
        return true;
    }

    // The last element that size, stride and offset reach.
    private static bool Fits(long[] shape, long[] strides, long offset, long? capacity)
    {
        if (offset < 0 || capacity is null || Array.Exists(strides, stride => stride < 0))
            return false;
        if (Array.IndexOf(shape, 0) >= 0)
            return true;

        Int128 last = offset;
        for (var index = 0; index < shape.Length; index++)
            last += (Int128)(shape[index] - 1) * strides[index];
        return last < capacity;
    }

    private static long[]? Integers(PickleTuple tuple) =>
        tuple.Items.Length <= MostDimensions && Array.TrueForAll(tuple.Items, item => item.Integer is not null)
            ? [.. tuple.Items.Select(item => item.Integer!.Value)]
            : null;

    private static IEnumerable<(PickleValue Value, string? Part)> Children(PickleNode node) => node switch
    {
        PickleTuple tuple => tuple.Items.Select((item, index) => (item, (string?)Number(index))),
        PickleList list => list.Items.Select((item, index) => (item, (string?)Number(index))),
        PickleDictionary dictionary => Named(dictionary),
        PickleObject made => OfObject(made),
        _ => [],
    };

    private static IEnumerable<(PickleValue Value, string? Part)> OfObject(PickleObject made)
    {
        if (made.Entries is { } entries)
        {
            foreach (var pair in Named(entries))
                yield return pair;
        }

        if (made.Elements is { } elements)
            yield return (PickleValue.From(elements), null);
        yield return (made.State, null);
        yield return (made.Arguments, null);
        yield return (made.Keywords, null);
    }

    private static IEnumerable<(PickleValue Value, string? Part)> Named(PickleDictionary dictionary) =>
        dictionary.Entries.Select(entry => (entry.Value, entry.Key.Text is { } key
            ? key is "_parameters" or "_buffers" or "_modules" ? null : key
            : entry.Key.Integer is { } number ? Number(number) : null));

    private static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // Names grow with the depth; what nobody can read any more is cut.
    private static string Join(string name, string? part) =>
        part is null || name.Length > LongestName ? name : name.Length == 0 ? part : $"{name}.{part}";

    private const int MostDimensions = 64;
    private const int LongestName = 500;
}
