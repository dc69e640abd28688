using Precinto.Cli.Output;
using Xunit;

namespace Precinto.Cli.Tests.Output;

public sealed class EscapingTests
{
    [Theory]
    [InlineData("plain é 模型", "plain é 模型")]
    [InlineData("a\u001b[31m", "a\\u{1b}[31m")]
    [InlineData("a\nb", "a\\u{a}b")]
    [InlineData("a\u202eb", "a\\u{202e}b")]
    [InlineData("a\\u{1b}", "a\\u{5c}u{1b}")]
    public void What_is_not_plainly_visible_is_escaped(string text, string expected) => Assert.Equal(expected, Escaping.Escape(text));

    [Fact]
    public void A_lone_surrogate_is_escaped() => Assert.Equal("a\\u{d800}", Escaping.Escape("a" + '\ud800'));
}
