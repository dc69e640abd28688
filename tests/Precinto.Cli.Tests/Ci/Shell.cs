using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Ci;

/// <summary>A machine of a CI system: a folder, a path with our command and stand-ins for what would be downloaded, and the variables that are set.</summary>
internal sealed class Shell : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Shell()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Runs shell scripts as on a Linux runner.");
        Directory.CreateDirectory(this["work"]);
        Directory.CreateDirectory(this["temp"]);
        Executable("bin/precinto", $"exec '{CommandProcess.Built}' \"$@\"");
        // Stands in for the download: the tool that is installed is the one that was built.
        Executable("bin/dotnet", """
            [ "$1 $2 $3 $4" = "tool install Precinto.Tool --version" ] && [ "$6" = --tool-path ] || exit 9
            # A nuget.config or global.json in the folder where it runs, or above it, would choose another tool.
            case $PWD in "$(dirname "$0" | xargs dirname)"/work*) exit 8 ;; esac
            printf '%s\n' "$*" >> "$(dirname "$0")/../installed"
            mkdir -p "$7" && cp "$(dirname "$0")/precinto" "$7/precinto"
            """);
        Variables = new(StringComparer.Ordinal)
        {
            ["PATH"] = $"{this["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
            ["HOME"] = this["temp"],
            ["TMPDIR"] = this["temp"],
            ["RUNNER_TEMP"] = this["temp"],
            ["AGENT_TEMPDIRECTORY"] = this["temp"],
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_AUTHOR_NAME"] = "Ana",
            ["GIT_AUTHOR_EMAIL"] = "ana@example.org",
            ["GIT_COMMITTER_NAME"] = "Ana",
            ["GIT_COMMITTER_EMAIL"] = "ana@example.org",
        };
    }

    public Dictionary<string, string> Variables { get; }

    public string Work => this["work"];

    public string this[string name] => _folder[name];

    /// <summary>Runs a script as the runner of GitHub does: from a file, by bash with -e and pipefail.</summary>
    public async Task<ProcessAnswer> BashAsync(string script)
    {
        var file = _folder.Write("script.sh", script);
        return await CommandProcess.RunAsync("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], Work, Variables);
    }

    public async Task<ProcessAnswer> RunAsync(string program, params string[] arguments) => await CommandProcess.RunAsync(program, arguments, Work, Variables);

    public async Task GitAsync(params string[] arguments)
    {
        var answer = await RunAsync("git", arguments);
        Assert.True(answer.Code == 0, $"git {string.Join(' ', arguments)}: {answer.Output}{answer.Error}");
    }

    /// <summary>Runs our command in the work folder and expects a yes.</summary>
    public async Task PrecintoAsync(params string[] arguments)
    {
        var answer = await RunAsync(CommandProcess.Built, arguments);
        Assert.True(answer.Code == 0, $"precinto {string.Join(' ', arguments)}: {answer.Output}{answer.Error}");
    }

    public void Write(string name, ReadOnlySpan<byte> content) => _folder.Write("work/" + name, content);

    public void Dispose() => _folder.Dispose();

    private void Executable(string name, string script)
    {
        var path = _folder.Write(name, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
