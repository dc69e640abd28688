using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("precinto ver", "verify")]
    [InlineData("precinto verify m --integ", "--integrity-only")]
    [InlineData("precinto keygen --type p5", "p521")]
    [InlineData("precinto inspect m --fail-on d", "danger")]
    [InlineData("precinto attack m --only roll", "roll-back")]
    [InlineData("precinto hash m --algorithm blake", "blake2b blake3")]
    public async Task Bash_completes_what_the_command_offers(string line, string expected)
    {
        if (!File.Exists("/bin/bash"))
            Assert.Skip("There is no bash.");
        using TemporaryFolder folder = new();
        var answer = await new Scene(folder).RunAsync(["completion", "bash"], TestContext.Current.CancellationToken);
        Assert.Equal(0, answer.Code);
        var script = folder.Write("completion.bash", answer.Output);
        var checkedSyntax = await CommandProcess.RunAsync("/bin/bash", ["-n", script], folder.Path);
        Assert.Equal((0, ""), (checkedSyntax.Code, checkedSyntax.Error));

        // What bash sets before it asks a completion function.
        var words = line.Split(' ');
        var asked = await CommandProcess.RunAsync(
            "/bin/bash",
            [
                "--norc", "-c",
                """
                precinto() { "$PRECINTO_UNDER_TEST" "$@"; }
                source ./completion.bash
                COMP_LINE=$1; COMP_POINT=${#1}; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                _precinto
                echo "${COMPREPLY[*]}"
                """,
                "bash", line, .. words,
            ],
            folder.Path,
            new Dictionary<string, string> { ["PRECINTO_UNDER_TEST"] = CommandProcess.Built });
        Assert.Equal((0, "", expected), (asked.Code, asked.Error, asked.Output.Trim()));
    }

    [Theory]
    [InlineData("zsh", "compdef _precinto precinto")]
    [InlineData("fish", "complete -c precinto")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Each_shell_gets_a_script_of_its_own(string shell, string part)
    {
        using TemporaryFolder folder = new();
        var answer = await new Scene(folder).RunAsync(["completion", shell], TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Contains(part, answer.Output, StringComparison.Ordinal);
    }
}
