using System.Globalization;

namespace Precinto.Formats.Pickle;

// What dill and cloudpickle write where pickle has no name for a thing. Some of it imports by a text or evaluates one: only the texts that these
// libraries write themselves are data.
internal sealed partial class PickleMachine
{
    private bool CallEmbedder(PickleGlobal global, PickleValue callable, PickleValue arguments, PickleValue[] items, long at)
    {
        switch (global.Name)
        {
            case "_load_type" or "_builtin_type" when items is [{ Text: { Length: > 0 and <= AttributeLength } type }] && TypeOf(type, global) is var (module, name):
                return Push(PickleValue.From(_session.Import(module, name, at)), at);
            case "_create_array" when items is [{ Global: { Name: "_reconstruct", IsKnown: true } rebuild }, var given, ..]:
                return CreateArray(rebuild, given, items[2..], at);
            // eval(repr.split("'")[3] + '.__dict__["' + name + '"]')
            case "_getattr" when items is [_, { Text: { Length: > 0 and <= AttributeLength } method }, { Text: { Length: <= AttributeLength } shown }]
                && shown.Split('\'') is [_, var named, _, { Length: > 0 } owner, _] && named == method && IsEvaluatedName(owner) && IsEvaluatedName(method):
                if (owner == "dict" && method is "keys" or "values" or "items")
                    break;
                return Push(PickleValue.From(_session.Import("builtins", owner + "." + method, at)), at);
            case "_eval_repr" when items is [{ Text: "Ellipsis" or "NotImplemented" }]:
                return Push(PickleValue.From(_session.Import("builtins", items[0].Text!, at)), at);
            case "_eval_repr" when items is [{ Text: { } text }] && TryReadRange(text) is { } bounds:
                return PushResult(PickleValue.From(_session.Import("builtins", "range", at)), PickleValue.From(new PickleTuple(at, bounds)), PickleValue.None, at);
            case "_getattr" or "_eval_repr":
                NoticeCall(PickleRules.DangerousCall, global, arguments, at);
                break;
            // getattr(self, name, None) or getattr(builtins, name)
            case "_get_attr" when items is [var self, { Text: { Length: > 0 and <= AttributeLength } attribute }]:
                if (self.Object is { } holder && TryModule(holder, out var imported))
                    return Push(PickleValue.From(_session.Import(imported, attribute, at)), at);
                if (DangerousImports.Reason("builtins", attribute) is not null)
                    _session.Import("builtins", attribute, at);
                JudgeGetAttribute(items, at);
                break;
            default:
                NoticeCall(PickleRules.EmbeddedCode, global, arguments, at);
                break;
        }

        return PushResult(callable, arguments, PickleValue.None, at);
    }

    // array = rebuild(*given); array.__setstate__(state); array.__dict__.update(attributes)
    private bool CreateArray(PickleGlobal rebuild, PickleValue given, PickleValue[] rest, long at)
    {
        NoticeSize(rebuild, given, PickleValue.None, at);
        JudgeArguments(rebuild, given, PickleValue.None, at);
        PickleObject array = new(at, PickleValue.From(rebuild), given, PickleValue.None);
        if (rest is [_, { IsNone: false, Dictionary: null }, ..])
            _session.Notice(PickleRules.UnjudgedArguments, rebuild, $"Gives an array the attributes of {Describe(rest[1])}.", at);
        else if (rest is [_, var attributes, ..])
            JudgeAttributes(array, attributes.Dictionary, at);
        return (rest is [] || Build(PickleValue.From(array), rest[0], at)) && PushNode(array, at);
    }

    /// <summary>What stands behind a name that dill or cloudpickle has for a type; null for functions, code and whatever else makes some.</summary>
    private static (string Module, string Name)? TypeOf(string type, PickleGlobal by) => type switch
    {
        "NoneType" or "EllipsisType" or "NotImplementedType" or "MappingProxyType" or "SimpleNamespace" or "GenericAlias" => ("types", type),
        _ when by.Name == "_builtin_type" => null,
        "PartialType" => ("functools", "partial"),
        "ItemGetterType" => ("operator", "itemgetter"),
        "AttrGetterType" => ("operator", "attrgetter"),
        _ => type.EndsWith("Type", StringComparison.Ordinal) ? null : ("builtins", type),
    };

    private static bool IsEvaluatedName(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.');

    private static PickleValue[]? TryReadRange(string text)
    {
        if (text.Length > AttributeLength || !text.StartsWith("range(", StringComparison.Ordinal) || !text.EndsWith(')'))
            return null;

        List<PickleValue> bounds = [];
        foreach (var part in text[6..^1].Split(", "))
        {
            if (!long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bound))
                return null;
            bounds.Add(PickleValue.From(bound));
        }

        return bounds.Count <= 3 ? [.. bounds] : null;
    }

    // A module that was imported by its name as a text.
    private static bool TryModule(PickleObject made, out string module)
    {
        module = made.Class is { Name: "_import_module", Module: "dill._dill" } or { Name: "subimport", Module: "cloudpickle.cloudpickle" }
            && made.Arguments.Tuple is { Items: [{ Text: { Length: > 0 and <= AttributeLength } name }, ..] } ? name : "";
        return module.Length > 0;
    }

    // What dill imports may as well be a function in a module.
    private bool TryImported(PickleObject made, long at, out PickleGlobal imported)
    {
        imported = null!;
        if (!TryModule(made, out var path) || path.LastIndexOf('.') is not (> 0 and var dot))
            return false;

        imported = _session.Import(path[..dot], path[(dot + 1)..], at);
        return true;
    }

    private void NoticeComputedCall(PickleObject callable, PickleValue arguments, long at)
    {
        switch (callable.Class)
        {
            // The view of a dictionary, or what was called danger already.
            case { Module: "dill._dill", Name: "_getattr" }:
                break;
            // Functions of the author are kept for later; one that is called runs while the file is loaded.
            case { Standing: ImportStanding.Code, Name: "_make_function" or "_fill_function" or "_create_function" } maker:
                _session.Notice(PickleRules.DangerousCall, maker, $"Calls {Describe(PickleValue.From(callable))}, a function that is made of code in the pickle, with {DescribeArguments(arguments)}.", at);
                break;
            default:
                _session.Notice(PickleRules.ComputedCall, callable.Class, $"Calls {Describe(PickleValue.From(callable))} with {DescribeArguments(arguments)}.", at);
                break;
        }
    }
}
