namespace Precinto.Formats.Pickle;

// Tuples, lists, dictionaries and sets, and what acts like one.
internal sealed partial class PickleMachine
{
    private bool PushTuple(int start, long at)
    {
        var items = Take(start, at);
        return Charge(items.Length, at) && PushNode(new PickleTuple(at, items), at);
    }

    private bool PushList(int start, long at)
    {
        PickleList list = new(at);
        list.Items.AddRange(Values(start, at));
        _count = start;
        return Charge(list.Items.Count, at) && PushNode(list, at);
    }

    private bool PushFrozenSet(int start, long at)
    {
        PickleSet set = new(at, isFrozen: true);
        foreach (var value in Values(start, at))
            set.Hashes = JudgeKey(value, set.Hashes, at);
        set.Items.AddRange(Values(start, at));
        _count = start;
        return Charge(set.Items.Count, at) && PushNode(set, at);
    }

    private bool PushDictionary(int start, long at)
    {
        PickleDictionary dictionary = new(at);
        if (!TryAddEntries(dictionary, start, at))
            return false;

        return PushNode(dictionary, at);
    }

    private bool Append(int start, long at)
    {
        if (!TryTarget(start, at, out var target))
            return false;

        var values = Values(start, at);
        _count = start;
        if (values.IsEmpty)
            return true;
        if (!Charge(values.Length, at))
            return false;
        if (target.List is { } list)
        {
            list.Items.AddRange(values);
            return true;
        }

        return AppendToObject(target, values, at);
    }

    private bool AddItems(int start, long at)
    {
        if (!TryTarget(start, at, out var target))
            return false;

        var values = Values(start, at);
        _count = start;
        if (values.IsEmpty)
            return true;
        if (!Charge(values.Length, at))
            return false;
        if (target.Node is PickleSet { IsFrozen: false } set)
        {
            foreach (var value in values)
                set.Hashes = JudgeKey(value, set.Hashes, at);
            set.Items.AddRange(values);
            return true;
        }

        return AppendToObject(target, values, at);
    }

    // APPEND(S) and ADDITEMS call append, extend or add of whatever stands there.
    private bool AppendToObject(PickleValue target, ReadOnlySpan<PickleValue> values, long at)
    {
        // bytearray has these methods as well.
        if (target.Bytes is { Form: PickleBytesForm.ByteArray })
            return true;
        if (!MayCallMethods(target, at))
            return false;
        if (target.Object is { } known)
        {
            // An object that hands on what it does not have itself, as errors of HTTP, namespaces and modules do, has whatever method its state says.
            if (known.Class is { IsKnown: true } made && !IsListLike(made))
                _session.Notice(PickleRules.UnknownMethod, made, $"Calls the method that adds of an object made by {Describe(known.Callable)}, which has none.", at);
            (known.Elements ??= new(at)).Items.AddRange(values);
            // The methods are looked up in the instance, where its state may have put another function.
            if (known.HasOwnMethods)
                _session.Notice(PickleRules.ReplacesMethod, "append", "Adds to an object whose state replaced the method that adds.", at);
        }

        return true;
    }

    private bool SetItems(int start, long at)
    {
        if (!TryTarget(start, at, out var target))
            return false;
        if (target.Dictionary is { } dictionary)
            return TryAddEntries(dictionary, start, at);
        if (_count == start)
            return true;
        if (target.List is null && !IsChangedByteArray(target, at) && !MayCallMethods(target, at))
            return false;

        // Items of a list are replaced in place: whether what was there is still there, nobody asks.
        if (target.List is { } list)
            list.Items.AddRange(Values(start, at));
        // A table calls the key that it is asked to set; other classes compute.
        if (target.Object?.Class is { IsKnown: true } other && !IsDictionaryLike(other))
            _session.Notice(PickleRules.UnknownMethod, other, $"Sets items of an object made by {other}.", at);
        if (target.Object is { } known)
        {
            if (!TryAddEntries(known.Entries ??= new(at), start, at))
                return false;
            if (KnownImports.ShowsItemsAsAttributes(known.Class))
                JudgeItems(known, known.Entries, at);
            return true;
        }

        _count = start;
        return true;
    }

    private static bool IsListLike(PickleGlobal made) => (made.Module, made.Name) is
        ("builtins", "list" or "set" or "bytearray") or ("collections", "deque") or ("array", "array" or "_array_reconstructor") or ("pandas.core.indexes.frozen" or "pandas.core.base", "FrozenList") or ("nltk.tree" or "nltk.tree.tree", "Tree");

    // Nobody pickles that: what was judged by its bytes would have others then.
    private bool IsChangedByteArray(PickleValue target, long at)
    {
        if (target.Bytes is not { Form: PickleBytesForm.ByteArray } && target.Object?.Is("builtins", "bytearray") != true)
            return false;
        _session.Notice(PickleRules.UnknownMethod, "bytearray", "Changes bytes after they were made.", at);
        return target.Bytes is not null;
    }

    private bool MayCallMethods(PickleValue target, long at)
    {
        if (target.Global is { } global)
        {
            _session.Notice(PickleRules.ChangesGlobal, global, $"Adds to {PickleSession.Quote(global.ToString())} itself.", at);
            return true;
        }

        if (target.Object is not { } known)
            return Odd(PickleRules.TypeBroken, $"Adds to {Describe(target)}.", at);
        if (known.Class is not { IsKnown: true })
            _session.Notice(PickleRules.UnknownMethod, known.Class, $"Calls methods of an object made by {Describe(known.Callable)}.", at);

        return true;
    }

    private bool TryAddEntries(PickleDictionary dictionary, int start, long at)
    {
        var values = Values(start, at);
        _count = start;
        if (values.Length % 2 != 0)
            return Fail(PickleRules.StackBroken, "A key has no value.", at);

        // Most dictionaries are filled by one opcode; twice the room would be half of the memory.
        if (dictionary.Entries.Count == 0)
            dictionary.Entries.Capacity = values.Length / 2;
        for (var index = 0; index < values.Length; index += 2)
        {
            dictionary.Hashes = JudgeKey(values[index], dictionary.Hashes, at);
            dictionary.Entries.Add(new(values[index], values[index + 1]));
        }

        return Charge(values.Length, at);
    }

    // The container stands below its new content; the mark was taken away already, so it must lie above the floor.
    private bool TryTarget(int start, long at, out PickleValue target)
    {
        target = default;
        if (start <= _floor)
            return Fail(PickleRules.StackBroken, "Needs a container where none is on the stack.", at);

        target = _stack[start - 1];
        return true;
    }

    private PickleValue[] Take(int start, long at)
    {
        var items = Values(start, at).ToArray();
        _count = start;
        return items;
    }

    /// <summary>The values from a slot on, which now become part of something else.</summary>
    private ReadOnlySpan<PickleValue> Values(int start, long at)
    {
        ReadOnlySpan<PickleValue> values = _stack.AsSpan(start, _count - start);
        foreach (var value in values)
        {
            if (value.Global is { } global)
                NoticeHandingOn(global, at);
        }

        return values;
    }

    // What is judged by its arguments where it is called cannot be judged where something else will call it.
    private void NoticeHandingOn(PickleGlobal global, long at)
    {
        if (global.Standing is ImportStanding.Conditional or ImportStanding.Loader)
            _session.Notice(PickleRules.HandedOn, global, $"Hands on {global}, which something else may call.", at);
    }
}
