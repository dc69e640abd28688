using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>What honest pickles import and call, beside what only looks like it.</summary>
public sealed class KnownImportsTests
{
    public static TheoryData<string, string, byte[]> Attacks => new()
    {
        { "a table's eval as a rebuilding function", "PKL107", Call("torch._tensor", "_rebuild_from_type_v2", Getter(Made("pandas.core.frame", "DataFrame"), "eval"), Import("torch", "Tensor"), Of(Text("@x"), 0x85), "}") },
        { "a rebuilding function that is none", "PKL107", Call("torch._tensor", "_rebuild_from_type_v2", Call("operator", "itemgetter", Of("K", 0)), Import("torch", "Tensor"), Of("]", 0x85), "}") },
        { "a rebuilding function with attributes of its own", "PKL106", Call("torch._tensor", "_rebuild_from_type_v2", Import("torch._utils", "_rebuild_parameter"), Import("torch", "Tensor"), ")", Of("}", Text("__setstate__"), "Ns")) },
        { "an index of another class", "PKL203", Call("pandas.core.indexes.datetimes", "_new_DatetimeIndex", Import("pandas.core.frame", "DataFrame"), "}") },
        { "an index of an object", "PKL107", Call("pandas.core.indexes.interval", "_new_IntervalIndex", Made("types", "SimpleNamespace"), "}") },
        { "a generator by another constructor", "PKL203", Call("numpy.random._pickle", "__generator_ctor", Text("x"), Import("builtins", "len")) },
        { "a generator of a bound method", "PKL107", Call("numpy.random._pickle", "__randomstate_ctor", Text("x"), Getter(Call("pathlib", "PosixPath", Text("x")), "write_text")) },
        { "a numpy function that calls a method", "PKL203", Call("numpy", "sum", Made("types", "SimpleNamespace")) },
        { "unlink of a path", "PKL107", Getter(Call("pathlib", "PosixPath", Text("x")), "unlink") },
        { "tofile of an array", "PKL107", Getter(Import("numpy", "ndarray"), "tofile") },
        { "to_csv of a table", "PKL107", Getter(Made("pandas.core.frame", "DataFrame"), "to_csv") },
        { "a file of a storage", "PKL107", Getter(Import("torch", "FloatStorage"), "from_file") },
        { "a method that is not known", "PKL203", Getter(Made("pandas.core.frame", "DataFrame"), "boxplot") },
        { "getattr with something else for nothing", "PKL107", Call("builtins", "getattr", Made("types", "SimpleNamespace"), Text("x"), Import("builtins", "setattr")) },
        { "attrgetter of tofile", "PKL107", Call("operator", "attrgetter", Text("tofile")) },
        { "a method caller that loads", "PKL107", Call("operator", "methodcaller", Text("load_model"), Text("x")) },
        { "a method caller nobody knows", "PKL203", Call("operator", "methodcaller", Text("run")) },
        { "a getter handed on", "PKL204", Call("collections", "defaultdict", Call("operator", "attrgetter", Text("x"))) },
        { "a bound method handed on", "PKL204", Call("builtins", "set", Getter(Made("sklearn.svm._classes", "SVC"), "predict")) },
        { "objects over a buffer", "PKL107", Call("numpy", "ndarray", Of("K", 1, 0x85), Text("O"), Bytes(new byte[8])) },
        { "objects over a buffer by keyword", "PKL107", Of(Import("numpy", "ndarray"), "K", 1, 0x85, Text("O"), 0x86, "}", Text("buffer"), Bytes(new byte[8]), "s", 0x92) },
        { "a record array over a buffer", "PKL107", Call("numpy", "recarray", Of("K", 1, 0x85), Text("O"), Bytes(new byte[8])) },
        { "a model in another file", "PKL108", Call("xgboost.core", "Booster", "N", ")", Text("http://127.0.0.1/")) },
        { "a model in another file, made as OBJ", "PKL108", Of("(", Import("lightgbm.basic", "Booster"), "NN", Text("/tmp/x"), "o") },
        { "a model in another file, made by a partial function", "PKL108", Of(Call("functools", "partial", Import("xgboost.core", "Booster")), "(", Import("xgboost.core", "Booster"), "(N)", Text("/tmp/x"), "t}Ntb") },
        { "a class made", "PKL203", Call("abc", "ABCMeta", Text("X"), ")", "}") },
        { "a class made through another module", "PKL201", Call("sklearn._loss.glm_distribution", "ABCMeta", Text("X"), ")", "}") },
        { "an estimator with arguments", "PKL203", Call("sklearn.svm._classes", "SVC", Text("x")) },
        { "a file mapped", "PKL107", Call("numpy", "memmap", Text("/etc/passwd")) },
        { "a file mapped by its module", "PKL107", Call("numpy.core", "memmap", Text("/etc/passwd")) },
        { "an array of Arrow whose texts lie beyond its data", "PKL203", Arrow("large_string", 2, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0], [1, 2]) },
        { "an array of Arrow with a text too many", "PKL203", Arrow("large_string", 3, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0], [1, 2]) },
        { "an array of Arrow with a number too many", "PKL203", Arrow("int32", 2, [1, 0, 0, 0, 1, 0, 0]) },
        { "an array of Arrow with fewer nulls than none", "PKL203", Arrow("int32", 2, -2, [1, 0, 0, 0, 1, 0, 0, 0]) },
        { "an array of Arrow of a type nobody knows", "PKL203", Arrow("list<item: int32>", 1, [1, 0, 0, 0]) },
        { "bytes of Arrow that change afterwards", "PKL213", Of("(", Call("builtins", "bytearray", Bytes(new byte[8])), 0x94, "h", 0, "K", 0, "K", 1, "st") },
        { "an array of dill with a state of any size", "PKL215", Call("dill._dill", "_create_array", Import("numpy.core.multiarray", "_reconstruct"), Of(Import("numpy", "ndarray"), "K", 0, 0x85, Bytes((byte)'b'), 0x87), Of("(K", 1, 0x8A, 6, Int64(1_000_000_000_000)[..6], 0x85, Call("numpy", "dtype", Text("O8"), 0x89, 0x88), 0x89, "]t")) },
        { "numbers beyond counting", "PKL215", Call("builtins", "list", Call("itertools", "combinations_with_replacement", Call("builtins", "range", "K", 0, Of(0x8A, 8, Int64(long.MaxValue - 3))), "K", 5)) },
        { "a tensor of shapes beyond counting", "PKL215", Call("torch._utils", "_rebuild_tensor_v2", Of("(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "tQ"), "K", 0, Of(0x8A, 8, Int64(long.MaxValue), 0x85), Of(0x8A, 8, Int64(long.MaxValue), 0x85), 0x89, "}") },
        { "a tensor of negative shape", "PKL215", Call("torch._utils", "_rebuild_tensor_v2", Of("(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "tQ"), "K", 0, Of(0x8A, 8, Int64(long.MinValue), 0x85), Of("K", 1, 0x85), 0x89, "}") },
        { "a method that a table is told, called by an error of HTTP", "PKL213", Of(Call("urllib.error", "HTTPError", Text("u"), "K", 1, Text("m"), "}", Of(Made("types", "SimpleNamespace"), "}", Text("append"), Call("operator", "methodcaller", Text("get"), Text("x")), "sb")), Made("pandas.core.frame", "DataFrame"), "a") },
        { "a method of a bunch", "PKL213", Of(Made("sklearn.utils._bunch", "Bunch"), Text("append"), Call("operator", "methodcaller", Text("get"), Text("x")), "sNa") },
        { "a method of a module", "PKL213", Of(Made("torch.nn.modules.linear", "Identity"), "}", Text("_modules"), "}", Text("append"), Call("operator", "methodcaller", Text("get"), Text("x")), "ssb(NNe") },
        { "a method caller that a table obeys", "PKL203", Call("operator", "methodcaller", Text("transform"), Text("eval"), "K", 0, Text("@inspect.os.system('id')")) },
        { "the transform of a table", "PKL203", Getter(Made("pandas.core.frame", "DataFrame"), "transform") },
        { "a copy of a path", "PKL203", Getter(Call("pathlib", "PosixPath", Text("x")), "copy") },
        { "a pattern of every letter", "PKL215", Call("re", "_compile", Text("(?i)" + string.Concat(Enumerable.Repeat("[\\x00-\\U0010ffff]", 100))), "K", 0) },
        { "a pattern of every letter by its flags", "PKL215", Call("re", "_compile", Text(string.Concat(Enumerable.Repeat("[\\x00-\\U0010ffff]", 100))), "K", 34) },
        { "a generic type of an object", "PKL203", Call("types", "GenericAlias", Made("types", "SimpleNamespace"), ")") },
        { "a pattern with flags that are computed", "PKL215", Call("re", "_compile", Text(string.Concat(Enumerable.Repeat("[\\x00-\\U0010ffff]", 100))), Call("re", "RegexFlag", "K", 2)) },
        { "a function called until an end", "PKL107", Call("builtins", "list", Call("builtins", "iter", Call("functools", "partial", Import("numpy", "sum"), "N"), "K", 1)) },
        { "a factory that calls", "PKL107", Call("collections", "defaultdict", Of(Call("functools", "partial", Import("numpy", "sum")), "(", Import("numpy", "sum"), "(Nt}Ntb")) },
        { "a factory that is another than it was made", "PKL107", Call("collections", "defaultdict", Of(Call("functools", "partial", Import("builtins", "list")), "(", Import("numpy", "sum"), "(Nt}Ntb")) },
        { "a caller of methods", "PKL201", Import("sklearn.metrics._scorer", "_cached_call") },
        { "a file through Arrow", "PKL201", Call("pyarrow.lib", "memory_map", Text("/etc/passwd")) },
        { "a partial function that restores another", "PKL202", Of(Call("functools", "partial", Import("pandas.core.internals.blocks", "new_block")), "(", Import("pandas.core.frame", "DataFrame"), ")}Nt", "b)R") },
        { "a model of torchvision by its function", "PKL201", Call("torchvision.models._api", "get_model", Text("resnet18")) },
        { "weights of torchvision", "PKL203", Call("torchvision.models.resnet", "ResNet", Text("x")) },
        { "arguments of a training that are called", "PKL203", Call("transformers.training_args", "TrainingArguments", Text("x")) },
        { "another part of a distributed checkpoint", "PKL101", Import("torch.distributed.checkpoint.filesystem", "FileSystemReader") },
        { "a file read", "PKL101", Call("gzip", "open", Text("/etc/passwd")) },
        { "a time zone in a file", "PKL107", Call("dateutil.tz.tz", "tzfile", Text("/etc/passwd")) },
        { "a sparse matrix in a file", "PKL101", Call("scipy.sparse", "load_npz", Text("x")) },
        { "a data set in a file", "PKL101", Call("sklearn.datasets", "load_svmlight_file", Text("x")) },
        { "a module under another name", "PKL104", Import("random", "_os.system") },
        { "a reduction with a getter", "PKL107", Call("functools", "reduce", Import("builtins", "getattr"), "]") },
        { "a reduction of nothing known", "PKL107", Call("functools", "reduce", Text("x")) },
        { "a method that makes names", "PKL201", Import("builtins", "bytes.decode") },
        { "a model's method by name", "PKL101", Import("xgboost.core", "Booster.load_model") },
        { "the class of an attribute set", "PKL105", Call("builtins", "setattr", Made("types", "SimpleNamespace"), Text("x"), "N") },
        { "memory that an attribute claims", "PKL106", Of(Made("types", "SimpleNamespace"), "}", Text("__array_interface__"), "}sb") },
        { "a state of pairs for a distribution", "PKL203", Of(Made("scipy.stats._continuous_distns", "norm_gen"), "]", Text("_parse_arg_template"), Text("import os"), 0x86, "ab") },
        { "a formula that is evaluated", "PKL203", Of(Made("statsmodels.base.data", "PandasData"), "}(", Text("restore_design_info"), 0x88, Text("formula"), Text("y ~ __import__('os').system('id')"), "ub") },
        { "a formula out of pieces", "PKL203", Of(Made("statsmodels.base.data", "ModelData"), "}", Text("formula"), Call("builtins", "str", Text("y")), "sb") },
        { "a cache in a folder", "PKL203", Of(Made("joblib.memory", "Memory"), "}", Text("location"), Text("/tmp/x"), "sb") },
        { "a cache that is made", "PKL203", Call("joblib.memory", "Memory", Text("/tmp/x")) },
        { "a matrix of words that is called", "PKL203", Call("gensim.models.word2vec", "Word2Vec", Text("x")) },
        { "functions of numbers that walk what has no end", "PKL203", Call("builtins", "list", Call("builtins", "map", Import("builtins", "sorted"), Of("]", Call("itertools", "count"), "a"))) },
        { "a module of source text", "PKL101", Call("torch.fx.graph_module", "reduce_graph_module", Of("}", Text("_code"), Text("import os"), "s"), Text("")) },
        { "a server", "PKL101", Import("wsgiref.simple_server", "make_server") },
        { "a file of XML", "PKL101", Import("xml.etree.ElementTree", "parse") },
        { "a folder on the disk", "PKL101", Import("posixpath", "exists") },
        { "a model of others", "PKL101", Import("transformers", "pipeline") },
        { "an expression of texts", "PKL101", Import("numexpr", "evaluate") },
        { "a template with a call in it", "PKL107", Of(Made("scipy.stats._continuous_distns", "norm_gen"), "}", Text("_parse_arg_template"), Text(Template.Replace("scale=1)", "scale=print())", StringComparison.Ordinal)), "sb") },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void What_only_looks_known_is_not_clean(string what, string code, byte[] pickle)
    {
        var found = Inspect(pickle);
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        Assert.True(found.Findings.Any(finding => finding.Code.StartsWith(code, StringComparison.Ordinal)), what + ": " + string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    public static TheoryData<string, byte[]> Honest => new()
    {
        { "a rebuilt tensor of a subclass", Call("torch._tensor", "_rebuild_from_type_v2", Import("torch._utils", "_rebuild_parameter"), Import("torch.nn.parameter", "Parameter"), Of("N", 0x88, Made("collections", "OrderedDict"), 0x87), "}") },
        { "an index", Call("pandas.core.indexes.base", "_new_Index", Import("pandas.core.indexes.range", "RangeIndex"), "}") },
        { "a generator", Call("numpy.random._pickle", "__generator_ctor", Text("PCG64"), Import("numpy.random._pickle", "__bit_generator_ctor")) },
        { "a mapped array", Call("numpy.core.multiarray", "_reconstruct", Import("numpy", "memmap"), Of("K", 0, 0x85), Bytes([(byte)'b'])) },
        { "a kernel's method", Getter(Made("scipy.interpolate._rbf", "Rbf"), "_h_multiquadric") },
        { "a method of an estimator", Getter(Made("sklearn.linear_model._logistic", "LogisticRegression"), "predict") },
        { "a pattern", Call("re", "_compile", Text("(?i)^[a-z0-9_-]+\\.[^\\W\\d_]+$"), "K", 34) },
        { "a generic type", Call("types", "GenericAlias", Import("builtins", "list"), Of(Import("builtins", "int"), 0x85)) },
        { "a table of tables", Call("collections", "defaultdict", Of(Call("functools", "partial", Import("collections", "defaultdict")), "(", Import("collections", "defaultdict"), "(", Import("builtins", "int"), "t}Ntb")) },
        { "a queue", Of(Call("collections", "deque", ")", "K", 9), "(K", 1, "K", 2, "e") },
        { "a constant of an enumeration", Getter(Import("re", "RegexFlag"), "DOTALL") },
        { "a status", Getter(Import("http", "HTTPStatus"), "OK") },
        { "the parameter of a signature", Call("inspect", "Parameter", Text("a"), Getter(Import("inspect", "_ParameterKind"), "KEYWORD_ONLY")) },
        { "an address", Call("urllib.parse", "SplitResult", Text("http"), Text("a"), Text("/"), Text(""), Text("")) },
        { "a constant of sockets", Import("socket", "AF_INET") },
        { "a method caller", Call("operator", "methodcaller", Text("astype"), Text("float32")) },
        { "a union of types", Call("functools", "reduce", Import("_operator", "or_"), Of(Import("builtins", "int"), Call("builtins", "type", "N"), 0x86)) },
        { "a partial function", Of(Call("functools", "partial", Import("numpy", "clip")), "(", Import("numpy", "clip"), ")}", Text("a_min"), "K", 0, "sNtb") },
        { "a named result as protocol 2 writes it", Of(Call("functools", "partial", Maker), "(", Maker, Import("scipy.stats._stats_py", "TtestResult"), "K", 1, "K", 2, 0x87, "}Ntb)R") },
        { "a distribution", Of(Made("scipy.stats._continuous_distns", "norm_gen"), "}", Text("_parse_arg_template"), Text(Template), "sb") },
        { "an offset", Call("pandas._libs.tslibs.offsets", "FY5253", "K", 1, 0x89, "K", 1, "K", 2, Text("nearest")) },
        { "a half-open interval", Call("pandas._libs.interval", "__pyx_unpickle_IntervalMixin", Import("pandas.core.arrays.interval", "IntervalArray"), "K", 1, "N") },
        { "a function of PyTorch", Import("torch.nn.functional", "relu") },
        { "a module compiled afterwards", Of(Made("torch.nn.modules.linear", "Linear"), "}", Text("__overloads__"), "}sb") },
        { "a loss", Call("sklearn.linear_model._sgd_fast", "Hinge", "K", 1) },
        { "a warning", Call("builtins", "DeprecationWarning", Text("old")) },
        { "a score", Import("sklearn.metrics._classification", "jaccard_score") },
        { "texts of Arrow", Arrow("large_string", 2, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0], [1, 2]) },
        { "numbers of Arrow whose nulls nobody has counted", Arrow("int32", 2, -1, [1, 0, 0, 0, 1, 0, 0, 0]) },
        { "numbers of Arrow", Arrow("int32", 2, [1, 0, 0, 0, 1, 0, 0, 0]) },
        { "texts of pandas", Call("pandas.core.arrays.string_", "StringDtype", Text("pyarrow"), Import("pandas._libs.missing", "NA")) },
        { "texts of NumPy", Call("numpy._core._internal", "_convert_to_stringdtype_kwargs", "K", 1) },
        { "a block of pandas 1.3", Of(Call("functools", "partial", Import("pandas.core.internals.blocks", "new_block")), "(", Import("pandas.core.internals.blocks", "new_block"), ")}", Text("ndim"), "K", 2, "sNtb", Call("numpy.core.multiarray", "_reconstruct", Import("numpy", "ndarray"), Of("K", 0, 0x85), Bytes([(byte)'b'])), Call("builtins", "slice", "K", 0, "K", 1, "N"), 0x86, "R") },
        { "a cache that keeps nothing", Of(Made("joblib.memory", "Memory"), "}(", Text("location"), "N", Text("store_backend"), "N", Text("backend"), Text("local"), "ub") },
        { "functions of paths that look at no disk", Of("](", Import("posixpath", "join"), Import("posixpath", "basename"), "e") },
        { "functions of numbers", Of("](", Import("math", "gcd"), Import("math", "isnan"), Import("operator", "is_"), Import("_operator", "index"), "e") },
        { "what functions of numbers make of a list", Call("builtins", "map", Import("math", "sqrt"), Of("](K", 1, "K", 2, "e")) },
        { "a graph", Of(Made("networkx.classes.digraph", "DiGraph"), "}(", Text("_adj"), "}", Text("_node"), "}", "ub") },
        { "vectors of words", Of(Made("gensim.models.keyedvectors", "KeyedVectors"), "}", Text("vector_size"), "K", 8, "sb") },
        { "how often words stand there", Call("nltk.probability", "FreqDist", Of("}", Text("a"), "K", 1, "s")) },
        { "the results of a regression", Of(Made("statsmodels.regression.linear_model", "RegressionResultsWrapper"), "}", Text("_results"), Made("statsmodels.regression.linear_model", "OLSResults"), "sb") },
        { "a formula of columns", Of(Made("statsmodels.base.data", "PandasData"), "}", Text("formula"), Text("y ~ a + b:c - 1"), "sb") },
        { "a graph of tensors", Of(Made("torch_geometric.data.data", "Data"), "}", Text("_store"), Of(Made("torch_geometric.data.storage", "GlobalStorage"), "}", Text("_mapping"), "}sb"), "sb") },
        { "the arguments of a command", Of(Made("argparse", "Namespace"), "}", Text("lr"), "K", 1, "sb") },
        { "half a character", Of("X", Int32(3), new byte[] { 0xED, 0xA0, 0x80 }) },
        { "a module of torchvision", Of(Made("torchvision.models.resnet", "ResNet"), "}", Text("training"), 0x88, "sb") },
        { "the arguments of a training", Of(Made("transformers.training_args", "TrainingArguments"), "}", Text("lr_scheduler_type"), Call("transformers.trainer_utils", "SchedulerType", Text("linear")), "sb") },
        { "the metadata of a distributed checkpoint", Of(Made("torch.distributed.checkpoint.metadata", "Metadata"), "}", Text("state_dict_metadata"), "}sb") },
        { "a layout of memory", Import("torch._utils", "torch.contiguous_format") },
        { "a loss with its parameter", Call("sklearn._loss._loss", "CyPinballLoss", "K", 1) },
        { "a spline's arrays", Import("scipy._lib.array_api_compat.numpy._aliases", "asarray") },
        { "an error's number", Call("signal", "Signals", "K", 2) },
    };

    [Theory]
    [MemberData(nameof(Honest))]
    public void What_libraries_pickle_is_clean(string what, byte[] pickle)
    {
        var found = Inspect(pickle);
        Assert.True(found.Verdict == InspectionVerdict.Clean, what + ": " + string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Theory]
    [InlineData("dill._dill", "_create_function")]
    [InlineData("requests.sessions", "Session")]
    [InlineData("unittest.mock", "sentinel.x")]
    [InlineData("joblib._store_backends", "FileSystemStoreBackend")]
    public void Data_of_others_is_unknown_and_not_dangerous(string module, string name) => Assert.Equal(InspectionVerdict.Suspicious, Inspect(Import(module, name)).Verdict);

    [Theory]
    [InlineData("os", "system", "which runs commands")]
    [InlineData("os", "syst\u00e9m", "which belongs to a module that runs commands")]
    [InlineData("socket", "IPPROTO_TCP", "which belongs to a module that reaches the network")]
    public void What_a_name_does_is_said_of_names_that_do_it(string module, string name, string expected) =>
        Assert.Contains(expected, Inspect(Import(module, name)).Findings.Single(finding => finding.Code == "PKL101").Message);

    [Fact]
    public void A_type_of_negative_size_is_survived() =>
        Assert.NotNull(Inspect(Call("numpy.core.multiarray", "scalar", Call("numpy", "dtype", Text("V-9223372036854775808"), 0x89, 0x88), Bytes(1, 2, 3))));

    [Fact]
    public void No_name_is_known_in_two_ways()
    {
        // A name that may be called is judged as such before it is judged as held.
        Assert.Equal(ImportStanding.Harmless, KnownImports.Judge("collections", "OrderedDict").Standing);
        Assert.Equal(ImportStanding.Held, KnownImports.Judge("numpy", "sum").Standing);
        Assert.Equal(ImportStanding.Unknown, KnownImports.Judge("numpy", "sum.x").Standing);
        Assert.Equal(ImportStanding.Unknown, KnownImports.Judge("statsmodels.api", "OLS").Standing);
        Assert.Equal(ImportStanding.Unknown, KnownImports.Judge("numpy", "").Standing);
    }

    private const string Template = "\ndef _parse_args(self, df,  loc=0, scale=1):\n    return (df, ), loc, scale\n\ndef _parse_args_rvs(self, df,  loc=0, scale=1, size=None):\n"
        + "    return self._argcheck_rvs(df,  loc, scale, size=size)\n\ndef _parse_args_stats(self, df,  loc=0, scale=1, moments='mv'):\n    return (df, ), loc, scale, moments\n";

    private static byte[] Maker => Getter(Import("scipy.stats._stats_py", "TtestResult"), "__new__");

    private static byte[] Arrow(string type, byte length, params byte[][] buffers) => Arrow(type, length, 0, buffers);

    private static byte[] Arrow(string type, byte length, int nulls, params byte[][] buffers) =>
        Call("pyarrow.lib", "_restore_array", Of("(", Call("pyarrow.lib", "type_for_alias", Text(type)), "K", (int)length, "J", BitConverter.GetBytes(nulls), "K", 0, "](N", buffers.SelectMany(buffer => Call("pyarrow.lib", "py_buffer", Bytes(buffer))).ToArray(), "e]Nt"));

    private static byte[] Made(string module, string name) => Of(Import(module, name), ")", NewObj);

    private static byte[] Getter(byte[] owner, string attribute) => Call("builtins", "getattr", owner, Text(attribute));

    private static byte[] Call(string module, string name, params object[] arguments) => Of(Import(module, name), "(", Of(arguments), "tR");

    private static FileInspection Inspect(byte[] value) => PickleMachineTests.Inspect(Of(Proto(4), value, Stop));
}
