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
                return TryReadName(at, out var global) && Push(PickleValue.From(global!), at);
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
                return TryPop(at, out arguments) && TryPop(at, out callable) && Call(callable, arguments, PickleValue.None, at);
            case PickleOpcode.NewObjEx:
                return TryPop(at, out var keywords) && TryPop(at, out arguments) && TryPop(at, out callable) && Call(callable, arguments, keywords, at);
            case PickleOpcode.Inst:
                return TryReadName(at, out global) && TryPopMark(at, out var start)
                    && CallWith(PickleValue.From(global!), start, start, at);
            case PickleOpcode.Obj:
                return TryPopMark(at, out start)
                    && (_count > start || Fail(PickleRules.StackBroken, "Needs a class where none is on the stack.", at))
                    && CallWith(_stack[start], start + 1, start, at);
            case PickleOpcode.Build:
                return TryPop(at, out var state) && TryPeek(at, out var target) && Build(target, state, at);

            case PickleOpcode.PersId:
                if (!_reader.TryReadLine(4096, out var line))
                    return Fail(PickleRules.ArgumentBroken, "A persistent identifier does not end.", at);
                return Persistent(PickleValue.From(_session.Text(line)), at);
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

    private bool TryReadName(long at, out PickleGlobal? global)
    {
        global = null;
        if (!_reader.TryReadLine(NameBytes, out var line))
            return Fail(PickleRules.ArgumentBroken, "The name of a module does not end.", at);
        var module = _session.Text(line);
        if (!_reader.TryReadLine(NameBytes, out line))
            return Fail(PickleRules.ArgumentBroken, "The name of an import does not end.", at);

        var name = _session.Text(line);
        if (_session.ReadsAsPlainPickle && !(IsName(module) && IsName(name)))
            return Fail(PickleRules.ArgumentBroken, "Imports by what is no name.", at);

        global = _session.Import(module, name, at);
        return true;
    }

    private static bool IsName(string text) => text.Length > 0 && text.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.' or '-' or '<' or '>');

    private bool StackGlobal(long at)
    {
        if (!TryPop(at, out var name) || !TryPop(at, out var module))
            return false;
        if (module.Text is { Length: <= NameBytes } moduleText && name.Text is { Length: <= NameBytes } nameText)
            return Push(PickleValue.From(_session.Import(moduleText, nameText, at)), at);

        // What is no text and no result of a call ends the reading there, as it does in CPython; in the bytes of an array that is chance.
        if (_session.ReadsAsPlainPickle && (name.Kind is not (PickleKind.Text or PickleKind.Object) || module.Kind is not (PickleKind.Text or PickleKind.Object)))
            return Fail(PickleRules.TypeBroken, "Imports by what is no name.", at);

        // Names that only a call makes known exist to keep readers like this one from knowing them.
        _session.Notice(PickleRules.ComputedImport, null, $"Imports {Describe(name)} from {Describe(module)}: a name that is computed.", at);
        return PushNode(new PickleObject(at, PickleValue.None, PickleValue.None, PickleValue.None), at);
    }

    private bool Extension(long code, long at)
    {
        if (_session.Extension(code) is { } global)
        {
            global.Count++;
            return Push(PickleValue.From(global), at);
        }

        _session.Notice(PickleRules.ExtensionCode, null, $"Imports what the loading program registered as extension {code}.", at);
        return PushNode(new PickleObject(at, PickleValue.None, PickleValue.None, PickleValue.None), at);
    }

    private bool Persistent(PickleValue identifier, long at)
    {
        if (identifier.Global is { } handed)
            NoticeHandingOn(handed, at);
        // PyTorch's older format: a class with the text of its source, which is only compared.
        if (_session.SuppliesStorages && identifier.Tuple is { Items: [{ Text: "module" }, { Global: { } made }, ..] })
            return Push(PickleValue.From(made), at);
        if (!IsStorage(identifier))
            _session.Notice(PickleRules.PersistentIdentifier, null, $"Asks the loading program for the object {Describe(identifier)}.", at);

        return PushNode(new PickleObject(at, PickleValue.None, identifier, PickleValue.None), at);
    }

    // A tensor's bytes as torch.save names them: in the older format behind the pickles, in an archive the member data/KEY beside this one.
    private bool IsStorage(PickleValue identifier) =>
        _session.SuppliesStorages
            ? identifier.Tuple is { Items: [{ Text: "storage" }, { Global.Standing: ImportStanding.Harmless }, ..] }
            : _session.Context.Member is not null
                && identifier.Tuple is { Items: [{ Text: "storage" }, { Global: { } made }, { Text: not null }, { Text: not null }, { Integer: >= 0 }] }
                && made is { Standing: ImportStanding.Harmless, Module: "torch" or "torch.storage" }
                && made.Name.EndsWith("Storage", StringComparison.Ordinal);

    private bool CallWith(PickleValue callable, int argumentStart, int start, long at)
    {
        var arguments = Values(argumentStart, at).ToArray();
        _count = start;
        return Charge(arguments.Length + 1, at) && Call(callable, PickleValue.From(new PickleTuple(at, arguments)), PickleValue.None, at);
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

        if (target.Object is not { } built)
            return Fail(PickleRules.TypeBroken, $"Builds a value of kind {target.Kind}.", at);

        if (built.Is("builtins", "getattr"))
            _session.Notice(PickleRules.ChangesGlobal, built, "Sets attributes of what it took out of another object.", at);
        else if (built.Callable.IsNone)
            _session.Notice(PickleRules.UnknownMethod, null, "Restores an object of which nothing is known.", at);

        JudgeState(state, at);
        if (built.Is("joblib.numpy_pickle", "NumpyArrayWrapper"))
            JudgeWrapper(state, at);
        if (built.Is("numpy", "dtype") && (built.BuildCount > 0 || !PickledDataType.Fits(built, state)))
            _session.Notice(PickleRules.DangerousArguments, built, "Restores an element type of NumPy with a size or flags that do not fit it.", at);
        built.State = state;
        built.BuildCount++;
        return _session.ReadsAsPlainPickle || !built.Is("joblib.numpy_pickle", "NumpyArrayWrapper") || ReadJoblibArray(built, at);
    }

    // CPython looks __setstate__ up in the instance as well: a state that sets it makes the next BUILD a call (no REDUCE needed).
    private void JudgeState(PickleValue state, long at)
    {
        JudgeAttributes(state.Dictionary, at);
        if (state.Tuple is { Items: [var attributes, var slots] })
        {
            JudgeAttributes(attributes.Dictionary, at);
            JudgeAttributes(slots.Dictionary, at);
        }
    }

    private void JudgeAttributes(PickleDictionary? attributes, long at)
    {
        if (attributes is null)
            return;

        for (; attributes.JudgedCount < attributes.Entries.Count; attributes.JudgedCount++)
        {
            var key = attributes.Entries[attributes.JudgedCount].Key;
            if (IsSpecial(key.Text))
                _session.Notice(PickleRules.ReplacesMethod, key.Text, $"Sets the attribute {key.Text} of an object that it restores.", at);
        }
    }

    // Python looks names like these up to decide what an object is and does; setting __dict__ exchanges all attributes at once.
    // What only describes a function or a class stands in honest pickles of those.
    private static bool IsSpecial(string? name) =>
        name is ['_', '_', _, .., '_', '_']
        && name is not ("__name__" or "__qualname__" or "__module__" or "__doc__" or "__annotations__" or "__defaults__" or "__kwdefaults__" or "__closure__");

    // joblib calls the wrapper's read: an attribute of that name is called instead, and slots overrule what was judged.
    private void JudgeWrapper(PickleValue state, long at)
    {
        if (state.Tuple is { Items: [_, { IsNone: false }] })
            _session.Notice(PickleRules.ReplacesMethod, "slots of a wrapper", "Sets slots of an array of joblib, which has none.", at);
        if ((state.Dictionary ?? (state.Tuple is { Items: [var first, _] } ? first.Dictionary : null)) is not { } attributes)
            return;

        foreach (var (key, _) in attributes.Entries.Take(65))
        {
            if (key.Text is not ("subclass" or "shape" or "order" or "dtype" or "allow_mmap" or "numpy_array_alignment_bytes"))
                _session.Notice(PickleRules.ReplacesMethod, "attribute of a wrapper", $"Sets the attribute {Describe(key)} of an array of joblib, which has none of that name.", at);
        }
    }

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
        var kind => "a value of kind " + kind,
    };

    // One level deep only: how deep a tuple is, the file decides.
    private static string DescribeArguments(PickleValue arguments) =>
        arguments.Tuple is { } tuple
            ? "(" + string.Join(", ", tuple.Items.Take(4).Select(Describe)) + (tuple.Items.Length > 4 ? ", …)" : ")")
            : "(*" + Describe(arguments) + ")";

    private const int NameBytes = 4096;
}
