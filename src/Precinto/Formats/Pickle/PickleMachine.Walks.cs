namespace Precinto.Formats.Pickle;

// Who walks what it is given, asks how long it is, compares or prints it, calls the methods for that. Those of containers only look; those of a library's
// class that was restored run whatever its state put there: list(loader) calls the loader's function on items of the loader's list.
internal sealed partial class PickleMachine
{
    // Honest pickles call with numbers, texts, containers and arrays; objects of other classes they only put into containers and states.
    private void JudgeWalked(PickleGlobal called, PickleValue[] items, PickleValue keywords, PickleValue arguments, long at)
    {
        if (KeepsOnly(called))
            return;

        foreach (var item in items)
        {
            NoticeFileOfZone(item, at);
            if (item.Dictionary is { Entries.Count: <= JudgedItems } parts)
                parts.Entries.ForEach(entry => NoticeFileOfZone(entry.Value, at));
            if (!IsWalked(called, item))
                continue;
            NoticeUnjudged(called, arguments, at);
            return;
        }

        if (keywords.Dictionary is { } named && named.Entries.Exists(entry => IsRestored(entry.Value)))
            NoticeUnjudged(called, arguments, at);
    }

    private bool IsWalked(PickleGlobal called, PickleValue item)
    {
        if (IsRestored(item))
            return !(IsOfColumns(item) && called.Name is "_unpickle_block" or "new_block" or "make_block");
        // cls.__new__(cls, **dictionary): of pandas' own arrays its indexes are made.
        if (item.Dictionary is { } named && called.Name.StartsWith("_new_", StringComparison.Ordinal))
            return named.Entries.Exists(entry => IsRestored(entry.Value) && !IsOfColumns(entry.Value));
        return HoldsRestored(item, item.Object?.Class is { } made && DepthOf(made) == WalkedDepth ? WalkedDepth : DepthOf(called));
    }

    // What yields the elements of the elements, or is asked for them later, when nobody sees any more what they are.
    private static int DepthOf(PickleGlobal called) => (called.Module, called.Name) switch
    {
        ("builtins", "list" or "tuple" or "set" or "frozenset") or ("collections", "deque") => 0,
        // Keys and values are only kept, whereas a pair is unpacked.
        ("builtins", "dict") or ("collections" or "_weakrefset", _) => 1,
        ("builtins" or "itertools" or "operator" or "_operator" or "functools" or "_functools" or "cloudpickle.cloudpickle", _) => WalkedDepth,
        _ => 0,
    };

    // As far as one call can reach; what holds more than the file may be made to hold is not looked through again and again.
    private bool HoldsRestored(PickleValue container, int depth, bool withTypes = false)
    {
        Stack<(PickleValue Value, int Depth)> open = new([(container, 0)]);
        while (open.TryPop(out var next))
        {
            if (IsRestored(next.Value) || (withTypes && IsTypeOfColumns(next.Value)) || ++_session.Steps > _session.StepLimit)
                return true;
            if (next.Depth == depth)
                continue;
            foreach (var value in PartsOf(next.Value))
                open.Push((value, next.Depth + 1));
        }

        return false;
    }

    private static IEnumerable<PickleValue> PartsOf(PickleValue value) =>
        value.List?.Items ?? value.Tuple?.Items ?? (value.Node as PickleSet)?.Items ?? value.Dictionary?.Entries.Select(entry => entry.Value)
        ?? (value.Object is { } made ? [made.Arguments, made.State, .. made.Elements?.Items ?? []] : (IEnumerable<PickleValue>)[]);

    /// <summary>Whether it is an object of a library's class that was not made by a call with data.</summary>
    private static bool IsRestored(PickleValue value) =>
        value.Object is { Class: { Standing: ImportStanding.Held } made } && !IsOfPlainValues(made);

    // Columns of pandas are made of each other.
    private static bool IsOfColumns(PickleValue value) => value.Object?.Class?.Module is { } module
        && (module.StartsWith("pandas.core.arrays.", StringComparison.Ordinal) || module.StartsWith("pandas.core.indexes.", StringComparison.Ordinal));

    private static bool IsOfPlainValues(PickleGlobal made) =>
        made.Module is "uuid" or "datetime" or "pathlib" or "ipaddress" or "decimal" or "_decimal" or "fractions" or "zoneinfo" or "pathlib._local"
        || made.Module.StartsWith(TypesOfColumns, StringComparison.Ordinal);

    // A type of pandas is asked for its hash, which is that of its categories.
    private static bool IsTypeOfColumns(PickleValue value) =>
        value.Object is { Class: { Standing: ImportStanding.Held } type } && type.Module.StartsWith(TypesOfColumns, StringComparison.Ordinal);

    // A named tuple has its parts and asks nothing of them.
    private static bool KeepsOnly(PickleGlobal called) => called is { Module: "sklearn.impute._iterative", Name: "_ImputerTriplet" };

    // A dictionary and a set ask what they hold for a number, and compare it.
    private PickleHashes? JudgeKey(PickleValue key, PickleHashes? hashes, long at)
    {
        if (key.Kind is PickleKind.Integer or PickleKind.BigInteger or PickleKind.Tuple)
        {
            hashes ??= new();
            if (hashes.Add(key))
                _session.Notice(PickleRules.Expands, hashes, "Has thousands of keys of one hash, which are all compared with each other.", at);
        }

        if (key.Kind is PickleKind.Object or PickleKind.Tuple or PickleKind.Set && !IsOfPlainParts(key) && HoldsRestored(key, WalkedDepth, withTypes: true)
            && key.Object?.Is("torch.distributed.checkpoint.metadata", "MetadataIndex") != true)
            _session.Notice(PickleRules.UnjudgedArguments, key.Object?.Class, $"Has {Describe(key)} as a key, which is asked whether it is another one.", at);
        return hashes;
    }

    private static bool IsOfPlainParts(PickleValue key) => key.Tuple is { Items: var items } && Array.TrueForAll(items, item => item.Node is null or PickleBytes or PickleBigInteger);

    // SETITEM calls __setitem__ of whatever stands there.
    private static bool IsDictionaryLike(PickleGlobal made) =>
        made.Module is "collections" or "builtins" or "weakref"
        || MappingNames.Any(ending => made.LastName.EndsWith(ending, StringComparison.Ordinal));

    private static readonly string[] MappingNames = ["Dict", "Bunch", "Result", "Results", "Cookie", "Morsel", "Cache", "Counter", "Mapping", "FreqDist", "Munch", "CfgNode"];

    private const string TypesOfColumns = "pandas.core.dtypes";

    // Iterators over iterators over lists.
    private const int WalkedDepth = 6;
}
