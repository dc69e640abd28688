using Precinto.Trust;
using Xunit;

namespace Precinto.Tests.Trust;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("**", "", true)]
    [InlineData("*", "anything/at all", true)]
    [InlineData("iris", "iris", true)]
    [InlineData("iris", "Iris", false)]
    [InlineData("iris", "iris2", false)]
    [InlineData("iris", "", false)]
    [InlineData("iris*", "iris", true)]
    [InlineData("iris*", "iris-2", true)]
    [InlineData("iris*", "my-iris", false)]
    [InlineData("*iris", "my-iris", true)]
    [InlineData("a*b*c", "abc", true)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "aXbX", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("[a]", "a", false)]
    [InlineData("?", "a", false)]
    public void A_star_stands_for_any_characters_and_all_else_for_itself(string pattern, string name, bool expected)
    {
        Assert.True(NamePattern.TryParse(pattern, out var parsed));
        Assert.Equal(expected, parsed.Matches(name));
        Assert.Equal(pattern, parsed.ToString());
    }

    [Fact]
    public void A_name_that_almost_fits_many_stars_costs_little()
    {
        Assert.True(NamePattern.TryParse(string.Concat(Enumerable.Repeat("a*", 127)) + "b", out var pattern));
        var time = System.Diagnostics.Stopwatch.StartNew();
        Assert.False(pattern.Matches(new string('a', 100_000)));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(5), $"{time.Elapsed}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_is_no_pattern(string? text) => Assert.False(NamePattern.TryParse(text, out _));

    [Fact]
    public void A_very_long_text_is_no_pattern() => Assert.False(NamePattern.TryParse(new string('a', 257), out _));
}
