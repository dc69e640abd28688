using System.Text;
using Precinto.Formats.Boosting;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Boosting;

public sealed class XgboostFormatTests
{
    [Fact]
    public void A_model_tells_its_objective_version_features_and_trees()
    {
        var found = Inspect(Model(Tree), "model.json");

        Assert.Equal(("xgboost", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("xgboost", "2.0.3", "binary:logistic", 4L), (found.Facts.Framework, found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.FeatureCount));
        Assert.Equal([new("trees", 1)], found.Facts.Parts);
        AssertTruncationsAreNoticed(Model(Tree), "model.json");
        AssertFlipsAreSurvived(Model(Tree), "model.json");
    }

    [Theory]
    [InlineData("\"left_children\": [1, -1, 3]")]
    [InlineData("\"left_children\": [1, -1, -2]")]
    [InlineData("\"left_children\": [0, -1, -1]")]
    [InlineData("\"left_children\": [2, -1, -1]")]
    [InlineData("\"left_children\": [1, 1, -1]")]
    [InlineData("\"left_children\": [1, -1]")]
    [InlineData("\"left_children\": [1, -1, 9000000000]")]
    [InlineData("\"left_children\": [1, -1, -1], \"left_children\": [1, -1, -1]")]
    [InlineData("\"none\": []")]
    [InlineData("\"left_children\": [-1, -1, -1]")]
    [InlineData("\"left_children\": [1.0, -1, -1]")]
    [InlineData("\"left_children\": [\"1\", -1, -1]")]
    public void A_tree_that_leads_beyond_itself_or_in_a_circle_is_noticed(string left) =>
        AssertFinding(Inspect(Model(Tree.Replace("\"left_children\": [1, -1, -1]", left, StringComparison.Ordinal)), "model.json"), BoostingRules.Tree);

    [Theory]
    [InlineData("\"right_children\": [2, -1, -1]", "\"right_children\": [2, -1]")]
    [InlineData("\"num_nodes\": \"3\"", "\"num_nodes\": \"4\"")]
    [InlineData("\"num_nodes\": \"3\"", "\"num_nodes\": \"many\"")]
    [InlineData("\"split_indices\": [0, 0, 0]", "\"split_indices\": [0, 0]")]
    [InlineData("\"split_indices\": [0, 0, 0]", "\"split_indices\": [4, 0, 0]")]
    [InlineData("\"split_indices\": [0, 0, 0]", "\"split_indices\": [-1, 0, 0]")]
    [InlineData("\"parents\": [2147483647, 0, 0]", "\"parents\": [2147483647, 0, 1]")]
    public void Lists_that_contradict_each_other_are_noticed(string right, string wrong) =>
        AssertFinding(Inspect(Model(Tree.Replace(right, wrong, StringComparison.Ordinal)), "model.json"), BoostingRules.Tree);

    [Theory]
    [InlineData("\"tree_info\": []")]
    [InlineData("\"tree_info\": [1]")]
    [InlineData("\"tree_info\": [-1]")]
    [InlineData("\"tree_info\": [0, 0]")]
    [InlineData("\"iteration_indptr\": [0, 2]")]
    [InlineData("\"iteration_indptr\": [2, 1]")]
    [InlineData("\"gbtree_model_param\": {\"num_trees\": \"2\"}")]
    [InlineData("\"weight_drop\": [1, 1]")]
    public void What_a_model_says_of_its_trees_must_fit_them(string claim) =>
        AssertFinding(Inspect(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Model(Tree)).Replace("\"trees\":", claim + ", \"trees\":", StringComparison.Ordinal)), "model.json"), BoostingRules.Tree);

    [Theory]
    [InlineData("2", "0, 1", InspectionVerdict.Clean)]
    [InlineData("2", "0, 2", InspectionVerdict.Suspicious)]
    [InlineData("1", "0, 1", InspectionVerdict.Suspicious)]
    public void A_leaf_of_several_outputs_names_its_vector(string outputs, string right, InspectionVerdict expected)
    {
        var tree = Tree.Replace("[2, -1, -1]", $"[2, {right}], \"leaf_weights\": [1.5, 2, 3, 4]", StringComparison.Ordinal).Replace("\"num_nodes\"", $"\"size_leaf_vector\": \"{outputs}\", \"num_nodes\"", StringComparison.Ordinal);
        Assert.Equal(expected, Inspect(Model(tree), "model.json").Verdict);
    }

    [Theory]
    [InlineData("[0]", "[1]", "[2]", InspectionVerdict.Clean)]
    [InlineData("[3]", "[1]", "[2]", InspectionVerdict.Suspicious)]
    [InlineData("[0]", "[2]", "[2]", InspectionVerdict.Suspicious)]
    [InlineData("[0]", "[-1]", "[2]", InspectionVerdict.Suspicious)]
    [InlineData("[0]", "[]", "[2]", InspectionVerdict.Suspicious)]
    public void Categories_lie_in_their_list(string nodes, string segments, string sizes, InspectionVerdict expected) =>
        Assert.Equal(expected, Inspect(Model(Tree.Replace("\"left_children\"", $"\"categories\": [4, 5, 6], \"categories_nodes\": {nodes}, \"categories_segments\": {segments}, \"categories_sizes\": {sizes}, \"left_children\"", StringComparison.Ordinal)), "model.json").Verdict);

    [Fact]
    public void A_configuration_has_no_trees() =>
        Assert.Equal(InspectionVerdict.Clean, Inspect("""{"learner": {"gradient_booster": {"name": "gbtree", "gbtree_model_param": {"num_trees": "9"}}}, "version": [3, 0, 0]}"""u8.ToArray(), "model.json").Verdict);

    [Fact]
    public void What_fits_the_trees_is_clean() =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Model(Tree)).Replace("\"trees\":", "\"tree_info\": [0], \"iteration_indptr\": [0, 1], \"gbtree_model_param\": {\"num_trees\": \"1\"}, \"trees\":", StringComparison.Ordinal)), "model.json").Verdict);

    [Fact]
    public void An_objective_that_is_no_name_is_noticed() =>
        AssertFinding(Inspect(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Model(Tree)).Replace("binary:logistic", "os.system('id')", StringComparison.Ordinal)), "model.json"), BoostingRules.Name);

    [Theory]
    [InlineData("\"num_feature\": \"4\"", "\"num_feature\": \"4294967295\"")]
    [InlineData("\"num_feature\": \"4\"", "\"num_feature\": \"4\", \"num_class\": \"2147483647\"")]
    [InlineData("\"num_feature\": \"4\"", "\"num_feature\": \"4\", \"num_target\": \"2000000000\"")]
    [InlineData("\"num_nodes\": \"3\"", "\"num_nodes\": \"3\", \"size_leaf_vector\": \"2000000000\"")]
    [InlineData("\"name\": \"binary:logistic\"", "\"name\": \"multi:softprob\", \"softmax_multiclass_param\": {\"num_class\": \"2000000000\"}")]
    [InlineData("\"trees\":", "\"gbtree_model_param\": {\"num_parallel_tree\": \"2000000000\"}, \"trees\":")]
    public void What_is_declared_and_cannot_be_there_is_noticed(string right, string wrong) =>
        AssertFinding(Inspect(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Model(Tree)).Replace(right, wrong, StringComparison.Ordinal)), "model.json"), BoostingRules.Declared);

    [Theory]
    [InlineData("+2147483647")]
    [InlineData(" 2147483647")]
    [InlineData("many")]
    public void A_number_that_is_none_is_noticed(string number) =>
        AssertFinding(Inspect(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Model(Tree)).Replace("\"learner_model_param\": {", $"\"learner_model_param\": {{\"num_class\": \"{number}\", ", StringComparison.Ordinal)), "model.json"), BoostingRules.Tree);

    [Fact]
    public void A_file_without_a_learner_is_no_model() =>
        AssertFinding(Inspect("""{"version": [1], "trees": {"learner": 1}}"""u8.ToArray(), "model.json"), InspectionRules.Malformed);

    [Fact]
    public void The_binary_form_is_read_as_the_text_is()
    {
        byte[] learner = [.. Key("learner"), (byte)'{', .. Key("gradient_booster"), (byte)'{', .. Key("model"), (byte)'{', .. Key("trees"), (byte)'[', (byte)'{',
            .. Key("tree_param"), (byte)'{', .. Key("num_nodes"), .. String("3"), (byte)'}',
            .. Key("left_children"), .. "[$l#L"u8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            .. Key("right_children"), .. "[$l#L"u8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            .. "}]}}"u8, .. Key("learner_model_param"), (byte)'{', .. Key("num_feature"), .. String("4"), .. "}}"u8];
        byte[] file = [(byte)'{', .. learner, .. Key("version"), (byte)'[', (byte)'i', 2, (byte)'i', 0, (byte)'i', 3, (byte)']', (byte)'}'];
        var found = Inspect(file, "model.ubj");

        Assert.Equal(("xgboost", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("2.0.3", 4L), (found.Facts.FrameworkVersion, found.Facts.FeatureCount));
        Assert.Equal([new("trees", 1)], found.Facts.Parts);
        AssertFinding(Inspect([.. file, 0], "model.ubj"), InspectionRules.TrailingBytes);
        AssertTruncationsAreNoticed(file, "model.ubj");
        AssertFlipsAreSurvived(file, "model.ubj");
    }

    [Fact]
    public void What_XGBoost_writes_is_clean()
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, "xgboost", """
            import numpy, xgboost
            x = numpy.random.RandomState(1).rand(200, 5); y = (x[:, 0] + x[:, 1] > 1).astype(int)
            for booster in ['gbtree', 'gblinear', 'dart']:
                model = xgboost.train({'booster': booster, 'objective': 'binary:logistic'}, xgboost.DMatrix(x, y), 3)
                model.save_model(booster + '.json'); model.save_model(booster + '.ubj')
            """);
        foreach (var path in Directory.GetFiles(folder.Path))
        {
            var found = Inspect(File.ReadAllBytes(path), Path.GetFileName(path));
            Assert.Equal(("xgboost", InspectionVerdict.Clean, 5L), (found.Format, found.Verdict, found.Facts.FeatureCount));
            Assert.Equal(path.Contains("linear", StringComparison.Ordinal) ? 0 : 3, found.Facts.Parts.Single(part => part.Key == "trees").Value);
        }
    }

    private const string Tree = """
        {"left_children": [1, -1, -1], "right_children": [2, -1, -1], "parents": [2147483647, 0, 0], "split_indices": [0, 0, 0],
         "split_conditions": [0.5, 1e3, -2], "default_left": [0, 0, 0], "tree_param": {"num_nodes": "3", "num_feature": "4"}}
        """;

    private static byte[] Model(string tree) => Encoding.UTF8.GetBytes($$$"""
        {"learner": {"gradient_booster": {"model": {"trees": [{{{tree}}}]}, "name": "gbtree"}, "learner_model_param": {"num_feature": "4"},
         "objective": {"name": "binary:logistic"}}, "version": [2, 0, 3]}
        """);

    private static byte[] Key(string name) => [(byte)'U', (byte)name.Length, .. Encoding.UTF8.GetBytes(name)];

    private static byte[] String(string text) => [(byte)'S', (byte)'L', 0, 0, 0, 0, 0, 0, 0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
