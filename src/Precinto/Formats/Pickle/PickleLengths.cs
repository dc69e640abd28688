using System.Globalization;

namespace Precinto.Formats.Pickle;

/// <summary>
/// What a few bytes of a pickle stand for: sequences that are made value by value (a range, an iterator, a network of addresses), numbers of
/// endless digits, and copies of what is there already. Lengths are kept for those results alone that are longer than they look.
/// </summary>
internal sealed class PickleLengths
{
    private readonly Dictionary<PickleObject, long> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many values, or digits, whoever takes this value apart meets; the largest number for one that has no end.</summary>
    public long Of(PickleValue value) => value switch
    {
        { Text: { } text } => text.Length,
        { Bytes: { } bytes } => bytes.Length,
        { Tuple: { } tuple } => tuple.Items.Length,
        { List: { } list } => list.Items.Count,
        { Dictionary: { } dictionary } => dictionary.Entries.Count,
        { Node: PickleSet set } => set.Items.Count,
        { Object: { } made } => _known.TryGetValue(made, out var length) ? length : OfPlain(made),
        _ => 0,
    };

    /// <summary>Whether there is any result that is longer than it looks.</summary>
    public bool HasAny => _known.Count > 0;

    /// <summary>Whether a value is a result that stands for more than the file spells out.</summary>
    public bool IsLong(PickleValue value) => value.Object is { } made && _known.GetValueOrDefault(made) > LongestPlain;

    /// <summary>Notes what a result stands for, if it is one that is made of its arguments.</summary>
    /// <returns>Whether it is kept, which takes memory.</returns>
    public bool Note(PickleObject made)
    {
        if (made.Class is not { } global || made.Arguments.Tuple is not { Items: { Length: <= JudgedItems } items })
            return false;

        var length = global.Module switch
        {
            "builtins" => OfBuiltin(global.Name, items),
            "itertools" => OfIterator(global.Name, items, made.Keywords),
            "collections" or "array" => Most(items),
            "ipaddress" when global.Name is ['I', 'P', 'v', _, 'N', ..] => OfNetwork(global.Name, items),
            "decimal" or "fractions" => OfNumber(items),
            "pandas.core.indexes.base" when items is [{ Global.Name: "RangeIndex" }, { Dictionary: { } index }] => OfIndex(index),
            _ => 0,
        };
        if (length <= (IsMadeOfItems(global) ? ShortestKept : 0))
            return false;
        _known.Add(made, length);
        return true;
    }

    /// <summary>Notes what an iterator of itertools yields once it goes on where its state says; Python before 3.14 takes one.</summary>
    /// <returns>Whether it yields more than what it was made of.</returns>
    public bool Restore(PickleObject iterator, PickleValue state)
    {
        var before = Of(PickleValue.From(iterator));
        long? after = (iterator.Class!.Name, state) switch
        {
            // What it has seen, and repeats from then on.
            ("cycle", { Tuple: { Items: [var seen, ..] } }) => Of(seen) > 0 ? long.MaxValue : before,
            // What it chains, and what it is within of that. A list may grow when this is over.
            ("chain", { Tuple: { Items: [var chained, .. var rest] } }) => TensorShape.Add(OfChained(chained), Most(rest)),
            // How many it has passed over: a negative number, and as many are still to be.
            ("islice", { Integer: < 0 } or { Node: PickleBigInteger }) => long.MaxValue,
            // Numbers that are none of its indices are cut to some that are; the rest only ends earlier.
            _ => null,
        };
        if (after is not { } length)
            return false;

        _known[iterator] = length;
        return length > before;
    }

    /// <summary>The power of ten in a decimal number; zero where the text is none. Its digits are as many.</summary>
    public static long Exponent(string text)
    {
        var mark = text.AsSpan().LastIndexOfAny('e', 'E');
        if (mark < 0)
            return 0;
        // Python takes underscores between digits.
        var digits = text[(mark + 1)..].Trim().TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        return digits.Length == 0 || !digits.All(char.IsDigit) ? 0 : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var exponent) ? exponent : long.MaxValue;
    }

    /// <summary>
    /// The whole number that a value is, as far as it tells; the largest or smallest one for what has more digits, and the largest for what NumPy makes
    /// of bytes, which nobody writes where a number is wanted.
    /// </summary>
    public static long? Number(PickleValue value) => value switch
    {
        { Integer: { } number } => number,
        { Node: PickleBigInteger large } => large.Value is { Sign: < 0 } ? long.MinValue : long.MaxValue,
        { Object: { Class: { Module: "builtins", Name: "int" }, Arguments.Tuple: { Items: [{ Integer: { } number }] } } } => number,
        { Object: { Class: { Module: "builtins", Name: "int" }, Arguments.Tuple: { Items: [{ Kind: PickleKind.Text } spelled, ..] } } } =>
            long.TryParse(spelled.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue,
        { Object.Class: { Name: "scalar" } or { Module: "builtins", Name: "int" } } => long.MaxValue,
        _ => null,
    };

    /// <summary>The product of two counts, or the largest number where it does not fit.</summary>
    public static long Multiply(long count, long other) => TensorShape.Multiply(count, [other]) ?? long.MaxValue;

    // A container that is made of what the file spells out.
    private long OfPlain(PickleObject made) =>
        made.Class is { } global && IsMadeOfItems(global) && made.Arguments.Tuple is { Items: [{ Object: null } first, ..] } ? Of(first) : 0;

    private static bool IsMadeOfItems(PickleGlobal global) =>
        global.Module is "collections" or "array" || (global.Module == "builtins" && global.Name is "list" or "tuple" or "set" or "frozenset" or "dict" or "bytes" or "bytearray");

    private long OfBuiltin(string name, PickleValue[] items) => (name, items) switch
    {
        ("range", _) => OfRange(items),
        ("iter" or "reversed" or "enumerate" or "list" or "tuple" or "set" or "frozenset" or "dict" or "memoryview", [var first, ..]) => Of(first),
        ("bytes" or "bytearray", [var first, ..]) => Number(first) is { } size ? Math.Max(size, 0) : Of(first),
        ("filter", [_, var filtered]) => Of(filtered),
        ("map", [_, .. var mapped]) => Least(mapped),
        ("zip", _) => Least(items),
        _ => 0,
    };

    private long OfIterator(string name, PickleValue[] items, PickleValue keywords) => (name, items) switch
    {
        ("count", _) => long.MaxValue,
        ("repeat", [_]) => keywords.Dictionary?.TryGet("times", out var times) == true ? Math.Max(Number(times) ?? 0, 0) : long.MaxValue,
        ("repeat", [_, { Integer: { } times }]) => Math.Max(times, 0),
        ("repeat", [_, _]) => long.MaxValue,
        ("cycle", [var first]) => Of(first) > 0 ? long.MaxValue : 0,
        ("islice", [var first, { Integer: { } stop }]) => Math.Min(Of(first), Math.Max(stop, 0)),
        ("islice", [var first, _, { Integer: { } stop }, ..]) => Math.Min(Of(first), Math.Max(stop, 0)),
        ("islice", [var first, ..]) => Of(first),
        // Empty, it waits for its state.
        ("chain", []) => long.MaxValue,
        ("chain", _) => items.Aggregate(0L, (sum, item) => TensorShape.Add(sum, Of(item))),
        ("zip_longest", _) => Most(items),
        ("compress" or "accumulate" or "groupby", [var first, ..]) => Of(first),
        ("starmap" or "takewhile" or "dropwhile" or "filterfalse", [_, var second]) => Of(second),
        ("product", _) => OfProduct(items, keywords),
        ("permutations" or "combinations" or "combinations_with_replacement", [var first, ..]) =>
            OfChoices(name, Of(first), items.Length > 1 && Number(items[1]) is { } taken ? taken : Of(first)),
        _ => 0,
    };

    private long OfChained(PickleValue source) =>
        source.Object is { Class: { Module: "builtins", Name: "iter" }, Arguments.Tuple: { Items: [{ Tuple: { Items: { Length: <= JudgedItems } parts } }] } }
            ? parts.Aggregate(0L, (sum, part) => TensorShape.Add(sum, Of(part))) : long.MaxValue;

    private static long OfRange(PickleValue[] items)
    {
        var (start, stop, step) = items switch
        {
            [var only] => (0, Number(only) ?? 0, 1),
            [var first, var last] => (Number(first) ?? 0, Number(last) ?? 0, 1),
            [var first, var last, var by] => (Number(first) ?? 0, Number(last) ?? 0, Number(by) ?? 1),
            _ => (0L, 0L, 1L),
        };
        if (step == 0 || (step > 0 ? start >= stop : start <= stop))
            return 0;
        var count = ((Int128)stop - start) / step + 1;
        return count > long.MaxValue ? long.MaxValue : (long)count;
    }

    // The pools are copied as often as they are repeated.
    private long OfProduct(PickleValue[] items, PickleValue keywords)
    {
        long once = 1;
        foreach (var item in items)
            once = Multiply(once, Of(item));
        var repeat = keywords.Dictionary?.TryGet("repeat", out var times) == true ? Number(times) ?? long.MaxValue : 1;
        if (once < 2)
            return once;

        var all = 1L;
        for (var round = 0; round < repeat && all < long.MaxValue; round++)
            all = Multiply(all, once);
        return all;
    }

    private static long OfChoices(string name, long among, long taken)
    {
        if (taken < 0 || (taken > among && name != "combinations_with_replacement") || among == 0)
            return 0;
        if (among == long.MaxValue)
            return long.MaxValue;

        // A lower bound is enough: more than two to choose from, more than sixty times.
        var smaller = name == "combinations" ? Math.Min(taken, among - taken) : taken;
        double all = 1;
        for (var round = 0; round < Math.Min(smaller, 64); round++)
            all *= name switch { "permutations" => among - round, "combinations" => (among - round) / (round + 1.0), _ => ((double)among + round) / (round + 1.0) };
        return all >= long.MaxValue ? long.MaxValue : (long)all;
    }

    private static long OfNetwork(string name, PickleValue[] items)
    {
        var bits = name.StartsWith("IPv6", StringComparison.Ordinal) ? 128 : 32;
        var prefix = items switch
        {
            [{ Text: { } text }, ..] when text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash => int.TryParse(text.AsSpan(slash + 1), out var stated) ? stated : 0,
            [{ Tuple: { Items: [_, { Integer: { } stated }] } }, ..] => stated,
            _ => bits,
        };
        var open = bits - Math.Clamp(prefix, 0, bits);
        return open >= 63 ? long.MaxValue : 1L << (int)open;
    }

    private long OfNumber(PickleValue[] items) => items switch
    {
        [{ Text: { } text }, ..] => Exponent(text),
        [{ Tuple: { Items: [_, _, { Integer: { } exponent }] } }, ..] => exponent == long.MinValue ? long.MaxValue : Math.Abs(exponent),
        [var first, ..] => Of(first),
        _ => 0,
    };

    private static long OfIndex(PickleDictionary index)
    {
        index.TryGet("start", out var start);
        index.TryGet("stop", out var stop);
        index.TryGet("step", out var step);
        return OfRange([start, stop, step]);
    }

    private long Most(PickleValue[] items) => items.Length == 0 ? 0 : items.Max(Of);

    private long Least(PickleValue[] items) => items.Length == 0 ? 0 : items.Min(Of);

    private const int JudgedItems = 64;

    // Of copies that are shorter, the argument tells the length.
    private const int ShortestKept = 64;

    /// <summary>Values that no file would be written for: what is longer is worth a look.</summary>
    private const int LongestPlain = 1 << 16;
}
