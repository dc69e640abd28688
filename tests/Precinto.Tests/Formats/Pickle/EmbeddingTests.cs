using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>What dill and cloudpickle write for plain values, and what only looks like it: their helpers evaluate texts and import by them.</summary>
public sealed class EmbeddingTests
{
    public static TheoryData<string, byte[]> Plain => new()
    {
        { "a range", Dill("_eval_repr", Text("range(3, 10, 2)")) },
        { "an ellipsis", Dill("_eval_repr", Text("Ellipsis")) },
        { "the type of nothing", Dill("_load_type", Text("NoneType")) },
        { "a getter", Of(Dill("_load_type", Text("ItemGetterType")), "K", 1, 0x85, "R") },
        { "a partial function", Of(Dill("_load_type", Text("PartialType")), Import("builtins", "int"), 0x85, "R(", Import("builtins", "int"), ")}", Text("base"), "K", 2, "sNtb") },
        { "the keys of a dictionary", Of(Dill("_getattr", Dill("_load_type", Text("dict")), Text("keys"), Text("<method 'keys' of 'dict' objects>")), "}", 0x85, "R") },
        { "a namespace", Of(Cloudpickle("_builtin_type", Text("SimpleNamespace")), ")R}", Text("a"), "K", 1, "sb") },
        { "a dictionary that is not changed", Of(Cloudpickle("_builtin_type", Text("MappingProxyType")), "}", 0x85, "R") },
    };

    [Theory]
    [MemberData(nameof(Plain))]
    public void Plain_values_are_clean(string what, byte[] value) => Assert.True(Inspect(value).Verdict == InspectionVerdict.Clean, what + ": " + Show(Inspect(value)));

    public static TheoryData<string, byte[]> Evaluated => new()
    {
        { "a text that is evaluated", Dill("_eval_repr", Text("__import__('os').system('id')")) },
        { "a range with a call in it", Dill("_eval_repr", Text("range(print(1))")) },
        { "a text that is evaluated in part", Dill("_getattr", Dill("_load_type", Text("dict")), Text("keys"), Text("<'keys' of '__import__(\"os\").system(\"id\")' objects>")) },
        { "a name that is evaluated", Dill("_getattr", "N", Text("a\"]+x[\""), Text("<'a\"]+x[\"' of 'dict' objects>")) },
        { "a function of a module that the library holds", Of(Dill("_getattr", "N", Text("system"), Text("<method 'system' of 'os' objects>")), Text("id"), 0x85, "R") },
        { "a function imported as a module", Of(Dill("_import_module", Text("os.system")), Text("id"), 0x85, "R") },
        { "a function of a module", Call("builtins", "getattr", Dill("_import_module", Text("subprocess")), Text("run")) },
        { "a function of a module by cloudpickle", Call("builtins", "getattr", Cloudpickle("subimport", Text("subprocess")), Text("run")) },
        { "a function of Python where the object has none", Dill("_get_attr", "N", Text("eval")) },
        { "a function of code that is called", Of(Cloudpickle("_make_function", "N", "N"), ")R") },
        { "a method of what is no module", Call("numpy.ndarray", "tofile", Text("x")) },
    };

    [Theory]
    [MemberData(nameof(Evaluated))]
    public void What_evaluates_a_text_or_imports_by_it_is_dangerous(string what, byte[] value) => Assert.True(Inspect(value).Verdict == InspectionVerdict.Dangerous, what + ": " + Show(Inspect(value)));

    public static TheoryData<string, byte[]> Unjudged => new()
    {
        { "an encoding that nobody knows", Call("builtins", "str", Bytes(1, 2, 3), Text("evil")) },
        { "an encoding by keyword", Of(Import("builtins", "str"), Bytes(1, 2, 3), 0x85, "}", Text("encoding"), Text("evil"), "s", 0x92) },
        { "a reduction that multiplies", Call("functools", "reduce", Import("operator", "mul"), Of("](", Text("a"), "J", Int32(100_000), "J", Int32(100_000), "e")) },
        { "a type of functions", Dill("_load_type", Text("FunctionType")) },
        { "a module", Dill("_import_module", Text("numpy")) },
    };

    [Theory]
    [MemberData(nameof(Unjudged))]
    public void What_cannot_be_judged_is_suspicious(string what, byte[] value) => Assert.True(Inspect(value).Verdict == InspectionVerdict.Suspicious, what + ": " + Show(Inspect(value)));

    [Fact]
    public void A_nested_pickle_is_said_once()
    {
        Assert.Single(Inspect(Call("pickle", "loads", Bytes(Of(Proto(4), "N.")))).Findings, finding => finding.Code == "PKL209");
        Assert.Single(Inspect(Call("pickle", "loads", Bytes(1, 2, 3))).Findings, finding => finding.Code == "PKL209");
        Assert.Single(Inspect(Import("pickle", "loads")).Findings, finding => finding.Code == "PKL209");
    }

    [Fact]
    public void What_stands_in_a_call_is_said_in_words() =>
        Assert.Contains("Calls functools.reduce(operator.mul, a list).", Show(Inspect(Call("functools", "reduce", Import("operator", "mul"), "]"))));

    private static byte[] Dill(string name, params object[] arguments) => Call("dill._dill", name, arguments);

    private static byte[] Cloudpickle(string name, params object[] arguments) => Call("cloudpickle.cloudpickle", name, arguments);

    private static byte[] Call(string module, string name, params object[] arguments) => Of(Import(module, name), "(", Of(arguments), "tR");

    private static string Show(FileInspection found) => string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message));

    private static FileInspection Inspect(byte[] value) => PickleMachineTests.Inspect(Of(Proto(4), value, Stop));
}
