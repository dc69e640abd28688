using System.CommandLine;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto completion</c>: scripts that ask the command itself what can come next.</summary>
internal static class CompletionCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> shell = new("SHELL") { Description = "The shell" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        DocumentedCommand command = new(
            "completion",
            "Prints a script that completes the command in a shell.",
            "source <(precinto completion bash)",
            "precinto completion fish > ~/.config/fish/completions/precinto.fish",
            "precinto completion pwsh | Out-String | Invoke-Expression")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            surroundings.Output.Write(ScriptFor(parsed.GetValue(shell)!));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string ScriptFor(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => Pwsh,
    };

    // Where the command has nothing to offer, the shell completes file names.
    private const string Bash = """
        _precinto() {
            local IFS=$'\n' line="${COMP_LINE#* }" before
            before=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
            COMPREPLY=($(compgen -W "$(precinto "[suggest:$before]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _precinto precinto

        """;

    private const string Zsh = """
        #compdef precinto
        _precinto() {
            local line="${BUFFER#* }" before
            before=$((CURSOR - ${#BUFFER} + ${#line}))
            local -a found=("${(@f)$(precinto "[suggest:$before]" "$line" 2>/dev/null)}")
            if [[ -n "$found" ]]; then compadd -a found; else _files; fi
        }
        compdef _precinto precinto

        """;

    private const string Fish = """
        function __precinto_complete
            set -l line (string replace -r '^\S+\s?' '' -- (commandline -cp))
            precinto "[suggest:"(string length -- $line)"]" $line 2>/dev/null
        end
        complete -c precinto -a '(__precinto_complete)'

        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName precinto -ScriptBlock {
            param($word, $ast, $position)
            $line = $ast.ToString() -replace '^\S+\s?', ''
            $cut = $ast.ToString().Length - $line.Length
            precinto "[suggest:$([Math]::Max(0, $position - $cut))]" $line 2>$null |
                Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;
}
