namespace Precinto.Formats.Pickle;

// Calls that known functions and classes make in their turn: of what they are given, at once or when they are asked for an item.
internal sealed partial class PickleMachine
{
    private void JudgeCallee(PickleGlobal global, PickleValue[] items, PickleValue arguments, long at)
    {
        switch (global.Module, global.Name, items)
        {
            // Calls the function until it returns the end.
            case ("builtins", "iter", [_, _, ..]):
            // A missing key calls it, and dict(ChainMap) asks for keys that are missing.
            case ("collections", "defaultdict", [{ Object: { } factory }, ..]) when !MakesEmpty(factory):
                NoticeCall(PickleRules.DangerousArguments, global, arguments, at);
                break;
            case ("collections", "defaultdict", [{ Global.Standing: ImportStanding.Held }, ..]):
            // Bytes of the file as elements of a type that keeps addresses in them.
            case (_, "_frombuffer", [_, { Object: { } type }, ..]) when !IsOfBytes(type):
            case (_, "scalar", [{ Object: { } kind }, { Kind: PickleKind.Bytes or PickleKind.Text or PickleKind.Object }, ..]) when !IsOfBytes(kind):
                NoticeCall(PickleRules.DangerousArguments, global, arguments, at);
                break;
            // A generic type hands on what it is asked for to what it is made of.
            case ("types", "GenericAlias", not [{ Global.IsKnown: true }, ..]):
                NoticeUnjudged(global, arguments, at);
                break;
            default:
                break;
        }
    }

    private static bool IsOfBytes(PickleObject type) => type.Is("numpy", "dtype") && PickledDataType.TryRead(PickleValue.From(type)) is not { HasObjects: true };

    // partial(defaultdict, int), which is how one dictionary is put into another.
    private static bool MakesEmpty(PickleObject factory) =>
        factory.Class is { Module: "functools" or "_functools", Name: "partial" } && factory.Arguments.Tuple is { Items: [{ Global: { IsKnown: true, Module: "builtins" or "collections" } made }, ..] }
        && made.Name is "defaultdict" or "list" or "dict" or "set" or "int" or "float" or "str" or "OrderedDict" or "Counter" or "deque"
        && (factory.State.IsNone || (factory.State.Tuple is { Items: [{ Global: { } again }, ..] } && again == made));

    // The results of functions that make functions; a partial function of a known class is as good as the class.
    private static bool IsComputedFunction(PickleObject made) => made.Class is { Standing: ImportStanding.Conditional } maker
        && (maker.Name is "getattr" or "attrgetter" or "methodcaller" or "itemgetter"
            || (maker.Name == "partial" && made.Arguments.Tuple is not { Items: [{ Global.IsKnown: true }, ..] }));

    // Functions that only look at what they are given may be called with anything.
    private static bool IsCallee(PickleValue value) =>
        value.Node is PickleObject { Class: not { Module: "builtins" or "itertools", Name: not "getattr" } }
        || (value.Global is { } global && !IsOfNumbers(global));

    // No function that walks what it is given: an iterator may be without end, and a structure larger than the file.
    private static bool IsOfNumbers(PickleGlobal global) => (global.Module, global.Name) switch
    {
        ("math", _) => global.Standing == ImportStanding.Held,
        ("builtins", "len" or "abs" or "round" or "ord" or "chr" or "callable" or "isinstance" or "id") => true,
        ("operator" or "_operator", "add" or "sub" or "truediv" or "floordiv" or "mod" or "neg" or "pos" or "abs" or "and_" or "or_" or "xor" or "not_" or "truth" or "invert" or "is_" or "is_not" or "index") => true,
        _ => false,
    };
}
