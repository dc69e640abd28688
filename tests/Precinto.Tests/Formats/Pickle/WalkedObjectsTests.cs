using System.Buffers.Binary;
using System.Numerics;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>
/// What Python does by itself with objects that a pickle restores: who walks, counts, compares or prints them runs what their state holds, and what NumPy
/// and SciPy restore, they restore without a look at its bounds.
/// </summary>
public sealed class WalkedObjectsTests
{
    public static TheoryData<string, byte[]> Walked => new()
    {
        { "list", Call("builtins", "list", Restored) },
        { "tuple by NEWOBJ", Of(Import("builtins", "tuple"), Restored, 0x85, 0x81) },
        { "a set", Call("builtins", "frozenset", Restored) },
        { "a dictionary of pairs", Call("builtins", "dict", List(Restored)) },
        { "an ordered dictionary of pairs", Call("collections", "OrderedDict", List(Restored)) },
        { "a counter", Call("collections", "Counter", Restored) },
        { "a queue", Call("collections", "deque", Restored) },
        { "a list of an iterator over it", Call("builtins", "list", Call("builtins", "zip", List(Restored))) },
        { "chained iterators", Call("itertools", "chain", Restored) },
        { "the product of lists", Call("itertools", "product", List(Restored), List("K", 1)) },
        { "an iterator that is filled later", Of("]q", 1, Call("builtins", "iter", Of("h", 1)), "q", 2, "0h", 1, Restored, "a0", Call("builtins", "list", Of("h", 2))) },
        { "one value of it", Call("builtins", "max", Restored) },
        { "its text", Call("builtins", "str", Restored) },
        { "an array", Call("numpy", "array", Restored) },
        { "the rows of an index", Call("pandas.core.indexes.base", "_new_Index", Import("pandas.core.indexes.base", "Index"), Of("}", Text("data"), Restored, "s")) },
        { "a list that it becomes", Of(Import("copyreg", "_reconstructor"), Import("pandas.core.indexes.frozen", "FrozenList"), Import("builtins", "list"), Restored, 0x87, "R") },
        { "weak references", Call("_weakrefset", "WeakSet", List(Restored)) },
        { "keys", Of("}", Restored, "Ns") },
        { "keys within tuples", Of("}", "K", 1, Restored, 0x86, "Ns") },
        { "elements", Of(0x8F, "(", Restored, 0x90) },
        { "elements of a set that does not change", Of("(", Restored, 0x91) },
        { "items", Of(Restored, "K", 1, "K", 2, "s") },
        { "a type of columns as a key", Of("}", Import("pandas.core.dtypes.dtypes", "CategoricalDtype"), ")", 0x81, "}", Text("_categories"), Restored, "sbNs") },
        { "a version", Of(Import("sklearn.linear_model._base", "LinearRegression"), ")", 0x81, "}", Text("_sklearn_version"), Restored, "sb") },
    };

    [Theory]
    [MemberData(nameof(Walked))]
    public void Nobody_walks_compares_or_prints_what_was_restored(string how, byte[] value)
    {
        Assert.NotEmpty(how);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Restored).Verdict);
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(value).Verdict);
    }

    public static TheoryData<string, byte[]> Kept => new()
    {
        { "a list", List(Restored, Restored) },
        { "a list that is called, as protocol 0 has it", Call("builtins", "list", List(Restored)) },
        { "a set that is called", Call("builtins", "set", List("K", 1, Restored)) },
        { "a queue", Call("collections", "deque", List(Restored)) },
        { "values", Of("}", Text("a"), Restored, "s") },
        { "pairs", Call("collections", "OrderedDict", List(List(Text("a"), Restored))) },
        { "a dictionary with defaults", Of(Call("collections", "defaultdict", Import("builtins", "list")), Text("a"), Restored, "s") },
        { "a step of a pipeline", Of(Import("sklearn.pipeline", "Pipeline"), ")", 0x81, "}", Text("steps"), List(Of(Text("a"), Restored, 0x86)), "sb") },
        { "an identifier as a key", Of("}", Import("uuid", "UUID"), ")", 0x81, "}", Text("int"), "K", 5, "sbNs") },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void Containers_and_states_only_keep_it(string how, byte[] value)
    {
        Assert.NotEmpty(how);
        Assert.Empty(Inspect(value).Findings);
    }

    [Theory]
    [InlineData("torch.utils.data.dataloader", "DataLoader")]
    [InlineData("pandas.core.groupby.generic", "DataFrameGroupBy")]
    [InlineData("pandas.core.window.rolling", "Rolling")]
    [InlineData("scipy.optimize._differentialevolution", "DifferentialEvolutionSolver")]
    [InlineData("scipy.optimize._shgo_lib._vertex", "VertexCacheField")]
    [InlineData("scipy.optimize._basinhopping", "MinimizerWrapper")]
    [InlineData("sklearn.model_selection._search", "ParameterSampler")]
    public void What_calls_its_own_parts_for_every_item_is_not_known(string module, string name) =>
        AssertFinding(Inspect(Of(Import(module, name), ")", 0x81, "}b")), PickleRules.UnknownImport);

    public static TheoryData<string, byte[]> Endless => new()
    {
        { "groups of an optimiser", Of(Import("torch.optim.adam", "Adam"), ")", 0x81, "}", Text("param_groups"), Call("itertools", "repeat", "}"), "sb") },
        { "thresholds", Of(Import("sklearn.isotonic", "IsotonicRegression"), ")", 0x81, "}", Text("X_thresholds_"), Call("builtins", "range", Of("J", Int32(int.MaxValue))), "sb") },
        { "axes within the state", Of(Import("pandas.core.internals.managers", "BlockManager"), ")", 0x81, "}", Text("0.14.1"), "}", Text("axes"), List(Call("itertools", "count")), "ssb") },
        { "the data of an index", Call("pandas.core.indexes.base", "_new_Index", Import("pandas.core.indexes.base", "Index"), Of("}", Text("data"), Call("itertools", "repeat", "K", 0), "s")) },
        { "levels", Call("pandas.core.indexes.base", "_new_Index", Import("pandas.core.indexes.multi", "MultiIndex"), Of("}", Text("levels"), List(Call("itertools", "repeat", "K", 0)), "s")) },
        { "elements of a kernel", Call("sklearn.gaussian_process.kernels", "Hyperparameter", Text("a"), Text("numeric"), List("K", 1), Of(0x8A, 5, 0, 0, 0, 0, 9)) },
        { "keys of cloudpickle", Call("cloudpickle.cloudpickle", "_make_dict_keys", Call("itertools", "repeat", "K", 1)) },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public void What_yields_more_than_the_file_holds_is_found_wherever_it_stands(string where, byte[] value)
    {
        Assert.NotEmpty(where);
        AssertFinding(Inspect(value), PickleRules.Expands);
    }

    [Fact]
    public void Keys_of_one_hash_are_a_bomb_and_large_keys_are_not()
    {
        var modulus = (BigInteger.One << 61) - 1;
        AssertFinding(Inspect(Keys(index => Large(modulus * index))), PickleRules.Expands);
        AssertFinding(Inspect(Keys(index => Of("K", 7, Large(modulus * index), 0x86))), PickleRules.Expands);
        AssertFinding(Inspect(Of(0x8F, "(", Of([.. Enumerable.Range(1, 9000).Select(index => Large(modulus * index))]), 0x90)), PickleRules.Expands);

        Random random = new(1);
        Assert.Empty(Inspect(Keys(_ => Of(0x8A, 8, Int64(random.NextInt64())))).Findings);
        Assert.Empty(Inspect(Keys(index => Of("K", 7, "J", Int32(index), 0x86))).Findings);
    }

    [Theory]
    [InlineData("dateutil//etc/passwd", false)]
    [InlineData("dateutil/../../etc/passwd", false)]
    [InlineData("dateutil/C:\\\\x", false)]
    [InlineData("dateutil/Europe/Berlin", true)]
    [InlineData("UTC", true)]
    public void No_time_zone_is_a_path(string zone, bool isName)
    {
        byte[][] uses =
        [
            Call("pandas.core.dtypes.dtypes", "DatetimeTZDtype", Text("ns"), Text(zone)),
            Call("pandas.core.indexes.datetimes", "_new_DatetimeIndex", Import("pandas.core.indexes.datetimes", "DatetimeIndex"), Of("}", Text("tz"), Text(zone), "s")),
            Of(Import("pandas.core.dtypes.dtypes", "DatetimeTZDtype"), ")", 0x81, "}", Text("_tz"), Text(zone), "sb"),
            Call("pandas.core.dtypes.dtypes", "CategoricalDtype", Text($"datetime64[ns, {zone}]")),
        ];
        Assert.All(uses, use => Assert.Equal(isName, Inspect(use).Findings.All(finding => finding.Rule != PickleRules.DangerousArguments)));
    }

    [Theory]
    [InlineData("a field behind the element", 16, 12, 0, 0x00, false)]
    [InlineData("a field before the element", 16, -8, 0, 0x00, false)]
    [InlineData("an object under a number", 16, 0, 0, 0x1B, false)]
    [InlineData("an object whose bytes are taken for an address", 16, 8, 0, 0x01, false)]
    [InlineData("an element without room", 0, 8, 0, 0x1B, false)]
    [InlineData("an alignment by nothing", 16, 8, 0, 0x1B, false, 0)]
    [InlineData("an object beside a number", 16, 8, 0, 0x1B, true)]
    public void A_structure_of_NumPy_lies_within_its_element(string what, int size, int offset, int other, int flags, bool fits, int alignment = 1)
    {
        Assert.NotEmpty(what);
        byte[] inner = Of(Import("numpy", "dtype"), Text("O8"), 0x89, 0x88, 0x87, "R", "(K", 3, Text("|"), "NNN", Number(-1), Number(-1), "K", 63, "tb");
        byte[] number = Of(Import("numpy", "dtype"), Text("i8"), 0x89, 0x88, 0x87, "R", "(K", 3, Text("<"), "NNN", Number(-1), Number(-1), "K", 0, "tb");
        var fields = Of("}", Text("a"), number, Number(other), 0x86, "s", Text("b"), inner, Number(offset), 0x86, "s");
        foreach (var code in (ReadOnlySpan<byte[]>)[Text("V" + size), Import("numpy", "record")])
        {
            var type = Of(Import("numpy", "dtype"), code, 0x89, 0x88, 0x87, "R", "(K", 3, Text("|"), "N", Text("a"), Text("b"), 0x86, fields, Number(size), Number(alignment), Number(flags), "tb");
            Assert.Equal(fits, Inspect(type).Findings.All(finding => finding.Rule != PickleRules.DangerousArguments));
        }
    }

    [Theory]
    [InlineData(3, 3, "numpy.core.multiarray", "_reconstruct", true)]
    [InlineData(8, 1, "numpy.core.multiarray", "_reconstruct", false)]
    [InlineData(3, 0, "numpy.core.multiarray", "_reconstruct", false)]
    [InlineData(1, 2, "numpy.core.multiarray", "_reconstruct", false)]
    [InlineData(8, 1, "pandas.core.arrays.sparse.array", "SparseArray", false)]
    public void An_array_of_objects_has_as_many_as_its_shape_says(int places, int objects, string module, string name, bool fits)
    {
        var type = Of(Import("numpy", "dtype"), Text("O8"), 0x89, 0x88, 0x87, "R", "(K", 3, Text("|"), "NNN", Number(-1), Number(-1), "K", 63, "tb");
        var state = Of("(K", 1, Number(places), 0x85, type, 0x89, "](", Of([.. Enumerable.Repeat<object>("N", objects)]), "et");
        var array = name == "SparseArray"
            ? Of(Import(module, name), ")", 0x81, state, "K", 0, Text("index"), 0x86, 0x86, "b")
            : Of(Import(module, name), Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R", state, "b");
        Assert.Equal(fits, Inspect(array).Findings.All(finding => finding.Rule != PickleRules.DangerousArguments));
    }

    [Fact]
    public void Dates_state_their_unit_and_bytes_are_no_addresses()
    {
        byte[] Dates(params object[] more) => Of(Import("numpy", "dtype"), Text("M8"), 0x89, 0x88, 0x87, "R", "(K", more.Length > 0 ? 4 : 3, Text("<"), "NNN", Number(-1), Number(-1), "K", 0, Of(more), "tb");
        Assert.Empty(Inspect(Dates("}(", Bytes((byte)'n', (byte)'s'), "K", 1, "K", 1, "K", 1, "t", 0x86)).Findings);
        Assert.Empty(Inspect(Dates("N(", Bytes((byte)'n', (byte)'s'), "K", 1, "K", 1, "K", 1, "t", 0x86)).Findings);
        AssertFinding(Inspect(Dates()), PickleRules.DangerousArguments);

        var texts = Call("numpy._core._internal", "_convert_to_stringdtype_kwargs", Of(0x88));
        AssertFinding(Inspect(Call("numpy._core.numeric", "_frombuffer", Bytes(new byte[16]), texts, Of("K", 1, 0x85), Text("C"))), PickleRules.DangerousArguments);
        AssertFinding(Inspect(Call("numpy._core.multiarray", "scalar", texts, Bytes(new byte[16]))), PickleRules.DangerousArguments);
    }

    [Theory]
    [InlineData("a tree", 1, 2, true)]
    [InlineData("a child that is its parent", 0, 2, false)]
    [InlineData("a child outside of the nodes", 1, 1L << 40, false)]
    [InlineData("a child before the nodes", -1000, 2, false)]
    [InlineData("one child twice", 1, 1, false)]
    public void A_search_tree_of_SciPy_is_a_tree(string what, long less, long greater, bool isTree)
    {
        Assert.NotEmpty(what);
        var nodes = new byte[3 * 72];
        for (var node = 0; node < 3; node++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(nodes.AsSpan(node * 72), node == 0 ? 0 : -1);
            BinaryPrimitives.WriteInt64LittleEndian(nodes.AsSpan((node * 72) + 32), 2);
        }

        BinaryPrimitives.WriteInt64LittleEndian(nodes.AsSpan(56), less);
        BinaryPrimitives.WriteInt64LittleEndian(nodes.AsSpan(64), greater);
        var state = Of("(", Array("i1", [216], nodes), Array("f8", [2, 1], new byte[16]), "K", 2, "K", 1, "K", 1, Array("f8", [1], new byte[8]), Array("f8", [1], new byte[8]), Array("i8", [2], new byte[16]), "NNt");
        var found = Inspect(Of(Import("scipy.spatial._ckdtree", "cKDTree"), ")", 0x81, state, "b"));
        Assert.Equal(isTree, found.Findings.All(finding => finding.Rule != PickleRules.DangerousArguments));
    }

    [Theory]
    [InlineData("xgboost.core", "handle", "binf")]
    [InlineData("lightgbm.basic", "handle", "no tree")]
    [InlineData("catboost.core", "__model", "no model")]
    public void What_a_booster_is_restored_from_is_a_model_of_its_library(string module, string attribute, string content)
    {
        var name = module == "catboost.core" ? "CatBoostClassifier" : "Booster";
        var found = Inspect(Of(Import(module, name), ")", 0x81, "}", Text(attribute), Bytes([.. System.Text.Encoding.ASCII.GetBytes(content)]), "sb"));
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(Of(Import(module, name), ")", 0x81, "}", Text(attribute), "Nsb")).Verdict);
    }

    public static TheoryData<string, byte[]> Disguised => new()
    {
        { "a key that is a text of NumPy", Of(Import("xgboost.core", "Booster"), ")", 0x81, "}", Call("numpy.core.multiarray", "scalar", Of(Import("numpy", "dtype"), Text("U6"), 0x89, 0x88, 0x87, "R", "(K", 3, Text("<"), "NNN", "K", 24, "K", 4, "K", 8, "tb"), Bytes(System.Text.Encoding.UTF32.GetBytes("handle"))), Bytes(1, 2), "sb") },
        { "a key that is a UserString", Of(Import("xgboost.core", "Booster"), ")", 0x81, "}", Call("collections", "UserString", Text("handle")), Bytes(1, 2), "sb") },
        { "a state that a call makes", Of(Import("statsmodels.base.data", "PandasData"), ")", 0x81, Call("collections", "OrderedDict", List(List(Text("formula"), Text("f(x)")))), "b") },
        { "a state within a UserDict", Of(Import("statsmodels.base.data", "PandasData"), ")", 0x81, Import("collections", "UserDict"), ")", 0x81, "}", Text("data"), "}", Text("formula"), Text("f(x)"), "ssbb") },
        { "groups of an optimiser that are walked through", Of(Import("torch.optim.adam", "Adam"), ")", 0x81, "}", Text("param_groups"), Restored, "sb") },
        { "a generator of random numbers out of something else", Of(Import("random", "Random"), ")R", "K", 3, Restored, "N", 0x87, "b") },
        { "a storage that is no storage", Of(Import("torch.storage", "TypedStorage"), ")", 0x81, "}", Text("_storage"), "Nsb") },
        { "a method of an object without a class", Of(Import("types", "SimpleNamespace"), ")R}", Text("nbytes"), Restored, "sb") },
        { "the state of an array in a list", Of(Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R", List("K", 1, Of("K", 9, 0x85), Import("numpy", "dtype"), Of(0x89), List("N")), "b") },
        { "the shape of an array out of a call", Of(Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R(K", 1, Call("builtins", "tuple", List("K", 9)), Call("numpy", "dtype", Text("O8")), 0x89, List("N"), "tb") },
        { "the names of fields out of a call", Of(Import("numpy", "dtype"), Text("V8"), 0x89, 0x88, 0x87, "R(K", 3, Text("|"), "N", Call("builtins", "tuple", List(Text("a"))), "}", Text("a"), Call("numpy", "dtype", Text("O8")), "M", 0, 255, 0x86, "s", Number(8), Number(1), Number(27), "tb") },
        { "a keyword that a call makes", Of(Import("sklearn.utils._bunch", "Bunch"), ")}", Call("collections", "UserString", Text("a")), "Ns", 0x92) },
    };

    [Theory]
    [MemberData(nameof(Disguised))]
    public void No_name_hides_behind_what_equals_it_and_no_part_behind_a_call(string what, byte[] value)
    {
        Assert.NotEmpty(what);
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(value).Verdict);
    }

    [Fact]
    public void An_array_of_another_library_has_a_state_of_its_own()
    {
        var found = Inspect(Of(Import("numpy.core.multiarray", "_reconstruct"), Import("astropy.units.quantity", "Quantity"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R", Of("(K", 1, ")t", "}", 0x86), "b"));
        AssertFinding(found, PickleRules.UnknownImport);
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
    }

    private static byte[] Restored => Of(Import("torch.nn.modules.container", "Sequential"), ")", 0x81, "}b");

    private static byte[] List(params object[] items) => Of("](", Of(items), "e");

    private static byte[] Number(int value) => Of("J", Int32(value));

    private static byte[] Array(string type, int[] shape, byte[] data) => Of(
        Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R(K", 1, "(", Of([.. shape.Select(Number)]), "t",
        Import("numpy", "dtype"), Text(type), 0x89, 0x88, 0x87, "R", "(K", 3, Text("<"), "NNN", Number(-1), Number(-1), "K", 0, "tb", 0x89, Bytes(data), "tb");

    private static byte[] Keys(Func<int, byte[]> key) => Of("}(", Of([.. Enumerable.Range(1, 9000).Select(index => Of(key(index), "N"))]), "u");

    private static byte[] Large(BigInteger number)
    {
        var bytes = number.ToByteArray();
        return Of(0x8A, bytes.Length, bytes);
    }

    private static byte[] Call(string module, string name, params object[] arguments) => Of(Import(module, name), "(", Of(arguments), "tR");

    private static FileInspection Inspect(byte[] value) => PickleMachineTests.Inspect(Of(Proto(4), value, Stop));
}
