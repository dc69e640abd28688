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

    /// <summary>
    /// How many bytes a rebuilding function of <c>torch._utils</c> allocates beyond the storage that it is given: a storage that is too short for
    /// size, stride and offset grows, and a quantised tensor gets memory for its size before it gets its storage.
    /// </summary>
    public static long MissingBytes(string function, PickleValue[] items)
    {
        if (items is not [var held, { Integer: { } offset }, { Tuple: { } size }, { Tuple: { } stride }, ..] || (TorchStorage.TryRead(held) ?? TorchStorage.TryReadNested(held)) is not { } storage
            || Integers(size) is not { } shape || Integers(stride) is not { } strides || shape.Length != strides.Length)
            return 0;

        // PyTorch refuses what is negative, and what is beyond counting.
        if (TensorShape.Count(shape) is null || offset < 0 || Array.Exists(strides, step => step < 0))
            return long.MaxValue;
        var reach = function == "_rebuild_qtensor" ? TensorShape.Count(shape) ?? long.MaxValue : Reach(shape, strides, offset);
        var missing = reach * storage.ElementSize - (storage.Length ?? 0);
        return missing < 0 ? 0 : missing > long.MaxValue ? long.MaxValue : (long)missing;
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
            if (next.Value.Object is { Class: { Module: "torch._utils", Name: var function }, Arguments.Tuple.Items: var items })
                NoteTensor(function, items, next.Name, node.Position);

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

    private void NoteTensor(string function, PickleValue[] items, string name, long at)
    {
        if (function == "_rebuild_from_type_v2" && items is [{ Global: { Module: "torch._utils" } rebuild }, _, { Tuple: { } given }, ..])
            (function, items) = (rebuild.Name, given.Items);
        if ((!function.StartsWith("_rebuild_tensor", StringComparison.Ordinal) && function != "_rebuild_qtensor")
            || items is not [var held, { Integer: { } offset }, { Tuple: { } size }, { Tuple: { } stride }, ..] || TorchStorage.TryRead(held) is not { } storage)
            return;

        Note(storage, at);
        var (type, elementSize) = function == "_rebuild_tensor_v3" && items.Length > 6 && TorchStorage.FindType(items[6]) is { } stated
            ? stated
            : (storage.ElementType, storage.ElementSize);
        long[]? shape = Integers(size);
        long[]? strides = Integers(stride);
        if (shape is null || strides is null || shape.Length != strides.Length || TensorShape.Count(shape) is not { } elements
            || !Fits(shape, strides, offset, storage.Capacity(elementSize)))
        {
            _context.Add(TorchRules.Tensor, $"The tensor '{PickleSession.Quote(name)}' reaches beyond its storage '{PickleSession.Quote(storage.Key)}'.", at);
            return;
        }

        if (_counted.Add((storage.Key, offset, elements)))
            Parameters = Parameters > long.MaxValue - elements ? long.MaxValue : Parameters + elements;
        if (_tensors.Count < _context.Limits.Tensors)
            _tensors.Add(new(PickleSession.Quote(name), type, [.. shape.Select(length => (long?)length)]));
    }

    private static bool Fits(long[] shape, long[] strides, long offset, long? capacity)
    {
        if (offset < 0 || capacity is null || Array.Exists(strides, stride => stride < 0))
            return false;
        return Reach(shape, strides, offset) <= capacity;
    }

    // How many elements a storage must have.
    private static Int128 Reach(long[] shape, long[] strides, long offset)
    {
        if (Array.IndexOf(shape, 0) >= 0)
            return 0;

        // Each product has less than 127 bits; with more than a few of them, or times the size of an element, they would have more.
        var last = (Int128)offset;
        for (var index = 0; index < shape.Length && last < long.MaxValue; index++)
            last += (Int128)(shape[index] - 1) * strides[index];
        return last >= long.MaxValue ? long.MaxValue : last + 1;
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
        yield return (made.Keywords, null);
        // A parameter is called like the tensor that it is made of.
        if (made is { Class.Module: "torch._utils", Arguments.Tuple: { Items: [var first, .. var others] } })
        {
            yield return (first, null);
            foreach (var other in others)
                yield return (other, null);
        }
        else
        {
            yield return (made.Arguments, null);
        }
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
