using Precinto.Trust;
using Xunit;

namespace Precinto.Tests.Trust;

public sealed class ModelVersionTests
{
    [Fact]
    public void Versions_are_ordered_as_Semantic_Versioning_says()
    {
        // Section 11.4 of SemVer 2.0.0, and numbers beyond every machine word.
        string[] ordered =
        [
            "0", "0.9.9", "1.0.0-0", "1.0.0-2", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0-100000000000000000000",
            "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
            "1.0.0", "1.0.0.1", "1.0.1", "1.2", "1.10", "2", "18446744073709551615",
        ];
        for (var left = 0; left < ordered.Length; left++)
            for (var right = 0; right < ordered.Length; right++)
                Assert.Equal(Math.Sign(left.CompareTo(right)), Math.Sign(Parse(ordered[left]).CompareTo(Parse(ordered[right]))));
    }

    [Theory]
    [InlineData("1", "1.0.0.0")]
    [InlineData("v1.2", "V1.2.0")]
    [InlineData("1.0.0+build", "1.0.0+other")]
    public void What_differs_in_writing_only_is_equal(string left, string right)
    {
        Assert.True(Parse(left) == Parse(right));
        Assert.Equal(Parse(left).GetHashCode(), Parse(right).GetHashCode());
        Assert.True(Parse(left) <= Parse(right) && Parse(left) >= Parse(right));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v")]
    [InlineData("vv1")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..2")]
    [InlineData("1.2.3.4.5")]
    [InlineData("-1")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0-a..b")]
    [InlineData("1.0.0+")]
    [InlineData("1 ")]
    [InlineData("\u0661")]
    [InlineData("latest")]
    [InlineData("18446744073709551616")]
    public void What_cannot_be_compared_is_no_version(string? text) => Assert.False(ModelVersion.TryParse(text, out _));

    private static ModelVersion Parse(string text) => ModelVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
