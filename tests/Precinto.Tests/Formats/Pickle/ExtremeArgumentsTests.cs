using System.Diagnostics;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>Every call that is judged by its arguments, with numbers and texts in them that no library would write.</summary>
public sealed class ExtremeArgumentsTests
{
    // Module, name and arguments: # a number that is put to the test, what else stands there is a letter of Argument.
    private static readonly string[] Calls =
    [
        "builtins bytes #", "builtins bytearray #", "builtins int #", "builtins str #l", "builtins range #", "builtins range ###", "builtins slice ###", "builtins complex ##", "builtins list r", "builtins enumerate r#",
        "builtins iter r#", "builtins zip rr", "builtins map fr", "builtins filter Nr", "builtins reversed r", "builtins memoryview b", "builtins getattr o#", "builtins type #",
        "itertools count ##", "itertools cycle r", "itertools repeat N#", "itertools chain rr", "itertools combinations r#", "itertools combinations_with_replacement r#", "itertools permutations r#", "itertools product rr",
        "itertools islice r#", "itertools islice r###", "itertools zip_longest rr", "itertools compress rr", "itertools accumulate r", "itertools starmap fr", "itertools takewhile Nr", "itertools groupby r",
        "collections deque r#", "collections Counter #", "collections OrderedDict #", "collections defaultdict #", "collections ChainMap #", "collections UserString #", "array array t#", "array array tr",
        "array _array_reconstructor gt#b", "datetime datetime #######", "datetime timedelta ###", "datetime timezone #", "decimal Decimal #", "decimal Context #####", "fractions Fraction #", "fractions Fraction ##", "uuid UUID #",
        "ipaddress IPv4Address #", "ipaddress IPv6Network #", "ipaddress IPv4Network p", "random Random #", "re _compile ##", "re _compile t#", "logging getLogger #", "io BytesIO #", "types SimpleNamespace #",
        "types GenericAlias #s", "statistics NormalDist ##", "calendar Day #", "time struct_time #", "inspect Parameter t#", "pytz _p #", "dateutil.tz.tz tzoffset N#", "dateutil.tz.tz tzfile N#", "zoneinfo ZoneInfo._unpickle ##",
        "functools partial f#", "functools reduce fr", "operator itemgetter ##", "operator attrgetter #", "operator methodcaller #", "_codecs encode #l", "copyreg _reconstructor gg#", "copyreg __newobj__ g#", "copyreg __newobj_ex__ gsD",
        "copyreg add_extension tt#", "numpy dtype #FT", "numpy.core.multiarray _reconstruct gsb", "numpy.core.multiarray scalar db", "numpy.core.multiarray scalar d#", "numpy.core.numeric _frombuffer bdst", "numpy.ma.core _mareconstruct ggsb",
        "numpy zeros #", "numpy identity #", "numpy linspace ###", "numpy.random._pickle __bit_generator_ctor #", "pandas.core.indexes.base _new_Index gD", "pandas._libs.tslibs.timestamps _unpickle_timestamp ####", "pandas._libs.interval Interval ##t",
        "pandas._libs.sparse IntIndex #b", "pandas._libs.internals _unpickle_block bs#", "pandas.core.arrays.string_ StringDtype #", "pyarrow.lib _restore_array #", "pyarrow.lib type_for_alias #", "torch Size s", "torch device t#",
        "torch._utils _rebuild_tensor_v2 S#ssFD", "torch._utils _rebuild_tensor S#ss", "torch._utils _rebuild_qtensor S#ssqFD", "torch._utils _rebuild_sparse_tensor ts", "torch._utils _rebuild_parameter #FD", "torch._utils _rebuild_meta_tensor_no_storage ###F",
        "torch.storage _load_from_bytes #", "torch.jit._pickle build_intlist r", "sklearn.tree._tree Tree #b#", "sklearn.utils Bunch #", "sklearn._loss._loss CyPinballLoss #", "dill._dill _eval_repr #", "dill._dill _create_array fggs",
        "nltk.probability FreqDist #",
    ];

    private static readonly (string What, byte[] Value)[] Extremes =
    [
        ("the smallest number", Of(0x8A, 8, Int64(long.MinValue))), ("the largest number", Of(0x8A, 8, Int64(long.MaxValue))), ("a large number", Of("L", "1" + new string('0', 30), "L\n")),
        ("a large negative number", Of("L-1" + new string('0', 30), "L\n")), ("minus one", Of("J", Int32(-1))), ("no number", Of("Fnan\n")), ("the infinite", Of("Finf\n")), ("minus the infinite", Of("F-inf\n")),
        ("digits", Text(new string('9', 5000))), ("a power", Text("1e999999999")), ("an endless power", Text("-1E-" + new string('9', 40))), ("a long text", Of("X", Int32(200_000), new byte[200_000])), ("no end", Of(Import("itertools", "count"), ")R")),
        ("nothing", Of("N")), ("a computed number", Of(Import("builtins", "int"), Text("-9223372036854775808"), 0x85, "R")), ("bytes", Bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)),
    ];

    public static TheoryData<string> Judged => [.. Calls];

    [Theory]
    [MemberData(nameof(Judged))]
    public void Any_number_in_a_judged_call_ends_with_a_verdict(string call)
    {
        foreach (var (what, extreme) in Extremes)
        {
            foreach (var result in Results(call.Split(' '), extreme))
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var started = Stopwatch.GetTimestamp();
                var found = PickleMachineTests.Inspect(Of(Proto(4), result, Stop));
                Assert.True(found.Format == "pickle", call + " with " + what);
                Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), call + " with " + what);
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, call + " with " + what);
            }
        }
    }

    [Fact]
    public void Every_judged_function_is_among_them()
    {
        foreach (var call in Calls.Select(call => call.Split(' ')))
            Assert.True(KnownImports.Judge(call[0], call[1]).Standing is not (ImportStanding.Unknown or ImportStanding.Dangerous), call[0] + "." + call[1]);
    }

    // The call, and what takes its result apart, restores it and looks its items up.
    private static IEnumerable<byte[]> Results(string[] call, byte[] extreme)
    {
        var made = Of(Import(call[0], call[1]), "(", Of([.. call[2].Select(letter => Argument(letter, extreme))]), "tR");
        yield return made;
        yield return Of(Import("builtins", "list"), made, 0x85, "R");
        yield return Of(made, extreme, "b");
        yield return Of(made, extreme, extreme, 0x86, "b");
        yield return Of(made, extreme, extreme, extreme, 0x87, "b");
        yield return Of(made, "(K", 1, extreme, 0x85, Argument('d', extreme), 0x89, "]tb");
        yield return Of(made, extreme, "Ns");
        yield return Of(Import(call[0], call[1]), ")", "}", Text("source"), extreme, "s", 0x92);
    }

    private static object Argument(char letter, byte[] extreme) => letter switch
    {
        '#' => extreme,
        'r' => Of(Import("builtins", "range"), extreme, 0x85, "R"),
        's' => Of(extreme, extreme, 0x86),
        'd' => Of(Import("numpy", "dtype"), extreme, 0x89, 0x88, 0x87, "R"),
        'S' => Of("(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), extreme, "tQ"),
        'q' => Of("(", Import("torch", "per_tensor_affine"), extreme, extreme, "t"),
        'D' => Of("}(", Text("start"), extreme, Text("stop"), extreme, Text("step"), extreme, "u"),
        'p' => Of(extreme, extreme, 0x86),
        'g' => Import("numpy", "ndarray"),
        'f' => Import("math", "sqrt"),
        'o' => Of(Import("types", "SimpleNamespace"), ")R"),
        'b' => Bytes((byte)'b'),
        't' => Text("d"),
        'l' => Text("latin1"),
        'N' => "N",
        'F' => 0x89,
        'T' => 0x88,
        _ => throw new ArgumentOutOfRangeException(nameof(letter)),
    };
}
