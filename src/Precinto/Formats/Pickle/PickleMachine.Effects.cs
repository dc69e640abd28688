using System.Globalization;

namespace Precinto.Formats.Pickle;

// Opcodes that import, call, or change what was made.
internal sealed partial class PickleMachine
{
    private bool StepWithEffect(PickleOpcode opcode, long at)
    {
        PickleValue callable;
        PickleValue arguments;
        switch (opcode)
        {
            case PickleOpcode.Global:
                return TryReadName(at, out callable) && Push(callable, at);
            case PickleOpcode.StackGlobal:
                return StackGlobal(at);
            case PickleOpcode.Ext1:
                return Extension(_reader.ReadByte(), at);
            case PickleOpcode.Ext2:
                return Extension(_reader.ReadUInt16(), at);
            case PickleOpcode.Ext4:
                return Extension(_reader.ReadInt32(), at);

            case PickleOpcode.Reduce:
                return TryPop(at, out arguments) && TryPop(at, out callable) && Call(callable, arguments, PickleValue.None, at);
            case PickleOpcode.NewObj:
                return TryPop(at, out arguments) && TryPop(at, out callable) && Make(callable, arguments, PickleValue.None, at);
            case PickleOpcode.NewObjEx:
                return TryPop(at, out var keywords) && TryPop(at, out arguments) && TryPop(at, out callable) && Make(callable, arguments, keywords, at);
            case PickleOpcode.Inst:
                return TryReadName(at, out callable) && TryPopMark(at, out var start) && CallWith(callable, start, start, at);
            case PickleOpcode.Obj:
                return TryPopMark(at, out start)
                    && (_count > start || Fail(PickleRules.StackBroken, "Needs a class where none is on the stack.", at))
                    && CallWith(_stack[start], start + 1, start, at);
            case PickleOpcode.Build:
                return TryPop(at, out var state) && TryPeek(at, out var target) && Build(target, state, at);

            case PickleOpcode.PersId:
                if (_reader.TryReadLine(NameBytes, out var line))
                    return Persistent(PickleValue.From(_session.Text(line)), at);
                return TrySkipLine(at, out _, out _, out _) && Persistent(PickleValue.From(Unknown(at)), at);
            case PickleOpcode.BinPersId:
                return TryPop(at, out var identifier) && Persistent(identifier, at);
            case PickleOpcode.NextBuffer:
                _session.Notice(PickleRules.OutOfBandBuffer, null, "Takes a buffer that is not in the file.", at);
                return PushNode(new PickleBytes(at, at, 0, PickleBytesForm.ByteArray, []), at);
            case PickleOpcode.ReadOnlyBuffer:
                return Needs(1, at);
            default:
                return Fail(PickleRules.OpcodeUnknown, $"The opcode 0x{(byte)opcode:x2} is unknown.", at);
        }
    }

    private bool TryReadName(long at, out PickleValue imported)
    {
        imported = default;
        if (!TryReadNameLine(at, out var module) || !TryReadNameLine(at, out var name))
            return false;
        if (_session.ReadsAsPlainPickle && !(module is not null && name is not null && IsName(module) && IsName(name)))
            return Fail(PickleRules.ArgumentBroken, "Imports by what is no name.", at);

        if (module is not null && name is not null)
        {
            imported = PickleValue.From(_session.Import(module, name, at));
            return Charge(1, at);
        }

        var computed = ImportComputed("a name longer than names are", at);
        imported = PickleValue.From(computed);
        return Charge(ObjectValues, at);
    }

    // Null where the line is longer than any name.
    private bool TryReadNameLine(long at, out string? name)
    {
        name = null;
        if (!_reader.TryReadLine(NameBytes, out var line))
            return TrySkipLine(at, out _, out _, out _);

        name = _session.Text(line);
        return true;
    }

    // Names that only a call makes known exist to keep readers like this one from knowing them.
    private PickleObject ImportComputed(string what, long at)
    {
        _session.Notice(PickleRules.ComputedImport, null, $"Imports {what}.", at);
        return Unknown(at);
    }

    private static bool IsName(string text) => text.Length > 0 && text.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.' or '-' or '<' or '>');

    private bool StackGlobal(long at)
    {
        if (!TryPop(at, out var name) || !TryPop(at, out var module))
            return false;
        if (module.Text is { Length: <= NameBytes } moduleText && name.Text is { Length: <= NameBytes } nameText)
        {
            var global = _session.Import(moduleText, nameText, at);
            if (_outer.Count > 0 && global.IsKnown)
                _session.NoteEmbeddedImport(at);
            return Push(PickleValue.From(global), at);
        }

        // What is surely no text ends the reading there, as it does in CPython; in the bytes of an array that is chance.
        if (_session.ReadsAsPlainPickle && !(MayBeName(name) && MayBeName(module)))
            return Fail(PickleRules.TypeBroken, "Imports by what is no name.", at);

        return PushNode(ImportComputed($"{Describe(name)} from {Describe(module)}: a name that is computed", at), at);
    }

    // CPython insists on a str and takes no subclass of it; an instance of a class is none, and what a function returns may be one.
    private static bool MayBeName(PickleValue value) =>
        value.Kind == PickleKind.Text
        || (value.Object is { } made && !(made.Class is { Standing: ImportStanding.Held or ImportStanding.Harmless or ImportStanding.Unknown } type && type.Name is not "str" && MakesInstances(type)));

    private static bool MakesInstances(PickleGlobal type) =>
        KnownModules.IsNamedLikeAClass(type.LastName)
        || (type.Module.StartsWith("scipy.sparse", StringComparison.Ordinal) && (type.Name.EndsWith("_matrix", StringComparison.Ordinal) || type.Name.EndsWith("_array", StringComparison.Ordinal)))
        || (type.IsKnown && type is { Module: "builtins", Name: "dict" or "list" or "set" or "frozenset" or "tuple" or "int" or "float" or "bytes" or "bytearray" or "object" }
            or { Name: "dtype" or "ndarray" or "_reconstruct" or "scalar" } or { Name: "_new_Index" });

    private bool Extension(long code, long at)
    {
        if (_session.Extension(code) is { } global)
        {
            global.Count++;
            return Push(PickleValue.From(global), at);
        }

        _session.Notice(PickleRules.ExtensionCode, null, $"Imports what the loading program registered as extension {code}.", at);
        return PushNode(Unknown(at), at);
    }

    private bool Persistent(PickleValue identifier, long at)
    {
        if (identifier.Global is { } handed)
            NoticeHandingOn(handed, at);
        // PyTorch's older format: a class with the text of its source, which is only compared.
        if (_session.SuppliesStorages && identifier.Tuple is { Items: [{ Text: "module" }, { Global: { } made }, ..] })
            return Push(PickleValue.From(made), at);
        if (!IsStorage(identifier))
            _session.Notice(PickleRules.PersistentIdentifier, null, $"Asks the loading program for what it calls {(identifier.Tuple is null ? Describe(identifier) : DescribeArguments(identifier))}.", at);

        return PushNode(new PickleObject(at, PickleValue.None, identifier, PickleValue.None), at);
    }

    // A tensor's bytes as torch.save names them: in the older format behind the pickles, in an archive the member data/KEY beside this one.
    private bool IsStorage(PickleValue identifier) =>
        _session.SuppliesStorages
            ? identifier.Tuple is { Items: [{ Text: "storage" }, { Global.IsKnown: true }, ..] }
            : _session.Context.Member is not null
                && identifier.Tuple is { Items: [{ Text: "storage" }, { Global: { } made }, { Text: not null }, { Text: not null }, { Integer: >= 0 }] }
                && made is { IsKnown: true, Module: "torch" or "torch.storage" }
                && made.Name.EndsWith("Storage", StringComparison.Ordinal);

    private bool CallWith(PickleValue callable, int argumentStart, int start, long at)
    {
        var arguments = Values(argumentStart, at).ToArray();
        _count = start;
        if (!Charge(arguments.Length + 1, at))
            return false;

        // What is a class is made by __new__ where no argument is given (pickle.py, _instantiate).
        var given = PickleValue.From(new PickleTuple(at, arguments));
        return callable.Global is { } made && KnownModules.IsNamedLikeAClass(made.LastName) ? Make(callable, given, PickleValue.None, at) : Call(callable, given, PickleValue.None, at);
    }

    private bool Build(PickleValue target, PickleValue state, long at)
    {
        if (state.Global is { } handed)
            NoticeHandingOn(handed, at);
        if (target.Global is { } global)
        {
            _session.Notice(PickleRules.ChangesGlobal, global, $"Sets attributes of {PickleSession.Quote(global.ToString())} itself.", at);
            return true;
        }

        // A state that is false, or two of them, changes nothing: so it may stand on anything.
        if (target.Object is not { } built)
            return IsFalse(state) || (state.Tuple is { Items: [var first, var second] } && IsFalse(first) && IsFalse(second))
                || Odd(PickleRules.TypeBroken, $"Restores the state of {Describe(target)}, which has none.", at);

        if (built.Class is { Module: "builtins", Name: "getattr" or "type" })
            _session.Notice(PickleRules.ChangesGlobal, built, "Sets attributes of what it took out of another object, or of the class of one.", at);
        else if (built.Callable.IsNone)
            _session.Notice(PickleRules.UnknownMethod, null, "Restores an object of which nothing is known.", at);

        JudgeState(built, state, at);
        JudgeSizeOfState(built, state, at);
        if (built.Class is { Module: "itertools" } iterator && _session.Lengths.Restore(built, state))
            _session.Notice(PickleRules.Expands, iterator, $"Restores {Describe(target)} with a state that makes it yield more than it was made of.", at);
        if (built.Class is { Module: "functools" or "_functools", Name: "partial" })
            JudgePartialState(state, at);
        JudgeListOfObjects(built, state, at);
        if (built.Is("numpy", "dtype") && (built.BuildCount > 0 || !PickledDataType.Fits(built, state)))
            _session.Notice(PickleRules.DangerousArguments, built, "Restores an element type of NumPy with a size or flags that do not fit it.", at);
        built.State = state;
        built.BuildCount++;
        if (SearchTree.IsOne(built))
        {
            // What is restored twice is read by its first state, which is gone.
            if (built.BuildCount > 1)
                NoticeUnjudged(built.Class!, state, at);
            else
                _session.SearchTrees.Add(built);
        }

        if (!NumpyArray.IsWrapper(built))
            return true;
        JudgeWrapper(built, at);
        return _session.ReadsAsPlainPickle || ReadJoblibArray(built, at);
    }

    private static bool IsFalse(PickleValue value) => value.Kind switch
    {
        PickleKind.None => true,
        PickleKind.Boolean => value.Boolean == false,
        PickleKind.Integer => value.Integer == 0,
        PickleKind.Real => value.Real == 0,
        PickleKind.Text => value.Text is "",
        PickleKind.Bytes => value.Bytes is { Length: 0 },
        PickleKind.Tuple => value.Tuple is { Items: [] },
        PickleKind.List => value.List is { Items: [] },
        PickleKind.Dictionary => value.Dictionary is { Entries: [] },
        PickleKind.Set => value.Node is PickleSet { Items: [] },
        _ => false,
    };

    private static string Describe(PickleValue value) => value.Kind switch
    {
        PickleKind.None => "None",
        PickleKind.Integer => value.Integer!.Value.ToString(CultureInfo.InvariantCulture),
        PickleKind.Real => value.Real!.Value.ToString("R", CultureInfo.InvariantCulture),
        PickleKind.Boolean => value.Boolean!.Value ? "True" : "False",
        PickleKind.Text when value.Text is { } text => "'" + PickleSession.Quote(text) + "'",
        PickleKind.Global => PickleSession.Quote(value.Global!.ToString()),
        PickleKind.Object when value.Object!.Class is { } made => $"a result of {PickleSession.Quote(made.ToString())}",
        PickleKind.Object => "a computed object",
        PickleKind.Text => "a long text",
        PickleKind.BigInteger => "a large number",
        PickleKind.Bytes => "bytes",
        PickleKind.Tuple => "a tuple",
        PickleKind.List => "a list",
        PickleKind.Dictionary => "a dictionary",
        PickleKind.Set => "a set",
        var kind => throw new InvalidOperationException($"Unknown kind {kind}."),
    };

    // One level deep only: how deep a tuple is, the file decides.
    private static string DescribeArguments(PickleValue arguments) =>
        arguments.Tuple is { } tuple
            ? "(" + string.Join(", ", tuple.Items.Take(4).Select(Describe)) + (tuple.Items.Length > 4 ? ", …)" : ")")
            : "(*" + Describe(arguments) + ")";

    private const int NameBytes = 4096;
}
