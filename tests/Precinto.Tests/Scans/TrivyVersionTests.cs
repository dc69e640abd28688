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
    [InlineData("0.69.3", true)]
    [InlineData("v0.69.4-rc1", true)]
    [InlineData("dev", true)]
    [InlineData(null, true)]
    [InlineData(" 0.69.4 ", false)]
    [InlineData("0.69.4\u200b", false)]
    [InlineData("V0.69.4", false)]
    [InlineData("0.69.4.0", false)]
    [InlineData("latest", false)]
    [InlineData("", false)]
    public void A_report_is_by_a_version_or_by_one_that_somebody_built(string? text, bool isRead)
    {
        if (isRead)
            Assert.Equal(text, TrivyVersion.Read(text));
        else
            Assert.Throws<System.Text.Json.JsonException>(() => TrivyVersion.Read(text));
    }

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
