using Precinto.Formats.Numpy;

namespace Precinto.Formats.Pickle;

// What BUILD hands over: it becomes the attributes of an object, or __setstate__ makes something of it.
internal sealed partial class PickleMachine
{
    // CPython looks __setstate__ up in the instance as well: a state that sets it makes the next BUILD a call (no REDUCE needed).
    private void JudgeState(PickleObject built, PickleValue state, long at)
    {
        JudgeAttributes(built, state.Dictionary ?? state.Object?.Entries, at);
        JudgeSettings(built, state, at);
        if (built.Class is { IsKnown: true, Module: not "itertools" } taking && LongestWithin(state) is > 0 and var length && !_session.TryAllocate(PickleLengths.Multiply(length, ValueBytes), _reader.Position))
            _session.Notice(PickleRules.Expands, taking, $"Restores {Describe(PickleValue.From(built))} with something that yields far more than the file holds.", at);
        if (state.Tuple is { Items: [var attributes, var slots] })
        {
            JudgeAttributes(built, attributes.Dictionary, at);
            JudgeAttributes(built, slots.Dictionary, at);
        }

        // Whoever restores itself out of a state calls its methods: another class has others, and a dictionary that a call makes has other keys.
        if (state.Object is { } holder && built.Class is { IsKnown: true } restored && !IsPlainState(holder))
            _session.Notice(PickleRules.UnjudgedArguments, restored, $"Restores {Describe(PickleValue.From(built))} with {Describe(state)}.", at);
        // A generator of random numbers walks through what should be its numbers, and so do others.
        if (state.Tuple is { Items: { Length: <= JudgedItems } parts } && built.Class is { Module: not ("functools" or "_functools") } walking && Array.Exists(parts, part => IsRestored(part) && !IsOfColumns(part)))
            _session.Notice(PickleRules.UnjudgedArguments, walking, $"Restores {Describe(PickleValue.From(built))} with a restored object among its parts.", at);

        // dict.update, which many classes hand their state to, takes pairs as well.
        if (built.Class is { } made && made.Module.StartsWith("scipy.stats.", StringComparison.Ordinal) && state.Dictionary is null && !IsFalse(state))
            _session.Notice(PickleRules.UnjudgedArguments, made, $"Restores {Describe(PickleValue.From(built))} with a state that is no dictionary.", at);
    }

    private void JudgeAttributes(PickleObject built, PickleDictionary? attributes, long at)
    {
        if (attributes is null)
            return;

        for (; attributes.JudgedCount < attributes.Entries.Count; attributes.JudgedCount++)
        {
            var (key, value) = attributes.Entries[attributes.JudgedCount];
            if (key.Text is { } name)
                JudgeAttribute(built, name, value, at);
            // What a call makes may be any of the names that decide: a text of NumPy, or a UserString, is found under the text that it equals.
            else if (key.Object is { } made ? !IsNumberOfNumPy(made) : key.Bytes is { Kind: PickleKind.Text, Length: <= NameBytes })
                _session.Notice(PickleRules.ReplacesMethod, "computed", "Sets an attribute of an object that it restores, by a name that is computed.", at);
            attributes.NamesMethods |= key.Text is "append" or "extend" or "add";
        }

        built.HasOwnMethods |= attributes.NamesMethods;
    }

    private static bool IsPlainState(PickleObject state) =>
        state.Class is { IsKnown: true, Module: "builtins", Name: not ("dict" or "list" or "tuple") }
        || (state.Is("collections", "OrderedDict") && state.Arguments.Tuple is { Items: [] } && state.State.IsNone);

    private static bool IsNumberOfNumPy(PickleObject key) =>
        key.Class is { Name: "scalar", IsKnown: true } && key.Arguments.Tuple is { Items: [var type, ..] }
        && PickledDataType.TryRead(type) is { Kind: NumpyKind.Boolean or NumpyKind.SignedInteger or NumpyKind.UnsignedInteger or NumpyKind.Real };

    private void JudgeAttribute(PickleObject built, string name, PickleValue value, long at)
    {
        if (SpecialNames.Decides(name))
        {
            _session.Notice(PickleRules.ReplacesMethod, name, $"Sets the attribute {name} of an object that it restores.", at);
            return;
        }

        switch (name)
        {
            case DistributionTemplate.Attribute when !DistributionTemplate.Fits(value):
                _session.Notice(PickleRules.DangerousArguments, name, $"Restores {Describe(PickleValue.From(built))} with source text of its own, which SciPy executes.", at);
                break;
            // ModelData.__setstate__ evaluates it, and any expression of Python may stand in it.
            case "formula" when built.Class is { Module: "statsmodels.base.data" } && !(value.Text is { Length: <= NameBytes } formula && formula.All(IsOfFormula) && formula.Count(letter => letter == '*') <= MostCrossings):
                _session.Notice(PickleRules.UnjudgedArguments, built.Class, $"Restores {Describe(PickleValue.From(built))} with the formula {Describe(value)}, which is evaluated.", at);
                break;
            // The cache of a pipeline, which keeps nothing where it has no folder.
            case "location" or "store_backend" or "cachedir" when !value.IsNone && built.Is("joblib.memory", "Memory"):
                _session.Notice(PickleRules.UnjudgedArguments, built.Class, $"Restores a cache of joblib in {Describe(value)}, which reads pickles from there.", at);
                break;
            case "handle" or "_handle" when built.Class is { } booster && IsBooster(booster):
                JudgeBooster(booster, value, at);
                break;
            case "__model" when built.Class is { } boosted && boosted.Module.StartsWith("catboost", StringComparison.Ordinal):
                JudgeBooster(boosted, value, at);
                break;
            // Walked through while it is restored.
            case "param_groups" or "X_thresholds_" or "y_thresholds_" or "axes" or "blocks" or "_flags" or "all_weights" or "_all_weights" or "_categories" or "_codes" when IsRestored(value) && !IsOfColumns(value):
                _session.Notice(PickleRules.UnjudgedArguments, name, $"Restores {Describe(PickleValue.From(built))} with {Describe(value)} as {name}, which it walks through.", at);
                break;
            // Written into a warning where it is another one, whatever it is.
            case "_sklearn_version" when value.Kind != PickleKind.Text:
                _session.Notice(PickleRules.UnjudgedArguments, name, $"Restores {Describe(PickleValue.From(built))} with a version that is {Describe(value)}.", at);
                break;
            // RNNBase.__setstate__ makes names for each layer of an older file.
            case "num_layers" when PickleLengths.Number(value) > MostLayers && built.Class?.Module.StartsWith("torch.", StringComparison.Ordinal) == true:
                _session.Notice(PickleRules.Expands, name, $"Restores {Describe(PickleValue.From(built))} with {Describe(value)} layers.", at);
                break;
            // What the classes of libraries call of their own attributes while they are restored, or when they go.
            case "values" or "items" or "keys" or "setdefault" or "pop" or "get" or "update" or "copy" or "close" or "join" or "put" or "terminate" when MayBeCalled(value):
                _session.Notice(PickleRules.ReplacesMethod, name, $"Sets the attribute {name} of an object to {Describe(value)}, which whoever takes the object for a dictionary, a file or a process calls.", at);
                break;
            // Whatever asks such an object for a method of that name calls it.
            case not null when built.Class is { Name: "SimpleNamespace" or "Namespace" } && MayBeCalled(value):
                _session.Notice(PickleRules.UnjudgedArguments, built.Class, $"Sets the attribute {name} of an object without a class of its own to {Describe(value)}, which may be called.", at);
                break;
            default:
                NoticeFileOfZone(value, at);
                break;
        }
    }

    // pandas hands a time zone of dateutil's to its gettz, which opens what looks like a path.
    private void NoticeFileOfZone(PickleValue value, long at)
    {
        if (value.Text is { } text && text.IndexOf("dateutil/", StringComparison.Ordinal) is >= 0 and var start && text.AsSpan(start + "dateutil/".Length) is var zone
            && (zone.Length > AttributeLength || zone.Contains("..", StringComparison.Ordinal) || zone.StartsWith('/') || zone.ContainsAny('\\', ':', '~')))
            _session.Notice(PickleRules.DangerousArguments, "time zone", $"Names the time zone '{PickleSession.Quote(text)}', which is read from a file.", at);
    }

    // The model itself, which the library parses while it is restored: XGBoost's and CatBoost's in bytes, LightGBM's in a text.
    private void JudgeBooster(PickleGlobal booster, PickleValue value, long at)
    {
        var expected = booster.Module.Split('.')[0];
        if (value.IsNone || (BytesOf(value) is { } bytes && (!_session.IsFirstInspection(bytes) || FormatOf(bytes) == expected)))
            return;

        _session.Notice(PickleRules.UnjudgedArguments, booster, $"Restores {booster} from {Describe(value)}, which are no model of {expected}.", at);
    }

    private static PickleBytes? BytesOf(PickleValue value)
    {
        if (value.Bytes is { } bytes)
            return bytes;
        // bytearray(b'…'), as it is written before protocol 5.
        if (value.Object is { Class: { Module: "builtins", Name: "bytearray" }, Arguments.Tuple: { Items: [{ Bytes: { } source }] } })
            return source;
        return value.Text is { } text ? new(0, 0, text.Length, PickleBytesForm.Utf8, System.Text.Encoding.UTF8.GetBytes(text)) : null;
    }

    // Sums and products of columns; what calls a function or takes an attribute is more.
    private static bool IsOfFormula(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ' ' or '~' or '+' or '-' or '*' or ':';

    // ndarray.__setstate__ takes as many objects out of the list as the shape says, whether they are there or not. Other classes hand their state to it.
    private void JudgeListOfObjects(PickleObject built, PickleValue state, long at)
    {
        // What a call makes of a tuple cannot be compared, nor what is a list.
        if (built.Class is { IsKnown: true, Name: "_reconstruct" or "_mareconstruct" or "dtype" } native && native.Module.StartsWith("numpy", StringComparison.Ordinal)
            && !IsOfOthers(built) && !IsStateOfNumPy(native, state))
            _session.Notice(PickleRules.DangerousArguments, native, $"Restores {Describe(PickleValue.From(built))} with a state that NumPy does not write.", at);
        if (state.Tuple is not { Items: { Length: <= JudgedItems } parts } || built.Class is not { } made || made.Module.Split('.')[0] is not ("numpy" or "pandas" or "scipy"))
            return;

        // A sparse array of pandas is made of the state of one of NumPy and of its own.
        foreach (var part in parts)
        {
            if (part.Tuple is { Items: [_, { Tuple: not null }, { Object: not null }, ..] })
                JudgeListOfObjects(built, part, at);
        }

        for (var index = 0; index + 3 < parts.Length; index++)
        {
            if (parts[index].Tuple is not { Items: { Length: <= JudgedItems } } || !(parts[index + 1].Object?.Class is { } type && type.Module.StartsWith("numpy", StringComparison.Ordinal))
                || parts[index + 2].Kind is not (PickleKind.Boolean or PickleKind.Integer))
                continue;
            var data = parts[index + 3];
            // Other classes of types, such as that of texts of free length, keep objects.
            var isOfObjects = type.Name != "dtype" || PickledDataType.TryRead(parts[index + 1]) is { HasObjects: true };
            if (data.List is { } list ? list.Items.Count != Count(parts[index]) : isOfObjects || data.Kind is not (PickleKind.Bytes or PickleKind.Text or PickleKind.Object or PickleKind.None))
                _session.Notice(PickleRules.DangerousArguments, built.Class, $"Restores {Describe(PickleValue.From(built))} of other objects than its shape says.", at);
        }
    }

    // Classes of other libraries that derive from NumPy's arrays have states of their own; they are judged by their name.
    private static bool IsOfOthers(PickleObject array) =>
        array.Arguments.Tuple is { Items: [{ Global: { IsKnown: false } made }, ..] } && !made.Module.StartsWith("numpy", StringComparison.Ordinal);

    private static bool IsStateOfNumPy(PickleGlobal made, PickleValue state) => (made.Name, state.Tuple?.Items) switch
    {
        (_, null) => IsFalse(state),
        ("dtype", _) => true,
        ("_reconstruct", { Length: 4 or 5 } parts) => parts[^4].Tuple is not null,
        ("_mareconstruct", { Length: > 1 } parts) => parts[1].Tuple is not null,
        _ => false,
    };

    // Arrays and tables are no functions; a partial function, an object that is computed and an estimator may be called.
    private static bool MayBeCalled(PickleValue value) =>
        value.Global is not null
        || (value.Object is { } made && !(made.Class is { Standing: ImportStanding.Harmless } || (made.Class is { IsKnown: true } type && type.Module.Split('.')[0] is "numpy" or "pandas" or "scipy")));

    // joblib calls the wrapper's read: an attribute of that name is called instead, and slots overrule what was judged.
    private void JudgeWrapper(PickleObject wrapper, long at)
    {
        if (wrapper.State.Tuple is { Items: [_, { IsNone: false }] })
            _session.Notice(PickleRules.ReplacesMethod, "slots of a wrapper", "Sets slots of an array of joblib, which has none.", at);
        if (wrapper.Attributes is not { } attributes)
            return;

        foreach (var (key, _) in attributes.Entries.Take(65))
        {
            if (key.Text is not ("subclass" or "shape" or "order" or "dtype" or "allow_mmap" or "numpy_array_alignment_bytes"))
                _session.Notice(PickleRules.ReplacesMethod, "attribute of a wrapper", $"Sets the attribute {Describe(key)} of an array of joblib, which has none of that name.", at);
        }
    }

    private const int MostLayers = 1 << 16;

    // Each doubles the terms.
    private const int MostCrossings = 4;
}
