using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

public sealed class TrivyVersionTests
{
    [Theory]
    [InlineData("0.69.3", "0.69.3")]
    [InlineData("v0.72.0", "0.72.0")]
    [InlineData("0.70.0-rc1", "0.70.0")]
    [InlineData("0.70.0+built", "0.70.0")]
    [InlineData("dev", null)]
    [InlineData("0.69", null)]
    [InlineData("0.69.3.1", null)]
    [InlineData("0.69.-3", null)]
    [InlineData("0.69.99999999999", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_version_has_three_numbers(string? text, string? version) => Assert.Equal(version, TrivyVersion.Parse(text)?.ToString());

    [Theory]
    [InlineData("0.69.3", false)]
    [InlineData("0.69.4", true)]
    [InlineData("0.69.5", true)]
    [InlineData("0.69.6", true)]
    [InlineData("0.69.4-1", true)]
    [InlineData("0.70.0", false)]
    [InlineData("1.69.4", false)]
    public void The_versions_that_attackers_published_are_known(string text, bool isMalicious) => Assert.Equal(isMalicious, TrivyVersion.IsMalicious(TrivyVersion.Parse(text)!));
}
