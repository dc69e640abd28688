using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>
/// Classes that honest pickles name and restore: their constructors read files, start processes or ask the network, and what they are restored with
/// decides what is called.
/// </summary>
public sealed class ConstructorTests
{
    private static readonly (string Module, string Name)[] Restored =
    [
        ("accelerate.state", "PartialState"), ("transformers.training_args", "TrainingArguments"), ("transformers.generation.configuration_utils", "GenerationConfig"),
        ("transformers.integrations.deepspeed", "HfTrainerDeepSpeedConfig"), ("accelerate.utils.dataclasses", "DeepSpeedPlugin"), ("catboost.core", "CatBoost"), ("xgboost.core", "Booster"),
        ("sklearn.svm._classes", "SVC"), ("torch.nn.modules.linear", "Linear"), ("torch.nn.parallel.data_parallel", "DataParallel"), ("numpy.random.mtrand", "RandomState"),
    ];

    private static readonly (string How, Func<byte[], byte[]> Make)[] Calls =
    [
        ("REDUCE", name => Of(name, ")R")),
        ("REDUCE with an argument", name => Of(name, Text("x"), 0x85, "R")),
        ("NEWOBJ with an argument", name => Of(name, Text("x"), 0x85, NewObj)),
        ("OBJ with an argument", name => Of("(", name, Text("x"), "o")),
        ("NEWOBJ_EX with a keyword", name => Of(name, ")}", Text("a"), Text("x"), "s", 0x92)),
        ("__newobj__ with an argument", name => Call("copyreg", "__newobj__", name, Text("x"))),
        ("the factory of a dictionary", name => Call("collections", "defaultdict", name)),
        ("a function called until an end", name => Call("builtins", "iter", name, Text("x"))),
        ("map", name => Call("builtins", "map", name, "]")),
        ("a partial function", name => Of(Call("functools", "partial", name), ")R")),
        ("a base that is initialised", name => Call("copyreg", "_reconstructor", Import("types", "SimpleNamespace"), name, "N")),
    ];

    public static TheoryData<string, string, string> Called => [.. Restored.SelectMany(name => Calls.Select(call => (name.Module, name.Name, call.How)))];

    [Theory]
    [MemberData(nameof(Called))]
    public void A_constructor_that_is_called_is_not_clean(string module, string name, string how)
    {
        var found = Inspect(Calls.Single(call => call.How == how).Make(Import(module, name)));
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
    }

    private static readonly (string How, Func<byte[], byte[]> Make)[] Ways =
    [
        ("NEWOBJ", name => Of(name, ")", NewObj)),
        ("NEWOBJ_EX", name => Of(name, ")}", 0x92)),
        ("__newobj__", name => Call("copyreg", "__newobj__", name)),
        ("_reconstructor", name => Call("copyreg", "_reconstructor", name, Import("builtins", "object"), "N")),
        ("OBJ, which makes a class without arguments by __new__", name => Of("(", name, "o")),
        ("a partial function of __new__", name => Maker(name)),
        ("its name", name => name),
    ];

    public static TheoryData<string, string, string> Held => [.. Restored.SelectMany(name => Ways.Select(way => (name.Module, name.Name, way.How)))];

    [Theory]
    [MemberData(nameof(Held))]
    public void A_class_that_is_named_or_made_without_its_constructor_is_clean(string module, string name, string how)
    {
        var found = Inspect(Ways.Single(way => way.How == how).Make(Import(module, name)));
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    public static TheoryData<string, string, byte[]> Restoring => new()
    {
        { "a wrapper that unpickles its state", "PKL101", Of(Made("torch.utils.data.dataloader", "_IterDataPipeSerializationWrapper"), Bytes([.. "cos\nsystem\n(tR."u8]), 0x89, 0x86, "b") },
        { "an iterator that ends its processes", "PKL201", Made("torch.utils.data.dataloader", "_MultiProcessingDataLoaderIter") },
        { "a matrix that frees its memory", "PKL201", Made("xgboost.callback", "DMatrix") },
        { "a decoder that ends itself", "PKL201", Made("torchaudio.models.decoder", "CUCTCDecoder") },
        { "an image of any size", "PKL201", Made("torchvision.transforms.functional", "Image") },
        { "a hull that closes what it holds", "PKL106", Of(Made("scipy.spatial._qhull", "Delaunay"), "}", Text("_qhull"), Of(Made("types", "SimpleNamespace"), "}", Text("close"), Partial, "sb"), "sb") },
        { "an optimiser whose state is no dictionary", "PKL106", Of(Made("torch.optim.adam", "Adam"), "}(", Text("param_groups"), "]", Text("state"), Of(Made("types", "SimpleNamespace"), "}", Text("values"), Partial, "sb"), "ub") },
        { "the same by keyword", "PKL106", Of(Made("torch.optim.adam", "Adam"), "}(", Text("param_groups"), "]", Text("state"), Of(Import("types", "SimpleNamespace"), ")}", Text("values"), Partial, "s", 0x92), "ub") },
        { "a state that is an object", "PKL203", Of(Made("sklearn.svm._classes", "SVC"), Made("types", "SimpleNamespace"), "b") },
        { "a table that calls its key", "PKL213", Of(Made("pandas.core.frame", "DataFrame"), Partial, "Ns") },
    };

    [Theory]
    [MemberData(nameof(Restoring))]
    public void What_acts_when_it_is_restored_is_not_clean(string what, string code, byte[] pickle)
    {
        var found = Inspect(pickle);
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        Assert.True(found.Findings.Any(finding => finding.Code == code), what + ": " + string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Fact]
    public void An_attribute_called_like_a_method_may_hold_data()
    {
        var array = Call("numpy.core.multiarray", "_reconstruct", Import("numpy", "ndarray"), Of("K", 0, 0x85), Bytes((byte)'b'));
        foreach (var value in new[] { array, Of("]"), Of("}"), Of("N"), Call("collections", "OrderedDict") })
            Assert.Equal(InspectionVerdict.Clean, Inspect(Of(Made("sklearn.svm._classes", "SVC"), "}", Text("values"), value, "sb")).Verdict);
    }

    private static byte[] Partial => Call("functools", "partial", Import("numpy", "sum"), "N");

    // partial(cls.__new__, cls)()
    private static byte[] Maker(byte[] name)
    {
        var maker = Call("builtins", "getattr", name, Text("__new__"));
        return Of(Call("functools", "partial", maker), "(", maker, name, 0x85, "}Ntb)R");
    }

    private static byte[] Made(string module, string name) => Of(Import(module, name), ")", NewObj);

    private static byte[] Call(string module, string name, params object[] arguments) => Of(Import(module, name), "(", Of(arguments), "tR");

    private static FileInspection Inspect(byte[] value) => PickleMachineTests.Inspect(Of(Proto(4), value, Stop));
}
