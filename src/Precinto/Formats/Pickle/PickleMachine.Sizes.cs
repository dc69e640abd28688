using System.Globalization;
using Precinto.Formats.Torch;

namespace Precinto.Formats.Pickle;

// What a call of something known makes of little: bytes(10**12) is twelve bytes of pickle and a terabyte of memory; so are a list of a range, an
// array of that shape, a tensor beyond its storage and the digits of 1e1000000000000.
internal sealed partial class PickleMachine
{
    private bool NoticeSize(PickleGlobal global, PickleValue arguments, PickleValue keywords, long at)
    {
        if (arguments.Tuple is not { Items: { Length: <= JudgedItems } items })
            return false;

        var bytes = global.Standing == ImportStanding.Held ? BytesOfHeld(global, items, keywords) : BytesOf(global, items, keywords);
        if (Takes(global))
            bytes = Math.Max(bytes, PickleLengths.Multiply(LongestWithin(arguments), ValueBytes));
        if (bytes == 0 || _session.TryAllocate(bytes, _reader.Position))
            return false;

        var size = bytes == long.MaxValue ? "without end" : $"of at least {bytes} bytes";
        _session.Notice(PickleRules.Expands, global, $"Calls {PickleSession.Quote(global.ToString())}{DescribeArguments(arguments)}, which makes something {size}.", at);
        return true;
    }

    private long BytesOf(PickleGlobal global, PickleValue[] items, PickleValue keywords) => (global.Module, global.Name, items) switch
    {
        ("builtins", "bytes" or "bytearray", _) => BytesOfSource(items is [var first, ..] ? first : Keyword(keywords, "source")),
        ("builtins" or "fractions", "int" or "Fraction", [{ Object: not null } number, ..]) => Digits(_session.Lengths.Of(number)),
        ("builtins" or "fractions", "int" or "Fraction", [{ Kind: PickleKind.Text } text, ..]) when _session.Lengths.Of(text) is > PickleInteger.MostDigits and var length => PickleLengths.Multiply(length, length),
        ("fractions", _, [{ Text: { } number }]) => Digits(PickleLengths.Exponent(number)),
        ("builtins", "list" or "tuple" or "set" or "frozenset" or "dict", _) or ("collections" or "_weakrefset" or "array" or "random", _, _) => BytesOfValues(items),
        ("itertools", "product", _) => PickleLengths.Multiply(BytesOfValues(items), Math.Max(PickleLengths.Number(Keyword(keywords, "repeat")) ?? 1, 1)),
        ("itertools", "permutations" or "combinations" or "combinations_with_replacement", [var pool, .. var taken]) =>
            TensorShape.Add(BytesOfValues([pool]), taken is [var many] ? PickleLengths.Multiply(Math.Max(PickleLengths.Number(many) ?? 0, 0), ValueBytes) : 0),
        // Letters of either case are looked up one by one while a pattern is compiled.
        ("re", "_compile", [{ Text: { } pattern }, .. var flags]) => PatternCost.Of(pattern, flags is [{ Integer: { } stated }] ? stated : -1),
        ("re", "_compile", [{ Bytes: { } pattern }, ..]) => PickleLengths.Multiply(pattern.Length, PatternCost.OfLetter),
        // Every part of the name gets a logger of its own, which keeps the name up to there.
        ("logging", _, [{ Text: { } name }]) => PickleLengths.Multiply(name.Length, name.AsSpan().Count('.')) / 2,
        ("logging", _, [{ Bytes: { } name }]) => PickleLengths.Multiply(name.Length, name.Length),
        // The bounds are repeated for every element.
        ("sklearn.gaussian_process.kernels", "Hyperparameter", [_, _, _, var repeated, ..]) => PickleLengths.Multiply(Math.Max(PickleLengths.Number(repeated) ?? 0, 0), 2 * ValueBytes),
        ("sklearn.tree._tree", "Tree", [.., var outputs]) => PickleLengths.Multiply(Math.Max(PickleLengths.Number(outputs) ?? 0, 0), ValueBytes),
        ("torch._utils", _, _) => TorchTensors.MissingBytes(global.Name, items),
        (_, "_reconstruct", [_, var shape, var type]) => BytesOfArray(shape, type),
        (_, "_mareconstruct", [_, _, var shape, var type]) => PickleLengths.Multiply(BytesOfArray(shape, type), 2),
        (_, "scalar", [var type, .. var value]) => Math.Max(0, ItemSize(type) - (value is [var given] ? _session.Lengths.Of(given) : 0)),
        _ when Takes(global) => BytesOfValues(items),
        _ => 0,
    };

    // Functions that nobody pickles a call of. Which of their numbers are sizes, nobody needs to know where all of them are small.
    private long BytesOfHeld(PickleGlobal global, PickleValue[] items, PickleValue keywords)
    {
        var elements = 1L;
        if (global.Module.StartsWith("numpy", StringComparison.Ordinal) || global.Module.StartsWith("torch", StringComparison.Ordinal))
        {
            foreach (var item in items.Concat(keywords.Dictionary?.Entries.Take(JudgedItems).Select(entry => entry.Value) ?? []))
                elements = PickleLengths.Multiply(elements, Math.Max(1, Count(item)));
            if (global.Name is "identity" or "eye" && items.Length == 1)
                elements = PickleLengths.Multiply(elements, elements);
        }

        return Math.Max(PickleLengths.Multiply(elements, ValueBytes), BytesOfValues(items));
    }

    // Libraries that take apart whatever they are given; types of columns only hold it.
    private static bool Takes(PickleGlobal global) =>
        !global.Name.EndsWith("Dtype", StringComparison.Ordinal) && global.Module.Split('.')[0] is "numpy" or "pandas" or "scipy" or "sklearn" or "torch" or "joblib" or "time" or "nltk" or "cloudpickle";

    // An array of objects gets as many places as its state says, however few are there to be put into them.
    private void JudgeSizeOfState(PickleObject built, PickleValue state, long at)
    {
        if (state.Tuple is not { Items: { Length: > 0 and <= JudgedItems } parts } || built.Class is not { IsKnown: true } made)
            return;

        var bytes = made.Name == "_reconstruct" && parts is [.., var shape, _, _, { List: { } objects }]
            ? PickleLengths.Multiply(Math.Max(0, Count(shape) - objects.Items.Count), ValueBytes)
            : Array.Exists(parts, _session.Lengths.IsLong) ? BytesOfValues(parts) : 0;
        if (bytes > 0 && !_session.TryAllocate(bytes, _reader.Position))
            _session.Notice(PickleRules.Expands, made, $"Restores {Describe(PickleValue.From(built))} with a state that makes something of at least {bytes} bytes.", at);
    }

    private long BytesOfSource(PickleValue source) => PickleLengths.Number(source) is { } size ? Math.Max(size, 0) : _session.Lengths.Of(source);

    private static long BytesOfArray(PickleValue shape, PickleValue type) => PickleLengths.Multiply(Count(shape), ItemSize(type));

    private static long ItemSize(PickleValue type) =>
        (type.Object is not null ? PickledDataType.TryRead(type) : type.Text is { } code ? Numpy.NumpyDataType.TryParse(code) : null) is { } known ? known.ItemSize
        // The sizes of types that are larger than any that is read are part of their names.
        : (type.Text ?? (type.Object?.Arguments.Tuple is { Items: [{ Text: { } name }, ..] } ? name : "")) is { Length: > 1 } spelled
            && long.TryParse(spelled.AsSpan().TrimStart("<>|=SUVaObi"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 1;

    // The elements of a shape; one of another value.
    private static long Count(PickleValue shape)
    {
        var lengths = shape.Tuple?.Items ?? (shape.List is { Items: { Count: <= JudgedItems } list } ? list.ToArray() : [shape]);
        var elements = 1L;
        foreach (var length in lengths.Take(JudgedItems))
            elements = PickleLengths.Multiply(elements, Math.Max(PickleLengths.Number(length) ?? 1, 0));
        return elements;
    }

    // Of what is longer than it looks, the longest that stands in a value or in what lies in it. Honest pickles make nothing of that kind.
    private long LongestWithin(PickleValue value)
    {
        if (!_session.Lengths.HasAny)
            return 0;

        var longest = 0L;
        Stack<(PickleValue Value, int Depth)> open = new([(value, 0)]);
        while (open.TryPop(out var next) && ++_session.Steps <= _session.StepLimit)
        {
            if (_session.Lengths.IsLong(next.Value))
                longest = Math.Max(longest, _session.Lengths.Of(next.Value));
            if (next.Depth == WalkedDepth)
                continue;
            foreach (var part in next.Value.Object is null ? PartsOf(next.Value) : [])
                open.Push((part, next.Depth + 1));
        }

        return longest;
    }

    private long BytesOfValues(PickleValue[] items) => items.Length == 0 ? 0 : PickleLengths.Multiply(items.Max(_session.Lengths.Of), ValueBytes);

    private static long Digits(long digits) => PickleLengths.Multiply(digits, DigitCost);

    private static PickleValue Keyword(PickleValue keywords, string name) => keywords.Dictionary?.TryGet(name, out var value) == true ? value : PickleValue.None;

    // A reference in a list.
    private const int ValueBytes = 8;

    // A digit takes half a byte, and time that grows faster than their number; those of a text are read in the time of their square.
    private const int DigitCost = 64;

    // What the length of a result takes in memory, in values.
    private const int LengthValues = 4;
}
