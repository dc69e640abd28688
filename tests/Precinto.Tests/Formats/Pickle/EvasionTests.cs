using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>The techniques by which published attacks got past scanners, each on its own.</summary>
public sealed class EvasionTests
{
    public static TheoryData<string, string, byte[]> Attacks => new()
    {
        { "a plain call", "PKL102", Of(Proto(2), "cos\nsystem\n", Argument, "R.") },
        { "protocol 0 without a mark", "PKL102", Of("cos\nsystem\n(S'echo'\ntR.") },
        { "an import that is never called", "PKL101", Of(Proto(2), "cos\nsystem\n.") },
        { "a Python 2 name", "PKL102", Of(Proto(2), "c__builtin__\neval\n", Argument, "R.") },
        { "a Python 2 module", "PKL102", Of(Proto(2), "ccommands\ngetoutput\n", Argument, "R.") },
        { "the platform's own module", "PKL102", Of(Proto(4), Import("nt", "system"), Argument, "R.") },
        { "a call that is popped", "PKL102", Of(Proto(2), "cos\nsystem\n", Argument, "R0N.") },
        { "a call popped with its mark", "PKL102", Of(Proto(2), "(cos\nsystem\n", Argument, "R1N.") },
        { "INST", "PKL102", Of(Proto(2), "(X", Int32(4), "echoios\nsystem\n.") },
        { "OBJ", "PKL102", Of(Proto(2), "(cos\nsystem\nX", Int32(4), "echoo0N.") },
        { "NEWOBJ", "PKL102", Of(Proto(2), "csubprocess\nPopen\n", Argument, 0x81, Stop) },
        { "NEWOBJ_EX", "PKL102", Of(Proto(4), Import("subprocess", "Popen"), Argument, "}", 0x92, Stop) },
        { "a function out of the memo", "PKL102", Of(Proto(2), "cos\nsystem\nq", 0, "0h", 0, Argument, "R.") },
        { "names out of the memo, put in disorder", "PKL102", Of(Proto(4), Text("system"), "q", 9, "0", Text("os"), "q", 3, "0h", 3, "h", 9, 0x93, Argument, "R.") },
        { "a decoy in the memo", "PKL102", Of(Proto(4), Text("collections"), "q", 0, "0", Text("os"), "q", 0, "0h", 0, Text("system"), 0x93, Argument, "R.") },
        { "a name duplicated", "PKL102", Of(Proto(4), Text("os"), "20", Text("system"), 0x93, Argument, "R.") },
        { "names as byte strings", "PKL102", Of(Proto(4), "U", 2, "os", "U", 6, "system", 0x93, Argument, "R.") },
        { "a name that is a number", "PKL103", Of(Proto(4), "K", 1, Text("system"), 0x93, Argument, "R.") },
        { "a name that str() makes", "PKL103", Of(Proto(4), Import("builtins", "str"), Bytes([.. "os"u8]), Text("ascii"), 0x86, "R", Text("system"), 0x93, Argument, "R.") },
        { "a name taken out of a tuple", "PKL103", Of(Proto(4), Import("builtins", "next"), Import("builtins", "iter"), Text("os"), 0x85, 0x85, "R", 0x85, "R", Text("system"), 0x93, Argument, "R.") },
        { "a name longer than names are", "PKL103", Of(Proto(4), Text(new string('a', 5000)), Text("system"), 0x93, Stop) },
        { "a dotted name through a known package", "PKL104", Of(Proto(4), Import("joblib.disk", "os.system"), Argument, "R.") },
        { "an inner attribute", "PKL104", Of(Proto(4), Import("sklearn.base", "BaseEstimator.__init__.__globals__"), Stop) },
        { "a module imported from a module", "PKL101", Of(Proto(4), Import("torch.serialization", "os"), Stop) },
        { "attributes of a module set by BUILD", "PKL105", Of(Proto(4), Import("sklearn", "utils"), "}", Text("x"), "Nsb.") },
        { "attributes of a class set by BUILD", "PKL105", Of(Proto(4), Import("collections", "OrderedDict"), "N}", Text("x"), "Ns", 0x86, "b.") },
        { "an item set in a module", "PKL105", Of(Proto(4), Import("numpy", "__dict__"), Text("x"), "Ns.") },
        { "a __setstate__ in the instance", "PKL106", Of(Proto(4), Import("collections", "OrderedDict"), ")R}", Text("__setstate__"), Import("builtins", "len"), "sb", Text("x"), "b.") },
        { "__dict__ set as a slot", "PKL106", Of(Proto(4), Import("collections", "OrderedDict"), ")RN}", Text("__dict__"), "}s", 0x86, "b.") },
        { "read set on an array of joblib", "PKL106", Of(Proto(4), Import("joblib.numpy_pickle", "NumpyArrayWrapper"), ")", 0x81, "}", Text("read"), Import("collections", "OrderedDict"), "sb.") },
        { "read set on an array of the joblib in scikit-learn", "PKL106", Of(Proto(4), Import("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"), ")", 0x81, "}", Text("read"), Import("collections", "OrderedDict"), "sb.") },
        { "read set as a slot on an array of joblib", "PKL106", Of(Proto(4), Import("joblib.numpy_pickle", "NumpyArrayWrapper"), ")", 0x81, "N}", Text("read_array"), Import("collections", "OrderedDict"), "s", 0x86, "b.") },
        { "a type of numbers that claims objects", "PKL107", Of(Proto(4), Import("numpy", "dtype"), Text("f8"), 0x89, 0x88, 0x87, "R(K", 3, Text("<"), "NNNJ", Int32(-1), "J", Int32(-1), "K", 1, "tb.") },
        { "a type of numbers with another size", "PKL107", Of(Proto(4), Import("numpy", "dtype"), Text("f8"), 0x89, 0x88, 0x87, "R(K", 3, Text("<"), "NNNK", 64, "J", Int32(-1), "K", 0, "tb.") },
        { "getattr of an inner attribute", "PKL107", Of(Proto(4), Import("builtins", "getattr"), Import("collections", "OrderedDict"), Text("__globals__"), 0x86, "R.") },
        { "getattr by a computed name", "PKL107", Of(Proto(4), Import("builtins", "getattr"), Import("collections", "OrderedDict"), Import("builtins", "str"), ")R", 0x86, "R.") },
        { "attrgetter of an inner attribute", "PKL107", Of(Proto(4), Import("operator", "attrgetter"), Text("__init__.__globals__"), 0x85, "R.") },
        { "a pickle in another file", "PKL108", Of(Proto(4), Import("joblib", "load"), Text("/tmp/x"), 0x85, "R.") },
        { "numpy.load of a path", "PKL108", Of(Proto(4), Import("numpy", "load"), Text("/tmp/x"), 0x85, "R.") },
        { "a pickle in bytes", "PKL102", Of(Proto(4), Import("pickle", "loads"), Bytes(Of(Proto(2), "cos\nsystem\n", Argument, "R.")), 0x85, "R.") },
        { "a pickle in a tensor", "PKL102", Of(Proto(4), Import("torch.storage", "_load_from_bytes"), Bytes(Of(Proto(2), "cos\nsystem\n", Argument, "R.")), 0x85, "R.") },
        { "a pickle in encoded text", "PKL102", Of(Proto(2), "c_pickle\nloads\n(c_codecs\nencode\n(X", Int32(29), "cos\nsystem\n(S'echo echo'\ntR.\nX", Int32(6), "latin1tRtR.") },
        { "an extension registered before", "PKL102", Of(Proto(2), "ccopyreg\nadd_extension\n(X", Int32(2), "osX", Int32(6), "systemK", 7, "tR0", 0x82, 7, Argument, "R.") },
        { "a universal function by name", "PKL102", Of(Proto(4), Import("numpy.core", "_ufunc_reconstruct"), Text("os"), Text("system"), 0x86, "R", Argument, "R.") },
        { "a call before an unknown opcode", "PKL102", Of(Proto(2), "cos\nsystem\n", Argument, "R", 0xFF) },
        { "a call before a truncated argument", "PKL102", Of(Proto(2), "cos\nsystem\n", Argument, "RX", Int32(int.MaxValue), "abc") },
        { "a call before a missing memo entry", "PKL102", Of(Proto(2), "cos\nsystem\n", Argument, "Rh", 99, Stop) },
        { "a call without STOP", "PKL102", Of(Proto(2), "cos\nsystem\n", Argument, "R") },
        { "two protocols", "PKL102", Of(Proto(2), Proto(2), "cos\nsystem\n", Argument, "R.") },
        { "a frame that is too long", "PKL102", Of(Proto(4), 0x95, Int64(1L << 40), "cos\nsystem\n", Argument, "R.") },
        { "a second pickle", "PKL102", Of(Proto(2), "N.", Proto(2), "cos\nsystem\n", Argument, "R.") },
        { "a second pickle behind junk", "PKL102", Of(Proto(2), "N.", "junk junk", Proto(2), "cos\nsystem\n", Argument, "R.") },
        { "a pickle after an array of joblib", "PKL102", Of(Proto(4), "]", JoblibWrapper("f8", [(byte)'K', 2]), 0, new byte[16], "a0cos\nsystem\n", Argument, "R.") },
        { "a pickle as an array of objects", "PKL102", Of(Proto(4), JoblibWrapper("O", [(byte)'K', 1]), Proto(2), "cos\nsystem\n", Argument, "R.", Stop) },
        { "partial of a loader", "PKL204", Of(Proto(4), Import("functools", "partial"), Import("pickle", "loads"), 0x85, "R.") },
        { "a conditional function handed on", "PKL204", Of(Proto(4), Import("functools", "partial"), Import("builtins", "getattr"), 0x85, "R.") },
        { "a computed function called", "PKL202", Of(Proto(4), Import("operator", "itemgetter"), "K", 1, 0x85, "R", ")", 0x85, "R.") },
        { "an unknown extension", "PKL205", Of(Proto(2), 0x82, 9, Stop) },
        { "a persistent identifier", "PKL207", Of("P1\n.", Proto(2), "N.") },
        { "an array in another file", "PKL210", Of(Proto(4), Import("joblib.numpy_pickle", "NDArrayWrapper"), ")R.") },
        { "a frame crossed", "PKL214", Of(Proto(4), 0x95, Int64(2), Text("hello"), Stop) },
        { "a terabyte of zeros", "PKL215", Of(Proto(4), Import("builtins", "bytearray"), 0x8A, 6, Int64(1L << 40)[..6], 0x85, "R.") },
        { "the exec of scipy's distributions", "PKL107", Of(Proto(4), Import("scipy.stats._continuous_distns", "norm_gen"), ")", 0x81, "}", Text("_parse_arg_template"), Text("import os"), "sb.") },
        { "a function of a known package", "PKL201", Of(Proto(4), Import("sklearn.utils", "gen_batches"), ")R.") },
        { "a class imported through a known package", "PKL201", Of(Proto(4), Import("sklearn.ensemble._forest", "Parallel"), ")R.") },
        { "an evaluating function of numpy", "PKL101", Of(Proto(4), Import("numpy.f2py.crackfortran", "_eval_length"), ")R.") },
        { "an unknown class", "PKL201", Of(Proto(4), Import("my.package", "Model"), ")", 0x81, Stop) },
        { "code of dill", "PKL208", Of(Proto(4), Import("dill._dill", "_create_function"), ")R.") },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void No_evasion_is_clean_and_each_says_why(string technique, string code, byte[] pickle)
    {
        var result = PickleMachineTests.Inspect(pickle);
        Assert.NotEqual(InspectionVerdict.Clean, result.Verdict);
        Assert.NotEqual(InspectionVerdict.Unknown, result.Verdict);
        Assert.True(result.Findings.Any(finding => finding.Code == code), technique + ": " + string.Join(" ", result.Findings.Select(finding => finding.Code)));
    }

    public static TheoryData<string, byte[]> Benign => new()
    {
        { "partial(int, 2)", Of(Proto(4), Import("functools", "partial"), Import("builtins", "int"), "K", 2, 0x86, "R.") },
        { "itemgetter(1)", Of(Proto(4), Import("operator", "itemgetter"), "K", 1, 0x85, "R.") },
        { "an ordered dictionary", Of(Proto(4), Import("collections", "OrderedDict"), ")R", Text("a"), "K", 1, "s.") },
        { "a deque", Of(Proto(4), Import("collections", "deque"), ")R(K", 1, "K", 2, "e.") },
        { "bytes of protocol 2", Of(Proto(2), "c_codecs\nencode\nX", Int32(2), "abX", Int32(6), "latin1", 0x86, "R.") },
        { "type(None)", Of(Proto(2), "c__builtin__\ntype\nN", 0x85, "R.") },
        { "a bound method of a known class", Of(Proto(4), Import("builtins", "getattr"), Import("collections", "OrderedDict"), Text("fromkeys"), 0x86, "R.") },
        { "a universal function", Of(Proto(4), Import("numpy.core", "_ufunc_reconstruct"), Text("numpy"), Text("log1p"), 0x86, "R.") },
        { "a class of a later scikit-learn", Of(Proto(4), Import("sklearn.cluster._hdbscan.hdbscan", "HDBSCAN"), ")", 0x81, "}", Text("alpha"), "K", 1, "sb.") },
        { "a module of torch", Of(Proto(2), "ctorch.nn.modules.linear\nLinear\n)", 0x81, "}X", Int32(8), "training", 0x88, "sb.") },
        { "protocol 0", Of("(lp0\nI1\naI2\na.") },
    };

    [Theory]
    [MemberData(nameof(Benign))]
    public void What_models_hold_is_clean(string what, byte[] pickle)
    {
        var result = PickleMachineTests.Inspect(pickle);
        Assert.True(result.Verdict == InspectionVerdict.Clean, what + ": " + string.Join(" ", result.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Fact]
    public void A_finding_stands_where_the_opcode_stands()
    {
        var result = PickleMachineTests.Inspect(Of(Proto(2), "N0cos\nsystem\n", Argument, "R."));
        Assert.Equal(4, Assert.Single(result.Findings, finding => finding.Code == "PKL101").Offset);
    }

    private static byte[] Argument => Of("X", Int32(4), "echo", 0x85);
}
