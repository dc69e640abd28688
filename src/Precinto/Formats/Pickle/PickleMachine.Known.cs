using Precinto.Formats.Torch;

namespace Precinto.Formats.Pickle;

// Calls of what is known. Libraries pickle few calls with arguments; whatever else is called with some was not pickled but written.
internal sealed partial class PickleMachine
{
    // What honest pickles call with data: only those need a look that call, read or trust what they are given.
    private void JudgeArguments(PickleGlobal global, PickleValue arguments, PickleValue keywords, long at)
    {
        if (arguments.Tuple is not { Items: var items })
        {
            NoticeUnjudged(global, arguments, at);
            return;
        }

        JudgeCallee(global, items, arguments, at);
        JudgeWalked(global, items, keywords, arguments, at);
        // Quantised tensors of PyTorch before 2 read and write behind a storage that is too short for them.
        if (global.Module == "torch._utils" && items is [var storage, ..] && TorchStorage.TryReadNested(storage) is not null && TorchTensors.MissingBytes(global.Name, items) > 0)
            NoticeUnjudged(global, arguments, at);
        if (global.Name.StartsWith('_') && !TakesWhatItRestores(global, items, at))
            NoticeCall(CallsWhatItIsGiven(global, items) ? PickleRules.DangerousArguments : PickleRules.UnjudgedArguments, global, arguments, at);
        // Who turns bytes into text looks its encoding up by importing it.
        if (global.Module == "builtins" && global.Name is "str" or "bytes" or "bytearray"
            && (items is [_, not { Text: "latin1" or "latin-1" or "utf-8" or "utf8" or "ascii" or "iso-8859-1" }, ..] || keywords.Dictionary?.TryGet("encoding", out _) == true))
            NoticeUnjudged(global, arguments, at);
        foreach (var item in items.AsSpan(0, Math.Min(items.Length, JudgedItems)))
        {
            if (item.Object is { } made && IsComputedFunction(made))
                _session.Notice(PickleRules.HandedOn, made.Class, $"Hands {Describe(item)} to {global}, which may call it.", at);
        }

        // What it is made with becomes its attributes.
        if (global.Name is "SimpleNamespace" or "Namespace" && !IsEmpty(arguments, keywords))
            JudgeAttributes(new(at, PickleValue.From(global), arguments, keywords), keywords.Dictionary, at);
        if (items.Length > JudgedItems || (keywords.Dictionary is { Entries: { Count: > 0 } named }
            && (global.Name.StartsWith('_') || named.Count > JudgedItems || named.Exists(entry => entry.Value.Object is { } made && IsComputedFunction(made)))))
            NoticeUnjudged(global, arguments, at);
    }

    // Functions that call, or make an instance of, what stands in their arguments.
    private bool TakesWhatItRestores(PickleGlobal global, PickleValue[] items, long at)
    {
        switch (global.Name)
        {
            // func(*args) with its type and its attributes changed behind it.
            case "_rebuild_from_type_v2":
                if (items is not [{ Global: { IsKnown: true, Module: "torch._utils" } rebuild }, { Global: { IsKnown: true } type }, { Tuple: not null } given, var state]
                    || !type.Module.StartsWith("torch", StringComparison.Ordinal))
                    return false;
                JudgeArguments(rebuild, given, PickleValue.None, at);
                JudgeState(new(at, PickleValue.From(type), given, PickleValue.None), state, at);
                return true;
            case "_rebuild_parameter_with_state":
                if (items is [.., var attributes])
                    JudgeState(new(at, PickleValue.From(global), PickleValue.None, PickleValue.None), attributes, at);
                return true;
            // cls.__new__(cls, **d), cls._simple_new(**d), cls.from_arrays(**d).
            case "_new_Index" or "_new_DatetimeIndex" or "_new_PeriodIndex" or "_new_IntervalIndex":
                return items is [{ Global: { IsKnown: true } index }, { Dictionary: not null }]
                    && index.Module.StartsWith("pandas.", StringComparison.Ordinal) && index.Name.EndsWith("Index", StringComparison.Ordinal) && !index.Name.Contains('.', StringComparison.Ordinal);
            case "__bit_generator_ctor" or "__generator_ctor" or "__randomstate_ctor" or "__RandomState_ctor":
                return items.Length <= 2 && (items.Length == 0 || items[0] is { Text: not null } or { Object.Class: { IsKnown: true } } or { Global: { IsKnown: true } })
                    && (items.Length == 0 || IsOfRandom(items[0])) && (items.Length < 2 || items[1].Global is { Name: "__bit_generator_ctor" });
            case "_reconstruct":
                return items is [{ Global: { } array }, { Tuple: not null }, ..] && !(array.IsKnown && !array.Module.StartsWith("numpy", StringComparison.Ordinal));
            case "_restore_array":
                if (_session.Steps > _session.StepLimit || items is not [var restored])
                    return false;
                var fits = PickledArrowArray.Fits(restored, _reader.Content, out var looks);
                _session.Steps += looks;
                return fits;
            case "_mareconstruct":
                return items is [{ Global: { IsKnown: true } masked }, { Global: { IsKnown: true } plain }, ..]
                    && masked.Module.StartsWith("numpy", StringComparison.Ordinal) && plain.Module.StartsWith("numpy", StringComparison.Ordinal);
            default:
                return !global.Name.StartsWith(KnownModules.Unpickles, StringComparison.Ordinal)
                    || items is [{ Global.IsKnown: true }, { Integer: not null }, { IsNone: true } or { Tuple: not null }];
        }
    }

    // No class and no function of an honest file is computed there.
    private static bool CallsWhatItIsGiven(PickleGlobal global, PickleValue[] items) =>
        (global.Name == "_rebuild_from_type_v2" || global.Name.StartsWith("_new_", StringComparison.Ordinal))
        && items is [{ Object: not null } or { Global.Standing: ImportStanding.Conditional or ImportStanding.Dangerous }, ..];

    private static bool IsOfRandom(PickleValue value) => (value.Object?.Class ?? value.Global) is not { } made || made.Module.StartsWith("numpy.random", StringComparison.Ordinal);

    // What nobody pickles a call of. Some of them reach further then.
    private void JudgeUnusualCall(PickleGlobal global, PickleValue arguments, PickleValue keywords, long at)
    {
        if (IsBooster(global) && !IsEmpty(arguments, keywords))
            _session.Notice(PickleRules.LoadsElsewhere, global, $"Calls {global}{DescribeArguments(arguments)}, which loads the model that it is told.", at);
        else if (global.Name is "memmap" || (IsArray(global) && (arguments.Tuple is not { Items.Length: < 3 } || keywords.Dictionary is { Entries.Count: > 0 })))
            _session.Notice(PickleRules.DangerousArguments, global, $"Calls {global}{DescribeArguments(arguments)}, which lays an array over what it is told.", at);
        else
            NoticeUnjudged(global, arguments, at);
    }

    // An array over a buffer trusts the buffer: with elements that are objects, to be pointers.
    private static bool IsArray(PickleGlobal global) =>
        global.Name is "ndarray" or "recarray" or "chararray" or "matrix" or "MaskedArray" && global.Module.StartsWith("numpy", StringComparison.Ordinal);

    // copyreg calls origin.__new__(cls, state) and origin.__init__(object, state).
    private void JudgeOrigin(PickleGlobal origin, PickleValue initial, PickleValue arguments, long at)
    {
        if ((origin.Module is not ("builtins" or "datetime") && origin.Standing != ImportStanding.Dangerous) || IsRestored(initial))
            NoticeUnjudged(origin, arguments, at);
    }

    private void JudgePartialState(PickleValue state, long at)
    {
        if (state.Tuple is not { Items: [var function, { Tuple: { Items: var positional } }, var named, ..] })
            _session.Notice(PickleRules.UnjudgedArguments, "partial", $"Restores a partial function as {Describe(state)}.", at);
        else if (function.Global is { IsKnown: true } called)
            JudgePartial(called, positional, named, at);
        else if (function.Object is not { } maker || !IsMaker(maker))
            _session.Notice(PickleRules.UnjudgedArguments, "partial", $"Makes a partial function of {Describe(function)}.", at);
    }

    // Whoever calls it later calls with these arguments.
    private void JudgePartial(PickleGlobal called, PickleValue[] items, PickleValue named, long at)
    {
        NoticeSize(called, PickleValue.From(new PickleTuple(at, items)), named, at);
        var isReaching = called.Name is "memmap" or "word_tokenize" || IsArray(called) || IsBooster(called);
        if (isReaching && (items.Length > 0 || named.Dictionary is { Entries.Count: > 0 }))
            JudgeUnusualCall(called, PickleValue.From(new PickleTuple(at, items)), named, at);
        else if (called.Name.StartsWith('_') && called.Standing == ImportStanding.Harmless || items.Length > JudgedItems || Array.Exists(items, item => item.Object is { } made && IsComputedFunction(made)))
            _session.Notice(PickleRules.UnjudgedArguments, called, $"Makes a partial function of {called}.", at);
    }

    private static bool IsBooster(PickleGlobal global) => global is { Name: "Booster", Module: "xgboost.core" or "lightgbm.basic" };

    private void JudgeMethodCaller(string method, long at)
    {
        if (!IsOrdinary(method))
            _session.Notice(PickleRules.DangerousArguments, method, $"Makes a function that calls the method {PickleSession.Quote(method)}.", at);
        else if (!KnownImports.IsKnownMember("", method) || KnownImports.IsOfEstimators(method))
            _session.Notice(PickleRules.UnjudgedArguments, method, $"Makes a function that calls the method {PickleSession.Quote(method)}.", at);
    }

    // What protocols 2 and 3 write where a class takes keywords: partial(cls.__new__, cls, …)().
    private static bool TryUnwrapMaker(PickleObject function, PickleValue arguments, out PickleGlobal made, out PickleValue makes, out PickleValue named)
    {
        made = null!;
        makes = named = default;
        if (function.Class is not { Module: "functools" or "_functools", Name: "partial" } || arguments.Tuple is not { Items: [] }
            || function.State.Tuple is not { Items: [{ Object: { } maker }, { Tuple: { Items: [{ Global: { } first }, ..] and { Length: <= JudgedItems } all } }, var keywords, ..] }
            || !IsMaker(maker) || !IsOfOneKind(maker.Arguments.Tuple!.Items[0].Global!, first))
            return false;

        made = first;
        makes = PickleValue.From(new PickleTuple(function.Position, all[1..]));
        named = keywords;
        return true;
    }

    // pandas 1.3 restores its blocks by partial(new_block, ndim=2).
    private static bool TryUnwrapPartial(PickleObject function, out PickleGlobal called, out PickleValue named)
    {
        called = null!;
        named = default;
        if (function.Class is not { Module: "functools" or "_functools", Name: "partial" } || function.BuildCount != 1
            || function.Arguments.Tuple is not { Items: [{ Global: { Standing: ImportStanding.Harmless } first }] }
            || function.State.Tuple is not { Items: [{ Global: { } again }, { Tuple: { Items: [] } }, var keywords, ..] } || again != first)
            return false;

        called = first;
        named = keywords;
        return true;
    }

    // The named tuples of SciPy are made by what stands below them.
    private static bool IsOfOneKind(PickleGlobal below, PickleGlobal made) => below == made || (below.IsKnown && made.IsKnown && below.Module == made.Module);

    private static bool IsMaker(PickleObject made) =>
        made.Class is { Module: "builtins", Name: "getattr" } && made.Arguments.Tuple is { Items: [{ Global: not null }, { Text: "__new__" }] };

    private static bool IsType(PickleValue value) => value.Global is { IsKnown: true } || value.Object?.Class is { Name: "type" or "or_" or "GenericAlias" };

    private static bool IsOrdinary(string attribute) => !attribute.Split('.').Any(part => DangerousImports.IsInner(part) || DangerousImports.ReachesOut(part) || DangerousImports.IsModule(part));

    private void NoticeUnjudged(PickleGlobal global, PickleValue arguments, long at) => NoticeCall(PickleRules.UnjudgedArguments, global, arguments, at);
}
