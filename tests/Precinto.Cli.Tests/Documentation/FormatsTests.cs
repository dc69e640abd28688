using Precinto.Inspection;
using Xunit;

namespace Precinto.Cli.Tests.Documentation;

public sealed class FormatsTests
{
    [Fact]
    public void Every_format_has_one_row_and_every_row_a_format()
    {
        var rows = MarkdownPage.Read("docs/formats.md").Prose.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        Assert.Equal(Inspector.FormatNames.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_estimators_that_are_computed_stand_on_the_page()
    {
        var page = Repository.Read("docs/formats.md");
        foreach (var name in Inference.ScikitLearn.EstimatorReader.Supported.Split([", ", " and ", " or "], StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(' ')[^1]))
            if (char.IsUpper(name[0]))
                Assert.True(page.Contains(name, StringComparison.Ordinal), name);
    }
}
