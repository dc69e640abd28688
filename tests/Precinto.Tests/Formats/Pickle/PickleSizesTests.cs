using System.IO.Compression;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>Calls of known constructors that make much of little, and the honest ones beside them.</summary>
public sealed class PickleSizesTests
{
    public static TheoryData<string, byte[]> Bombs => new()
    {
        { "bytes", Call("builtins", "bytes", Billions) },
        { "bytes by keyword", Of(Import("builtins", "bytearray"), ")}", Text("source"), Billions, "s", 0x92) },
        { "a hundred megabytes", Call("builtins", "bytearray", Of("J", Int32(100 << 20))) },
        { "bytes of a text", Call("builtins", "bytes", Call("builtins", "int", Text("100000000000"))) },
        { "bytes of a scalar", Call("builtins", "bytearray", Call("numpy.core.multiarray", "scalar", Type("i8"), Bytes(0, 0, 0, 0, 1, 0, 0, 0))) },
        { "bytes of a subclass", Call("copyreg", "_reconstructor", Import("builtins", "bytes"), Import("builtins", "bytes"), Billions) },
        { "a list of a range", Call("builtins", "list", Range) },
        { "a list of a list", Call("builtins", "set", Call("builtins", "list", Range)) },
        { "a queue", Call("collections", "deque", Range) },
        { "a counter", Call("collections", "Counter", Range) },
        { "an array of Python", Call("array", "array", Text("d"), Range) },
        { "a dictionary of numbered values", Call("builtins", "dict", Call("builtins", "enumerate", Range)) },
        { "pairs", Call("collections", "OrderedDict", Call("builtins", "zip", Range, Range)) },
        { "one value for ever", Call("builtins", "list", Call("itertools", "repeat", "N")) },
        { "one value a billion times", Call("builtins", "tuple", Call("itertools", "repeat", "N", Billions)) },
        { "a chain", Call("builtins", "list", Call("itertools", "chain", "]", Range)) },
        { "a circle", Call("builtins", "list", Call("itertools", "cycle", Call("builtins", "list", Of("](K", 1, "K", 2, "e")))) },
        { "a circle of one", Call("builtins", "list", Call("itertools", "cycle", Call("builtins", "iter", Of("](K", 1, "e")))) },
        { "a circle by its state", Call("builtins", "list", Of(Call("itertools", "cycle", Call("builtins", "iter", "]")), "](K", 1, "e", "K", 0, 0x86, "b")) },
        { "a circle that was asked before", Of("(", Call("itertools", "cycle", "]"), 0x94, Call("builtins", "list", Call("builtins", "zip", "h", 0)), "h", 0, "](K", 1, "e", "K", 0, 0x86, "bt") },
        { "a chain by its state", Call("builtins", "list", Of(Call("itertools", "chain"), Call("builtins", "iter", Of(Range, Range, 0x86)), 0x85, "b")) },
        { "a chain of a list that grows", Call("builtins", "list", Of(Call("itertools", "chain"), Call("builtins", "iter", "]"), 0x85, "b")) },
        { "a chain whose state waits", Call("builtins", "list", Call("itertools", "islice", Call("itertools", "chain"), "N")) },
        { "what passes over what has no end", Of(Call("itertools", "islice", Call("itertools", "count"), "K", 2, "K", 9), Of(0x8A, 8, Int64(-1L << 62)), "b") },
        { "bytes for later", Call("functools", "partial", Import("builtins", "bytes"), Billions) },
        { "layers beyond counting", Of(Import("torch.nn.modules.rnn", "LSTM"), ")", NewObj, "}(", Text("num_layers"), Billions, Text("all_weights"), "](K", 1, "e", "ub") },
        { "a number for ever", Call("builtins", "frozenset", Call("builtins", "filter", "N", Call("itertools", "count"))) },
        { "a product", Call("builtins", "list", Call("itertools", "product", Hundred, Hundred, Hundred, Hundred)) },
        { "a product of itself", Call("builtins", "list", Of(Import("itertools", "product"), "](K", 1, "K", 2, "e", 0x85, "}", Text("repeat"), "K", 60, "s", 0x92)) },
        { "choices", Call("builtins", "list", Call("itertools", "combinations", Hundred, Of("K", 50))) },
        { "orders", Call("builtins", "list", Call("itertools", "permutations", Hundred)) },
        { "as many places", Call("itertools", "combinations", "]", Billions) },
        { "a network", Call("builtins", "list", Call("ipaddress", "IPv4Network", Text("0.0.0.0/0"))) },
        { "a fraction", Call("fractions", "Fraction", Text("1e1000000000")) },
        { "a whole number", Call("builtins", "int", Call("decimal", "Decimal", Text("1e1000000000"))) },
        { "digits", Call("builtins", "int", Text(new string('9', 200_000))) },
        { "a power", Call("numpy", "identity", Of("J", Int32(100_000))) },
        { "zeros", Call("numpy", "zeros", Billions) },
        { "an array", Call("numpy.core.multiarray", "_reconstruct", Import("numpy", "ndarray"), Square, Bytes((byte)'b')) },
        { "a masked array", Call("numpy.ma.core", "_mareconstruct", Import("numpy.ma.core", "MaskedArray"), Import("numpy", "ndarray"), Square, Text("b")) },
        { "an array of long texts", Call("numpy.core.multiarray", "_reconstruct", Import("numpy", "ndarray"), Of("K", 1, 0x85), Text("S1000000000")) },
        { "a scalar without bytes", Call("numpy.core.multiarray", "scalar", Type("V1000000000")) },
        { "places for objects", Of(Call("numpy.core.multiarray", "_reconstruct", Import("numpy", "ndarray"), Of("K", 0, 0x85), Bytes((byte)'b')), "(K", 1, Square, Type("O"), 0x89, "]tb") },
        { "a tensor beyond its storage", Tensor("_rebuild_tensor_v2", Square, Of("J", Int32(100_000), "K", 1, 0x86)) },
        { "a quantised tensor beyond its storage", Tensor("_rebuild_qtensor", Square, Of("K", 0, "K", 0, 0x86)) },
        { "a tree of many outputs", Call("sklearn.tree._tree", "Tree", Of("K", 1), "N", Billions) },
        { "a logger for each dot", Call("logging", "getLogger", Text(string.Concat(Enumerable.Repeat("a.", 20_000)))) },
        { "random numbers out of a state without end", Of(Import("random", "Random"), ")R", "K", 2, Call("itertools", "repeat", Of("K", 1)), "N", 0x87, "b") },
        { "the same list again and again", Of("](", string.Concat(Enumerable.Repeat("N", 50_000)), "eq", 1, "0]", Import("builtins", "list"), "q", 2, "0(",
            Enumerable.Range(0, 2000).SelectMany(_ => Of("h", 2, "h", 1, 0x85, "R")).ToArray(), "e") },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void What_makes_much_of_little_is_not_clean(string what, byte[] value)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Inspect(value);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20, what);
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        Assert.True(found.Findings.Any(finding => finding.Code == "PKL215"), what + ": " + Show(found));
    }

    public static TheoryData<string, byte[]> Honest => new()
    {
        { "a range", Range },
        { "a range that is being walked", Of(Call("builtins", "iter", Range), "K", 5, "b") },
        { "a chain as Python 3.9 writes it", Call("builtins", "list", Of(Call("itertools", "chain"), Call("builtins", "iter", Of("](K", 1, "K", 2, "e", Of("]"), 0x86)), 0x85, "b")) },
        { "a circle as Python 3.9 writes it", Of(Call("itertools", "cycle", Call("builtins", "iter", Of("](K", 1, "e"))), "](K", 1, "e", "K", 0, 0x86, "b") },
        { "a slice that is being walked", Of(Call("itertools", "islice", Range, "K", 9), "K", 5, "b") },
        { "a value for ever", Call("itertools", "repeat", "N") },
        { "a counter of large numbers", Call("collections", "Counter", Of("}", Text("a"), Billions, "s")) },
        { "a queue with a limit", Call("collections", "deque", ")", Billions) },
        { "a duration", Call("datetime", "timedelta", Of("J", Int32(1_000_000)), "K\0", "K\0") },
        { "a fraction", Call("fractions", "Fraction", Text("22/7")) },
        { "a large decimal", Call("decimal", "Decimal", Text("1E+1000000")) },
        { "a network", Call("ipaddress", "IPv6Network", Text("::/0")) },
        { "an index", Call("pandas.core.indexes.base", "_new_Index", Import("pandas.core.indexes.range", "RangeIndex"), Of("}(", Text("start"), "K\0", Text("stop"), Billions, Text("step"), "K", 1, "u")) },
        { "a set of what is there", Call("builtins", "set", Of("](", string.Concat(Enumerable.Repeat("K\u0001", 100_000)), "e")) },
        { "bytes as protocol 2 writes them", Call("builtins", "bytearray", Text("abc"), Text("latin-1")) },
        { "an array of objects", Of(Call("numpy.core.multiarray", "_reconstruct", Import("numpy", "ndarray"), Of("K", 0, 0x85), Bytes((byte)'b')), "(K", 1, Of("K", 2, 0x85), Type("O"), 0x89, "](NNetb") },
        { "a scalar", Call("numpy.core.multiarray", "scalar", Type("f8"), Bytes(new byte[8])) },
        { "a tensor that shows one number often", Call("torch._utils", "_rebuild_tensor_v2", "N", "K\0", Square, Of("K", 0, "K", 0, 0x86), 0x89, Of(Import("collections", "OrderedDict"), ")R")) },
        { "choices of a few", Call("builtins", "list", Call("itertools", "combinations", Of("](K", 1, "K", 2, "K", 3, "e"), Of("K", 2))) },
    };

    [Theory]
    [MemberData(nameof(Honest))]
    public void What_is_only_held_or_as_large_as_it_looks_is_clean(string what, byte[] value) => Assert.True(Inspect(value).Verdict == InspectionVerdict.Clean, what + ": " + Show(Inspect(value)));

    [Fact]
    public void An_integer_of_more_digits_than_Python_reads_is_malformed()
    {
        Assert.Equal(InspectionVerdict.Clean, Inspect(Of("I", new string('9', 4300), "\n")).Verdict);
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Of("I", new string('9', 4301), "\n")).Verdict);
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Of("L", new string('9', 200_000), "L\n")).Verdict);
    }

    [Fact]
    public void Ten_million_zeros_are_no_bomb()
    {
        var array = Of(Import("numpy.core.multiarray", "_reconstruct"), Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87, "R(K", 1, "J", Int32(10_000_000), 0x85, Type("f8"), 0x89,
            "B", Int32(80_000_000), new byte[80_000_000], "tb");
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(Of(Proto(4), array, Stop));
        var found = HostileBytes.Inspect(compressed.ToArray(), "zeros.joblib");
        Assert.True((found.Format, found.Verdict) == ("joblib", InspectionVerdict.Clean), Show(found));
    }

    private static byte[] Billions => Of(0x8A, 5, 0, 0xE4, 0x0B, 0x54, 0x02);

    private static byte[] Range => Call("builtins", "range", "K\0", Billions);

    private static byte[] Hundred => Call("builtins", "range", Of("K", 100));

    private static byte[] Square => Of("J", Int32(100_000), "J", Int32(100_000), 0x86);

    private static byte[] Type(string code) => Call("numpy", "dtype", Text(code), 0x89, 0x88);

    private static byte[] Tensor(string function, byte[] size, byte[] stride) => Call("torch._utils", function,
        Of("(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "tQ"), "K\0", size, stride, 0x89, Of(Import("collections", "OrderedDict"), ")R"));

    private static byte[] Call(string module, string name, params object[] arguments) => Of(Import(module, name), "(", Of(arguments), "tR");

    private static string Show(FileInspection found) => string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message));

    private static FileInspection Inspect(byte[] value) => PickleMachineTests.Inspect(Of(Proto(4), value, Stop));
}
