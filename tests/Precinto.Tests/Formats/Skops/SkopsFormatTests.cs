using System.Text;
using Precinto.Formats.Skops;
using Precinto.Inspection;
using Precinto.Tests.Formats.Numpy;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Skops;

public sealed class SkopsFormatTests
{
    [Fact]
    public void A_model_of_scikit_learn_is_clean_and_states_what_it_is()
    {
        var found = Inspect(Make(Model("")), "a.skops");
        Assert.True(found is { Format: "skops", Verdict: InspectionVerdict.Clean }, found.Format + string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
        Assert.Equal(("scikit-learn", "1.3.0", "LogisticRegression", 4L), (found.Facts.Framework, found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.FeatureCount));
        Assert.Contains(found.Facts.Settings, setting => setting.Key == "C" && setting.Value.Equals(ScalarValue.From(1.5)));
        Assert.Equal("1.npy", Assert.Single(found.Facts.Tensors).Name);
    }

    [Theory]
    [InlineData("sklearn.tree._classes", "DecisionTreeRegressor", "ObjectNode")]
    [InlineData("numpy.random.mtrand", "RandomState", "RandomStateNode")]
    [InlineData("sklearn.tree._tree", "Tree", "TreeNode")]
    [InlineData("numpy", "float64", "TypeNode")]
    [InlineData("builtins", "str", "TypeNode")]
    [InlineData("collections", "OrderedDict", "DictNode")]
    [InlineData("scipy.sparse._csr", "csr_matrix", "SparseMatrixNode")]
    [InlineData("operator", "itemgetter", "OperatorFuncNode")]
    [InlineData("__main__", "DivideColumns", "ObjectNode")]
    public void A_known_type_is_clean(string module, string name, string loader)
    {
        var found = Inspect(Make(Model(Node(module, name, loader))), "a.skops");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Theory]
    [InlineData("os", "system", "FunctionNode", "SKO101")]
    [InlineData("builtins", "eval", "TypeNode", "SKO101")]
    [InlineData("subprocess", "Popen", "ObjectNode", "SKO101")]
    [InlineData("sklearn.utils.os", "system", "FunctionNode", "SKO101")]
    [InlineData("operator", "methodcaller", "OperatorFuncNode", "SKO101")]
    [InlineData("operator", "call", "OperatorFuncNode", "SKO101")]
    [InlineData("sklearn.linear_model._sgd_fast", "methodcaller", "OperatorFuncNode", "SKO102")]
    [InlineData("builtins", "int", "ListNode", "SKO102")]
    public void What_reaches_further_is_dangerous(string module, string name, string loader, string code)
    {
        var found = Inspect(Make(Model(Node(module, name, loader))), "a.skops");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_function_is_judged_by_what_is_imported_and_not_by_what_is_shown()
    {
        const string Function = """{"__class__": "expit", "__module__": "scipy.special._ufuncs", "__loader__": "FunctionNode", "content": {"module_path": "os", "function": "system"}}""";
        AssertFinding(Inspect(Make(Model(Function)), "a.skops"), SkopsRules.DangerousName);
    }

    [Fact]
    public void A_function_is_judged_by_what_it_shows_also_where_it_has_a_content()
    {
        const string Function = """{"__class__": "system", "__module__": "os", "__loader__": "FunctionNode", "content": {"module_path": "numpy", "function": "add"}}""";
        AssertFinding(Inspect(Make(Model(Function)), "a.skops"), SkopsRules.DangerousName);
    }

    [Fact]
    public void No_number_of_unknown_types_hides_a_dangerous_name()
    {
        var unknown = string.Join(", ", Enumerable.Range(0, 2001).Select(index => Node("foo", $"X{index}", "TypeNode")));
        var found = Inspect(Make("{\"__class__\": \"list\", \"__module__\": \"builtins\", \"__loader__\": \"ListNode\", \"content\": [" + Node("os", "system", "FunctionNode") + ", " + unknown + "]}"), "a.skops");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    [Theory]
    [InlineData("x/y.npy")]
    [InlineData("a.json")]
    public void A_schema_is_one_in_any_archive_by_any_name_in_any_encoding(string neighbour)
    {
        var schema = Model(Node("os", "system", "FunctionNode"));
        byte[][] forms = [Encoding.UTF8.GetBytes(schema), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(schema)], Encoding.Unicode.GetBytes(schema), [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(schema)]];
        foreach (var form in forms)
        {
            foreach (var name in (ReadOnlySpan<string>)["a.zip", "a.bin", "a.skops"])
                AssertFinding(Inspect(ZipForge.Make(new(neighbour, "{}"u8.ToArray()), new ForgedMember("schema.json", form)), name), SkopsRules.DangerousName);
        }

        Assert.DoesNotContain(Inspect(ZipForge.Make(new ForgedMember("schema.json", "{\"a\": 1}"u8.ToArray()), new("a.json", "{}"u8.ToArray())), "a.zip").Findings, finding => finding.Code.StartsWith("SKO", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ConstructorFromReduceNode", "sklearn._loss._loss", "CyHalfSquaredError")]
    [InlineData("_DictWithDeprecatedKeysNode", "builtins", "dict")]
    public void The_loaders_of_scikit_learn_are_known(string loader, string module, string name) =>
        Assert.DoesNotContain(Inspect(Make(Model(Node(module, name, loader))), "a.skops").Findings, finding => finding.Rule == SkopsRules.UnknownLoader);

    [Theory]
    [InlineData("""{"__class__": "Tree", "__module__": "sklearn.tree._tree", "__loader__": "MethodNode", "content": {"func": "__reduce__", "obj": {}}}""", "SKO101")]
    [InlineData("""{"__class__": "Tree", "__module__": "sklearn.tree._tree", "__loader__": "MethodNode", "content": {"func": "predict", "obj": {"__class__": "Path", "__module__": "pathlib", "__loader__": "ObjectNode"}}}""", "SKO102")]
    [InlineData("""{"__class__": "Tree", "__module__": "sklearn.tree._tree", "__loader__": "MethodNode", "content": {"func": "predict", "obj": {"__class__": "Tree", "__module__": "sklearn.tree._tree", "__loader__": "TreeNode"}}}""", "SKO105")]
    [InlineData("""{"__class__": "Mystery", "__module__": "somewhere", "__loader__": "ObjectNode"}""", "SKO103")]
    [InlineData("""{"__class__": "helper", "__module__": "__main__", "__loader__": "FunctionNode"}""", "SKO103")]
    [InlineData("""{"__class__": "dict", "__module__": "builtins", "__loader__": "EvalNode"}""", "SKO104")]
    public void What_cannot_be_judged_is_not_clean(string node, string code)
    {
        var found = Inspect(Make(Model(node)), "a.skops");
        Assert.NotEqual(InspectionVerdict.Clean, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{")]
    [InlineData("""{"__loader__": "DictNode", "__loader__": "ObjectNode"}""")]
    public void A_schema_that_is_none_is_malformed(string schema) => Assert.Equal(InspectionVerdict.Malformed, Inspect(Make(schema), "a.skops").Verdict);

    [Fact]
    public void A_schema_in_other_case_is_read_and_malformed()
    {
        var found = Inspect(ZipForge.Make(new ForgedMember("Schema.json", Encoding.UTF8.GetBytes(Model(Node("os", "system", "FunctionNode"))))), "a.skops");
        AssertFinding(found, SkopsRules.DangerousName);
        AssertFinding(found, InspectionRules.Malformed);
    }

    [Fact]
    public void Hostile_bytes_are_survived() => AssertFlipsAreSurvived(Make(Node("sklearn.tree._tree", "Tree", "TreeNode")), "a.skops");

    [Fact]
    public void The_collected_file_is_clean()
    {
        var found = Inspect(Fixtures.Read("inspect", "benign/modelaudit/samples/pipeline.skops"), "pipeline.skops");
        Assert.Equal(("skops", InspectionVerdict.Clean, "Pipeline"), (found.Format, found.Verdict, found.Facts.Type));
    }

    private static string Node(string module, string name, string loader) =>
        "{\"__class__\": \"" + name + "\", \"__module__\": \"" + module + "\", \"__loader__\": \"" + loader + "\", \"content\": {}}";

    private static string Model(string node) => """
        {"__class__": "LogisticRegression", "__module__": "sklearn.linear_model._logistic", "__loader__": "ObjectNode", "_skops_version": "0.9", "protocol": 1, "content":
        {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "key_types": {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": []}, "content": {
        "C": {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "1.5", "is_json": true},
        "n_features_in_": {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "4", "is_json": true},
        "_sklearn_version": {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "\"1.3.0\"", "is_json": true},
        "coef_": {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "type": "numpy", "file": "1.npy"}
        """ + (node.Length > 0 ? ", \"x\": " + node : "") + "}}}";

    private static byte[] Make(string schema) =>
        ZipForge.Make(new("1.npy", NumpyFormatTests.Array("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", 32)), new ForgedMember("schema.json", Encoding.UTF8.GetBytes(schema)) { Deflate = true });
}
