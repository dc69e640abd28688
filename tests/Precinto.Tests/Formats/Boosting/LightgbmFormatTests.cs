using System.Text;
using Precinto.Formats.Boosting;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Boosting;

public sealed class LightgbmFormatTests
{
    [Fact]
    public void A_model_tells_its_version_objective_features_and_trees()
    {
        var found = Inspect(Encoding.ASCII.GetBytes(Model), "model.txt");

        Assert.Equal(("lightgbm", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("v4", "binary sigmoid:1", 4L), (found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.FeatureCount));
        Assert.Equal([new("trees", 2)], found.Facts.Parts);
        AssertFlipsAreSurvived(Encoding.ASCII.GetBytes(Model), "model.txt");
        AssertTruncationsAreNoticed(Encoding.ASCII.GetBytes(Model), "model.txt", length => length >= Model.IndexOf("end of trees", StringComparison.Ordinal) + 12);
    }

    [Theory]
    [InlineData("left_child=1 -1", "left_child=1 0")]
    [InlineData("left_child=1 -1", "left_child=2 -1")]
    [InlineData("left_child=1 -1", "left_child=1 1")]
    [InlineData("left_child=1 -1", "left_child=1 -4")]
    [InlineData("left_child=1 -1", "left_child=1")]
    [InlineData("left_child=1 -1", "left_child=1 -1\nleft_child=1 -1")]
    [InlineData("leaf_value=0.1 0.2 0.3", "leaf_value=0.1 0.2")]
    [InlineData("left_child=1 -1\n", "")]
    [InlineData("split_feature=0 1", "split_feature=0 4")]
    [InlineData("split_feature=0 1", "split_feature=0 -1")]
    [InlineData("decision_type=2 2", "decision_type=2 1")]
    [InlineData("num_cat=0\nsplit_feature=0 1", "num_cat=1\nsplit_feature=0 1")]
    [InlineData("num_cat=0\nsplit_feature=0 1", "num_cat=1\ncat_boundaries=0 9\ncat_threshold=1 2\nsplit_feature=0 1")]
    public void A_tree_that_leads_beyond_itself_or_in_a_circle_is_noticed(string right, string wrong) =>
        AssertFinding(Inspect(Encoding.ASCII.GetBytes(Model.Replace(right, wrong, StringComparison.Ordinal)), "model.txt"), BoostingRules.Tree);

    [Theory]
    [InlineData("num_cat=0\nsplit_feature=0 1\nthreshold=0.5 0.25\ndecision_type=2 2", "num_cat=1\nsplit_feature=0 3\nthreshold=0.5 0\ndecision_type=2 1\ncat_boundaries=0 2\ncat_threshold=5 1")]
    [InlineData("objective=binary sigmoid:1", "objective=multiclass num_class:3")]
    [InlineData("a=1", "a=1\na b=c=12\n\nparameters:\n[boosting: gbdt]\n[machines: ]\nend of parameters\n\npandas_categorical:[[\"x\", 1]]")]
    public void What_LightGBM_writes_is_clean(string one, string other) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.ASCII.GetBytes(Model.Replace(one, other, StringComparison.Ordinal)), "model.txt").Verdict);

    [Theory]
    [InlineData("feature importances:\na=1", InspectionVerdict.Clean)]
    [InlineData("pandas_categorical:null", InspectionVerdict.Clean)]
    [InlineData("parameters", InspectionVerdict.Malformed)]
    public void Before_version_2_3_no_line_ends_the_trees(string tail, InspectionVerdict expected)
    {
        var trees = Model[..Model.IndexOf("end of trees", StringComparison.Ordinal)].Replace("version=v4", "version=v2", StringComparison.Ordinal);
        Assert.Equal(expected, Inspect(Encoding.ASCII.GetBytes(trees + "\n" + tail + "\n"), "model.txt").Verdict);
        Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.ASCII.GetBytes(trees.Replace("v2", "v3", StringComparison.Ordinal) + "\n" + tail + "\n"), "model.txt").Verdict);
    }

    [Theory]
    [InlineData("os.system('id')")]
    [InlineData("binary;{x}")]
    public void An_objective_that_is_no_name_is_noticed(string objective) =>
        AssertFinding(Inspect(Encoding.ASCII.GetBytes(Model.Replace("binary sigmoid:1", objective, StringComparison.Ordinal)), "model.txt"), BoostingRules.Name);

    [Theory]
    [InlineData("import os")]
    [InlineData("\0\0\0\0")]
    [InlineData("parameters:\n[a: 1]\nanything=1\nend of parameters")]
    [InlineData("tree\nversion=v4")]
    public void What_follows_the_trees_and_is_no_part_of_the_model_is_noticed(string text) =>
        AssertFinding(Inspect(Encoding.ASCII.GetBytes(Model + "\n" + text), "model.txt"), InspectionRules.TrailingBytes);

    [Theory]
    [InlineData("num_leaves=3", "num_leaves=0")]
    [InlineData("split_feature=0 1", "split_feature=0 x")]
    [InlineData("num_leaves=3", "num_leaves=99999999999")]
    [InlineData("num_leaves=3\n", "")]
    [InlineData("left_child=1 -1", "left_child=one -1")]
    [InlineData("end of trees", "end")]
    public void What_cannot_be_read_is_malformed(string right, string wrong) =>
        AssertFinding(Inspect(Encoding.ASCII.GetBytes(Model.Replace(right, wrong, StringComparison.Ordinal)), "model.txt"), InspectionRules.Malformed);

    private static readonly string Model = """
        tree
        version=v4
        num_class=1
        max_feature_idx=3
        objective=binary sigmoid:1
        feature_names=a b c d
        tree_sizes=300 100

        Tree=0
        num_leaves=3
        num_cat=0
        split_feature=0 1
        threshold=0.5 0.25
        decision_type=2 2
        left_child=1 -1
        right_child=-2 -3
        leaf_value=0.1 0.2 0.3
        shrinkage=1


        Tree=1
        num_leaves=1
        num_cat=0
        split_feature=
        left_child=
        right_child=
        leaf_value=0.5


        end of trees

        feature_importances:
        a=1
        """.ReplaceLineEndings("\n");
}
