using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

// What a call of a known function would do, judged by its arguments.
internal sealed partial class PickleMachine
{
    // cls.__new__(cls, *arguments): the constructor of a class that is only restored does not run.
    private bool Make(PickleValue callable, PickleValue arguments, PickleValue keywords, long at) =>
        callable.Global is { Standing: ImportStanding.Held } made && IsEmpty(arguments, keywords) && !IsNamedOnly(made) ? PushResult(callable, arguments, keywords, at) : Call(callable, arguments, keywords, at);

    // Tensors and their storages are made by functions; files name the classes.
    private static bool IsNamedOnly(PickleGlobal made) =>
        made.Module is "torch" or "torch.storage" or "torch.cuda" && (made.Name.EndsWith("Storage", StringComparison.Ordinal) || made.Name.EndsWith("Tensor", StringComparison.Ordinal));

    private static bool IsEmpty(PickleValue arguments, PickleValue keywords) => arguments.Tuple is { Items: [] } && keywords is { IsNone: true } or { Dictionary.Entries: [] };

    private bool Call(PickleValue callable, PickleValue arguments, PickleValue keywords, long at)
    {
        if (arguments.Global is { } handed)
            NoticeHandingOn(handed, at);
        if (callable.Global is not { } global)
        {
            if (callable.Object is null)
                return Odd(PickleRules.TypeBroken, $"Calls {Describe(callable)}.", at) && PushResult(callable, arguments, keywords, at);

            if (TryUnwrapMaker(callable.Object, arguments, out var made, out var makes, out var named))
                return Make(PickleValue.From(made), makes, named, at);
            if (TryUnwrapPartial(callable.Object, out var called, out var given))
                return Call(PickleValue.From(called), arguments, given, at);
            if (TryImported(callable.Object, at, out var imported))
                return Call(PickleValue.From(imported), arguments, keywords, at);

            NoticeComputedCall(callable.Object, arguments, at);
            return PushResult(callable, arguments, keywords, at);
        }

        // A keyword may be any text, also one that a call makes.
        if (keywords.Dictionary is { } others && others.Entries.Exists(entry => entry.Key.Kind != PickleKind.Text))
            NoticeUnjudged(global, arguments, at);

        switch (global.Standing)
        {
            case ImportStanding.Dangerous:
                NoticeCall(PickleRules.DangerousCall, global, arguments, at);
                break;
            case ImportStanding.Loader:
                CallLoader(global, arguments, at);
                break;
            case ImportStanding.Conditional:
                return CallConditional(global, callable, arguments, keywords, at);
            case ImportStanding.Harmless when global.Module == "builtins" && global.Name is "bytes" or "bytearray" && IsEmpty(arguments, keywords):
                var form = global.Name == "bytes" ? PickleBytesForm.Bytes : PickleBytesForm.ByteArray;
                return PushNode(new PickleBytes(at, at, 0, form, []), at);
            case ImportStanding.Harmless:
                NoticeSize(global, arguments, keywords, at);
                JudgeArguments(global, arguments, keywords, at);
                break;
            case ImportStanding.Held:
                if (!NoticeSize(global, arguments, keywords, at))
                    JudgeUnusualCall(global, arguments, keywords, at);
                break;
            case ImportStanding.Code or ImportStanding.Unknown:
                break;
            default:
                throw new InvalidOperationException($"Unknown standing {global.Standing}.");
        }

        return PushResult(callable, arguments, keywords, at);
    }

    private bool PushResult(PickleValue callable, PickleValue arguments, PickleValue keywords, long at)
    {
        PickleObject made = new(at, callable, arguments, keywords);
        return (!_session.Lengths.Note(made) || Charge(LengthValues, at)) && PushNode(made, at);
    }

    private bool CallConditional(PickleGlobal global, PickleValue callable, PickleValue arguments, PickleValue keywords, long at)
    {
        PickleValue[] items = arguments.Tuple is { } tuple ? tuple.Items : [];
        switch (global.Name)
        {
            // Every object of protocols 0 and 1, and of subclasses of builtin types.
            case "_reconstructor" when items is [{ Global: { } made }, { Global: { } origin }, var initial]:
                NoticeHandingOn(made, at);
                NoticeHandingOn(origin, at);
                JudgeOrigin(origin, initial, arguments, at);
                NoticeSize(made, PickleValue.From(new PickleTuple(at, [initial])), PickleValue.None, at);
                return PushResult(items[0], PickleValue.From(new PickleTuple(at, initial.IsNone ? [] : [initial])), PickleValue.None, at);
            case "__newobj__" when items is [{ Global: not null }, ..]:
                // A large tuple out of the memo would be copied at the price of a few bytes.
                return Charge(items.Length, at) && Make(items[0], PickleValue.From(new PickleTuple(at, items[1..])), PickleValue.None, at);
            case "__newobj_ex__" when items is [{ Global: { } made }, var positional, var named]:
                return Make(PickleValue.From(made), positional, named, at);
            case "encode":
                return Encode(callable, arguments, items, at);
            case "add_extension" when items is [{ Text: { Length: <= AttributeLength } module }, { Text: { Length: <= AttributeLength } name }, { Integer: { } code }]:
                _session.Notice(PickleRules.ExtensionRegistered, null, $"Registers {PickleSession.Quote(module + "." + name)} as extension {code}.", at);
                _session.Register(code, _session.Import(module, name, at));
                break;
            case "_ufunc_reconstruct" when items is [{ Text: { Length: <= AttributeLength } module }, { Text: { Length: <= AttributeLength } name }]:
                return Push(PickleValue.From(_session.Import(module, name, at)), at);
            case "getattr" when items is [{ Global: { Name.Length: <= AttributeLength } owner }, { Text: { Length: <= AttributeLength } attribute }] && IsOrdinary(attribute):
                return Push(PickleValue.From(_session.Import(owner.Module, owner.Name + "." + attribute, at)), at);
            case "getattr":
                JudgeGetAttribute(items, at);
                break;
            case "methodcaller" when items is [{ Text: { Length: <= AttributeLength } method }, ..]:
                JudgeMethodCaller(method, at);
                break;
            case "reduce" when items is [{ Global: { Name: "or_", Module: "operator" or "_operator" } }, { Tuple: { Items.Length: <= JudgedItems } types }] && Array.TrueForAll(types.Items, IsType):
                break;
            case "reduce" or "starmap" or "accumulate" or "map" when Array.Exists(items, item => item.Global is { Name: "mul" or "pow" or "matmul", Module: not "numpy" }):
                NoticeCall(PickleRules.UnjudgedArguments, global, arguments, at);
                break;
            case "reduce" or "starmap" or "accumulate" or "groupby" or "takewhile" or "dropwhile" or "filterfalse" or "map" or "filter"
                when items.Length is > 1 and <= JudgedItems && !Array.Exists(items, IsCallee):
                JudgeWalked(global, items, keywords, arguments, at);
                break;
            case "reduce" or "starmap":
                _session.Notice(PickleRules.DangerousArguments, global, $"Calls {global}{DescribeArguments(arguments)}, which calls what it is given.", at);
                break;
            case "getitem" when items is [{ Global.Module: "typing" }, ..]:
                break;
            case "tzfile" when items is [{ IsNone: true }, { Text: not null }]:
                break;
            case "tzfile":
                _session.Notice(PickleRules.DangerousArguments, global, $"Calls {global}{DescribeArguments(arguments)}, which reads a file.", at);
                break;
            case "setattr" when items is [{ Object.Class: { Name: "_create_cell", Module: "dill._dill" } }, { Text: "cell_contents" }, _]:
                break;
            case "setattr":
                _session.Notice(PickleRules.ChangesGlobal, global, $"Calls {global}{DescribeArguments(arguments)}.", at);
                break;
            case "_load_type" or "_builtin_type" or "_create_array" or "_getattr" or "_get_attr" or "_eval_repr" or "_import_module" or "subimport":
                return CallEmbedder(global, callable, arguments, items, at);
            case "type" when items is [_]:
                break;
            case "itemgetter" when items.Length <= JudgedItems && Array.TrueForAll(items, item => item.Node is null or PickleTuple || item.Object is { Class: { Module: "builtins", Name: "slice" } }):
                break;
            case "attrgetter" when items.Length <= JudgedItems && Array.TrueForAll(items, item => item.Text is { Length: <= AttributeLength }):
                foreach (var part in items.SelectMany(item => item.Text!.Split('.')).Where(part => !IsOrdinary(part)))
                    _session.Notice(PickleRules.DangerousArguments, part, $"Makes a function that takes the attribute {PickleSession.Quote(part)}.", at);
                break;
            case "partial" when items is [{ Global.IsKnown: true }] || (items is [{ Object: { } maker }] && IsMaker(maker)):
                break;
            case "partial" when items is [{ Global: { IsKnown: true } called }, .. var given]:
                JudgePartial(called, given, keywords, at);
                break;
            case "_load_from_bytes" when items is [{ Bytes: { } bytes }]:
                _session.Notice(PickleRules.TensorPickle, null, "A tensor is pickled inside of the pickle.", at);
                if (InspectNested(bytes) is { } rest)
                    _session.Notice(PickleRules.NestedPickle, bytes, $"Hands {bytes.Length} bytes of its own to {global}{rest}.", at);
                break;
            default:
                NoticeCall(PickleRules.UnjudgedArguments, global, arguments, at);
                break;
        }

        return PushResult(callable, arguments, keywords, at);
    }

    // How Python 3 writes bytes in protocols 0 to 2: a text of the characters 0 to 255, encoded again while loading.
    private bool Encode(PickleValue callable, PickleValue arguments, PickleValue[] items, long at)
    {
        if (items is not [var text, { Text: "latin1" or "latin-1" or "iso-8859-1" or "ascii" or "utf-8" or "utf8" }])
        {
            if (items is not [_] || items[0].Kind != PickleKind.Text)
                NoticeCall(PickleRules.UnjudgedArguments, callable.Global!, arguments, at);
            return PushResult(callable, arguments, PickleValue.None, at);
        }

        // Encoding one text out of the memo again and again must not fill the memory.
        if (text.Text is { } known && _session.TryKeep(known.Length))
        {
            var isLatin = items[1].Text is not ("utf-8" or "utf8");
            var bytes = isLatin ? System.Text.Encoding.Latin1.GetBytes(known) : System.Text.Encoding.UTF8.GetBytes(known);
            return PushNode(new PickleBytes(at, at, bytes.Length, PickleBytesForm.Bytes, bytes), at);
        }

        // Too long to be kept: who needs the bytes decodes the text where it stands.
        if (text.Kind == PickleKind.Text)
            return PushResult(callable, arguments, PickleValue.None, at);

        NoticeCall(PickleRules.UnjudgedArguments, callable.Global!, arguments, at);
        return PushResult(callable, arguments, PickleValue.None, at);
    }

    // Pickles of bound methods and of classes inside of classes hold it; so does nearly every evasion.
    private void JudgeGetAttribute(PickleValue[] items, long at)
    {
        if (items is not [var owner, { Text: { Length: <= AttributeLength } attribute }, ..])
        {
            _session.Notice(PickleRules.DangerousArguments, "getattr", "Takes an attribute whose name is computed, or longer than names are.", at);
            return;
        }

        // What makes an object of a class that is imported does no more than NEWOBJ.
        if (attribute == "__new__" && owner.Global is { Standing: ImportStanding.Unknown or ImportStanding.Held or ImportStanding.Harmless } && items.Length == 2)
            return;
        if (owner.Object is { } holder && TryModule(holder, out var imported))
        {
            _session.Import(imported, attribute, at);
            return;
        }

        if (items is [{ Global: { Name: "_dill", Module: "dill" } }, { Text: "_setattr" }, { Global: { Name: "setattr", Module: "builtins" } }])
            return;

        // The third argument is what getattr returns where the attribute is missing.
        if (!IsOrdinary(attribute) || (items.Length > 2 && items[2].Global is { IsKnown: false }))
        {
            _session.Notice(PickleRules.DangerousArguments, attribute, $"Takes the attribute {PickleSession.Quote(attribute)} of {Describe(owner)}.", at);
            return;
        }

        var module = owner.Object?.Class is { IsKnown: true } made ? made.Module
            : owner.Kind is PickleKind.Dictionary or PickleKind.List or PickleKind.Tuple or PickleKind.Set or PickleKind.Text or PickleKind.Bytes ? "builtins"
            : null;
        if (module is not null && KnownImports.IsKnownMember(module, attribute))
            return;

        _session.Notice(PickleRules.UnjudgedArguments, attribute, $"Takes the attribute {PickleSession.Quote(attribute)} of {Describe(owner)}.", at);
    }

    private void NoticeCall(FindingRule rule, PickleGlobal called, PickleValue arguments, long at) =>
        _session.Notice(rule, called, "Calls " + PickleSession.Quote(called.ToString()) + DescribeArguments(arguments) + ".", at);

    private void CallLoader(PickleGlobal loader, PickleValue arguments, long at)
    {
        _session.NoteCalled(loader);
        if (arguments.Tuple is not { Items: [{ Bytes: { } bytes }, ..] })
        {
            NoticeCall(PickleRules.LoadsElsewhere, loader, arguments, at);
            return;
        }

        var rest = InspectNested(bytes);
        _session.Notice(PickleRules.NestedPickle, bytes, $"Hands {bytes.Length} bytes of its own to {loader}{rest}.", at);
    }

    // What the bytes are, where that is not said by what is found in them.
    private string? InspectNested(PickleBytes bytes) => !_session.IsFirstInspection(bytes) ? null : FormatOf(bytes) switch
    {
        null => ", which are too many to be inspected here",
        "unknown" => ", which have no known format",
        _ => null,
    };

    // Inspects them; null where they cannot be read again.
    private string? FormatOf(PickleBytes bytes)
    {
        var content = bytes.Kept is { } kept ? ModelContent.FromBytes(kept)
            : _reader.Content is { } file ? new ContentSlice(file, bytes.Offset, bytes.Length)
            : null;
        if (content is null)
            return null;

        using (content)
            return _session.Context.InspectMember(content, $"bytes at {bytes.Position}").Format;
    }

    // What is judged item by item is judged at every call: a large tuple out of the memo must not be.
    private const int JudgedItems = 64;
    private const int AttributeLength = 1000;
}
