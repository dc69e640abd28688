using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>Settings of a training, tokenizers, scalers and results: honest ones, and the same names abused.</summary>
public sealed class SettingsTests
{
    public static TheoryData<string, byte[]> Honest => new()
    {
        { "an activation", Import("torch._C._nn", "gelu") },
        { "a function of tensors", Import("torch._C", "_VariableFunctionsClass.cosine_similarity") },
        { "a function of boxes", Import("torchvision.ops.boxes", "box_iou") },
        { "a scaler of gradients", Of(Made("torch.amp.grad_scaler", "GradScaler"), "}", Text("_per_optimizer_states"), Call("collections", "defaultdict", Import("torch.amp.grad_scaler", "_refresh_per_optimizer_state")), "sb") },
        { "a stub of a quantised model", Of(Made("torch.ao.quantization.stubs", "QuantStub"), "}", Text("training"), 0x89, "sb") },
        { "a tokenizer of Keras", Of(Made("keras_preprocessing.text", "Tokenizer"), "}", Text("word_index"), "}sb") },
        { "a tree of OmegaConf", Tree(Of(Made("omegaconf.base", "ContainerMetadata"), "}(", Text("ref_type"), Import("typing", "Any"), Text("key_type"), "Nub")) },
        { "a dictionary with attributes", Of(Made("easydict", "EasyDict"), Text("lr"), "K", 1, "s}", Text("lr"), "K", 1, "sb") },
        { "a frozen configuration", Of(Made("yacs.config", "CfgNode"), Text("LR"), "K", 1, "s}", Text("__immutable__"), 0x88, "sb") },
        { "a munch", Of(Made("munch", "Munch"), "}", Text("lr"), "K", 1, "sb") },
        { "what an estimator asks for", Of(Made("sklearn.utils._metadata_requests", "MetadataRequest"), "}", Text("owner"), Text("SVC"), "sb") },
        { "a function of SciPy that moved", Import("scipy.special._special_ufuncs", "expit") },
        { "a bound tokenizer", Getter(Made("nltk.tokenize.regexp", "RegexpTokenizer"), "tokenize") },
        { "a bound pattern", Getter(Call("re", "_compile", Text("\\w+"), "K", 32), "findall") },
        { "a bandwidth", Getter(Made("scipy.stats._kde", "gaussian_kde"), "silverman_factor") },
        { "autoregressions", Of(Made("statsmodels.tsa.vector_ar.var_model", "VARResultsWrapper"), "}", Text("_results"), Made("statsmodels.tsa.vector_ar.var_model", "VARResults"), "sb") },
        { "similarities", Of(Made("gensim.similarities.docsim", "MatrixSimilarity"), "}", Text("num_best"), "Nsb") },
        { "a classifier of texts", Of(Made("nltk.classify.scikitlearn", "SklearnClassifier"), "}", Text("_clf"), Made("sklearn.svm._classes", "LinearSVC"), "sb") },
        { "a tree of words", Of(Made("nltk.tree.tree", "Tree"), "(", Text("a"), Text("b"), "e}", Text("_label"), Text("S"), "sb") },
        { "an index of old", Call("pandas.core.index", "_new_Index", Import("pandas.core.index", "Int64Index"), "}") },
        { "a type of times", Call("pyarrow.lib", "timestamp", Text("ns"), "N") },
        { "an error of a command", Call("subprocess", "CalledProcessError", "K", 1, Text("ls")) },
        { "times of a process", Call("posix", "times_result", Of("K", 1, "K", 2, 0x86), "}") },
    };

    [Theory]
    [MemberData(nameof(Honest))]
    public void What_libraries_keep_is_clean(string what, byte[] pickle)
    {
        var found = Inspect(pickle);
        Assert.True(found.Verdict == InspectionVerdict.Clean, what + ": " + string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    public static TheoryData<string, string, byte[]> Abused => new()
    {
        { "an activation called", "PKL203", Call("torch._C._nn", "gelu", "K", 1) },
        { "a function of tensors that reads a file", "PKL1", Import("torch._C", "_VariableFunctionsClass.from_file") },
        { "an inner name of the functions of tensors", "PKL", Import("torch._C", "_VariableFunctionsClass.__subclasses__") },
        { "a path through a function of tensors", "PKL", Import("torch._C", "_VariableFunctionsClass.cat.x") },
        { "a scaler called", "PKL203", Call("torch.amp.grad_scaler", "GradScaler", Text("cuda")) },
        { "an item that BUILD calls", "PKL106", Of(Made("yacs.config", "CfgNode"), Text("__setstate__"), Import("numpy", "sum"), "sK", 1, "b") },
        { "an item that BUILD calls, in another dictionary", "PKL106", Of(Made("lightning.fabric.utilities.data", "AttributeDict"), Text("__setstate__"), Import("numpy", "sum"), "sK", 1, "b") },
        { "an item that APPEND calls", "PKL213", Of(Made("munch", "Munch"), Text("append"), Import("numpy", "sum"), "sK", 1, "a") },
        { "a state of a dictionary with attributes that is called", "PKL106", Of(Made("easydict", "EasyDict"), "}", Text("__setstate__"), Import("numpy", "sum"), "sb") },
        { "a state in a dictionary of another kind", "PKL106", Of(Made("types", "SimpleNamespace"), Made("collections", "OrderedDict"), Text("__setstate__"), Import("numpy", "sum"), "sb") },
        { "a dictionary that looks through another", "PKL203", Of(Made("easydict", "EasyDict"), Text("a"), Made("yacs.config", "CfgNode"), "s") },
        { "a list of settings, walked", "PKL203", Call("builtins", "list", Made("omegaconf.listconfig", "ListConfig")) },
        { "a tree of OmegaConf described by a tree", "PKL203", Tree(Made("omegaconf.dictconfig", "DictConfig")) },
        { "a tree of OmegaConf whose type is a tree", "PKL203", Tree(Of(Made("omegaconf.base", "ContainerMetadata"), "}", Text("ref_type"), Made("omegaconf.dictconfig", "DictConfig"), "sb")) },
        { "a tree of OmegaConf with a state that is no dictionary", "PKL203", Of(Made("omegaconf.dictconfig", "DictConfig"), Made("collections", "OrderedDict"), "b") },
        { "an item of a tree of OmegaConf", "PKL213", Of(Made("omegaconf.dictconfig", "DictConfig"), Text("a"), Text("${oc.env:HOME}"), "s") },
        { "a table's method as a tokenizer", "PKL203", Getter(Made("pandas.core.frame", "DataFrame"), "tokenize") },
        { "words in another language", "PKL203", Of(Call("functools", "partial", Import("nltk.tokenize", "word_tokenize")), "(", Import("nltk.tokenize", "word_tokenize"), ")}", Text("language"), Text("../../x"), "sNtb") },
        { "similarities kept elsewhere", "PKL201", Made("gensim.similarities.docsim", "Similarity") },
        { "a method that a tree of words has of its own", "PKL106", Of(Made("nltk.tree.tree", "Tree"), "}", Text("append"), Import("numpy", "sum"), "sb(", Text("a"), "e") },
        { "a command that ran", "PKL1", Call("subprocess", "Popen", Text("id")) },
        { "a tensor over several machines", "PKL201", Made("torch.distributed.tensor", "DTensor") },
        { "a call over several machines", "PKL1", Call("torch.distributed.rpc", "rpc_sync", Text("x")) },
    };

    [Theory]
    [MemberData(nameof(Abused))]
    public void The_same_names_abused_are_not(string what, string code, byte[] pickle)
    {
        var found = Inspect(pickle);
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        Assert.True(found.Findings.Any(finding => finding.Code.StartsWith(code, StringComparison.Ordinal)), what + ": " + string.Join(" ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    private static byte[] Tree(byte[] description) => Of(Made("omegaconf.dictconfig", "DictConfig"), "}(", Text("_metadata"), description, Text("_content"), "}ub");

    private static byte[] Made(string module, string name) => Of(Import(module, name), ")", NewObj);

    private static byte[] Getter(byte[] owner, string attribute) => Call("builtins", "getattr", owner, Text(attribute));

    private static byte[] Call(string module, string name, params object[] arguments) => Of(Import(module, name), "(", Of(arguments), "tR");

    private static FileInspection Inspect(byte[] value) => PickleMachineTests.Inspect(Of(Proto(4), value, Stop));
}
