using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

// What a call of a known function would do, judged by its arguments.
internal sealed partial class PickleMachine
{
    private bool Call(PickleValue callable, PickleValue arguments, PickleValue keywords, long at)
    {
        if (arguments.Global is { } handed)
            NoticeHandingOn(handed, at);
        if (callable.Global is not { } global)
        {
            if (callable.Object is null)
                return Odd(PickleRules.TypeBroken, $"Calls a value of kind {callable.Kind}.", at) && PushResult(callable, arguments, keywords, at);

            _session.Notice(PickleRules.ComputedCall, callable.Object.Class, $"Calls {Describe(callable)} with {DescribeArguments(arguments)}.", at);
            return PushResult(callable, arguments, keywords, at);
        }

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
            case ImportStanding.Harmless when global.Module == "builtins" && global.Name is "bytes" or "bytearray" && arguments.Tuple is { Items: [] }:
                var form = global.Name == "bytes" ? PickleBytesForm.Bytes : PickleBytesForm.ByteArray;
                return PushNode(new PickleBytes(at, at, 0, form, []), at);
            case ImportStanding.Harmless:
                NoticeHugeResult(global, arguments, at);
                if (IsCaller(global) && (arguments.Tuple is not { Items: { Length: <= JudgedItems } given } || Array.Exists(given, IsComputedFunction)))
                    NoticeCall(PickleRules.UnjudgedArguments, global, arguments, at);
                break;
            case ImportStanding.Code or ImportStanding.Unknown:
                break;
            default:
                throw new InvalidOperationException($"Unknown standing {global.Standing}.");
        }

        return PushResult(callable, arguments, keywords, at);
    }

    // bytes(10**12) is twelve bytes of pickle and a terabyte of memory; so are list(range(10**12)) and an empty array of that shape.
    private void NoticeHugeResult(PickleGlobal global, PickleValue arguments, long at)
    {
        if (arguments.Tuple is not { Items: { Length: >= 1 and <= 8 } items })
            return;

        var isHuge = global.Module switch
        {
            "builtins" => global.Name is "bytes" or "bytearray" or "range" && Array.Exists(items, IsHuge),
            "numpy" or "numpy.core.multiarray" or "numpy._core.multiarray" => global.Name is "ndarray" or "recarray" or "_reconstruct" or "identity"
                && Array.Exists(items, item => IsHuge(item) || (item.Tuple is { Items: { Length: <= 64 } shape } && IsHugeShape(shape))),
            _ => false,
        };
        if (isHuge)
            NoticeCall(PickleRules.Expands, global, arguments, at);
    }

    private static bool IsHuge(PickleValue value) => value.Integer is > HugeResult or < -HugeResult || value.Kind == PickleKind.BigInteger;

    private static bool IsHugeShape(PickleValue[] shape) =>
        TensorShape.Count([.. shape.Select(dimension => IsHuge(dimension) ? long.MaxValue : dimension.Integer ?? 1)]) is null or > HugeResult;

    // Harmless functions that call one of their arguments. One that is imported is judged where it is; one that was taken out of an object is not.
    private static bool IsCaller(PickleGlobal global) =>
        global.Name == "_rebuild_from_type_v2" || global.Name.EndsWith("_ctor", StringComparison.Ordinal);

    private static bool IsComputedFunction(PickleValue value) => value.Object is { Class: null or { Standing: not ImportStanding.Harmless } };

    private bool PushResult(PickleValue callable, PickleValue arguments, PickleValue keywords, long at) =>
        PushNode(new PickleObject(at, callable, arguments, keywords), at);

    private bool CallConditional(PickleGlobal global, PickleValue callable, PickleValue arguments, PickleValue keywords, long at)
    {
        PickleValue[] items = arguments.Tuple is { } tuple ? tuple.Items : [];
        switch (global.Name)
        {
            // Every object of protocols 0 and 1, and of subclasses of builtin types.
            case "_reconstructor" when items is [{ Global: { } made }, { Global: { } origin }, var initial]:
                NoticeHandingOn(made, at);
                NoticeHandingOn(origin, at);
                return PushResult(items[0], PickleValue.From(new PickleTuple(at, initial.IsNone ? [] : [initial])), PickleValue.None, at);
            case "__newobj__" when items is [{ Global: not null }, ..]:
                // A large tuple out of the memo would be copied at the price of a few bytes.
                return Charge(items.Length, at) && Call(items[0], PickleValue.From(new PickleTuple(at, items[1..])), PickleValue.None, at);
            case "__newobj_ex__" when items is [{ Global: { } made }, var positional, var named]:
                return Call(PickleValue.From(made), positional, named, at);
            case "encode":
                return Encode(callable, arguments, items, at);
            case "add_extension" when items is [{ Text: { Length: <= AttributeLength } module }, { Text: { Length: <= AttributeLength } name }, { Integer: { } code }]:
                _session.Notice(PickleRules.ExtensionRegistered, null, $"Registers {PickleSession.Quote(module + "." + name)} as extension {code}.", at);
                _session.Register(code, _session.Import(module, name, at));
                break;
            case "_ufunc_reconstruct" when items is [{ Text: { Length: <= AttributeLength } module }, { Text: { Length: <= AttributeLength } name }]:
                return Push(PickleValue.From(_session.Import(module, name, at)), at);
            case "getattr":
                JudgeGetAttribute(items, at);
                break;
            case "type" when items is [_]:
                break;
            case "itemgetter" when items.Length <= JudgedItems && Array.TrueForAll(items, item => item.Node is null or PickleTuple):
                break;
            case "attrgetter" when items.Length <= JudgedItems && Array.TrueForAll(items, item => item.Text is { Length: <= AttributeLength }):
                foreach (var part in items.SelectMany(item => item.Text!.Split('.')).Where(part => DangerousImports.IsInner(part) || DangerousImports.ReachesOut(part)))
                    _session.Notice(PickleRules.DangerousArguments, part, $"Makes a function that takes the attribute {PickleSession.Quote(part)}.", at);
                break;
            case "partial" when items is [{ Global.Standing: ImportStanding.Harmless }, ..]:
                break;
            case "_load_from_bytes" when items is [{ Bytes: { } bytes }]:
                _session.Notice(PickleRules.TensorPickle, null, "A tensor is pickled inside of the pickle.", at);
                InspectNested(bytes, at);
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

        if (attribute.Split('.').Any(part => DangerousImports.IsInner(part) || DangerousImports.ReachesOut(part)))
        {
            _session.Notice(PickleRules.DangerousArguments, attribute, $"Takes the attribute {PickleSession.Quote(attribute)} of {Describe(owner)}.", at);
            return;
        }

        if (owner.Global is { Standing: ImportStanding.Harmless } or null && owner.Object is { Class.Standing: ImportStanding.Harmless } or null
            && owner.Node is PickleGlobal or PickleObject)
            return;

        _session.Notice(PickleRules.UnjudgedArguments, attribute, $"Takes the attribute {PickleSession.Quote(attribute)} of {Describe(owner)}.", at);
    }

    private void NoticeCall(FindingRule rule, PickleGlobal called, PickleValue arguments, long at) =>
        _session.Notice(rule, called, "Calls " + PickleSession.Quote(called.ToString()) + DescribeArguments(arguments) + ".", at);

    private void CallLoader(PickleGlobal loader, PickleValue arguments, long at)
    {
        if (arguments.Tuple is { Items: [{ Bytes: { } bytes }, ..] })
        {
            _session.Notice(PickleRules.NestedPickle, bytes, $"Hands {bytes.Length} bytes of its own to {loader}.", at);
            InspectNested(bytes, at);
            return;
        }

        NoticeCall(PickleRules.LoadsElsewhere, loader, arguments, at);
    }

    private void InspectNested(PickleBytes bytes, long at)
    {
        if (!_session.IsFirstInspection(bytes))
            return;

        var content = bytes.Kept is { } kept ? ModelContent.FromBytes(kept)
            : _reader.Content is { } file ? new ContentSlice(file, bytes.Offset, bytes.Length)
            : null;
        if (content is null)
        {
            _session.Context.Add(PickleRules.NestedPickle, $"Loads {bytes.Length} bytes of its own that are too many to be inspected here.", at);
            return;
        }

        using (content)
        {
            var (_, format) = _session.Context.InspectMember(content, $"bytes at {bytes.Position}");
            if (format == "unknown")
                _session.Context.Add(PickleRules.NestedPickle, $"Loads {bytes.Length} bytes of its own that have no known format.", at);
        }
    }

    // What is judged item by item is judged at every call: a large tuple out of the memo must not be.
    private const int JudgedItems = 64;
    private const int AttributeLength = 1000;
    private const long HugeResult = 1L << 30;
}
