using System.Diagnostics;
using System.Text;
using Precinto.Tests.Shared;

namespace Precinto.Cli.Tests.Documentation;

/// <summary>Runs the commands of a page, one after the other, in a folder with a copy of the samples. The command is the executable that was built.</summary>
internal sealed class TranscriptRunner : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _exports = [];
    private string _current;

    public TranscriptRunner()
    {
        _current = Directory.CreateDirectory(_folder["work"]).FullName;
        var keys = Directory.CreateDirectory(_folder["keys"]);
        CopyFolder(new(Repository.PathOf("samples")), Path.Combine(_current, "samples"));
        var executable = Path.Combine(AppContext.BaseDirectory, "Precinto.Cli");
        Directory.CreateDirectory(_folder["bin"]);
        File.WriteAllText(_folder["bin/precinto"], $"#!/bin/sh\nexec '{executable}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["bin/precinto"], (UnixFileMode)0b111_101_101);
            keys.UnixFileMode = (UnixFileMode)0b111_000_000;
        }
    }

    /// <summary>Puts a copy of a folder where the commands run.</summary>
    public void Copy(string source, string name) => CopyFolder(new(source), Path.Combine(_current, name));

    /// <summary>Why a block cannot be run here, or null.</summary>
    public static string? WhyNot(IEnumerable<TranscriptStep> steps)
    {
        if (OperatingSystem.IsWindows())
            return "the pages show commands of a POSIX shell";

        var commands = steps.SelectMany(step => step.Command.Split((char[])[' ', '\n', '('])).ToHashSet(StringComparer.Ordinal);
        return Array.Find(Tools, tool => commands.Contains(tool) && !Exists(tool)) is { } missing ? $"{missing} is not installed" : null;
    }

    /// <summary>Runs a step and says what went otherwise than the page shows; null where nothing did.</summary>
    public string? Run(TranscriptStep step)
    {
        var end = _folder["end"];
        var (code, output, error) = RunShell($"{string.Join('\n', _exports)}\ncd '{_current}'\n{step.Command}\ncode=$?\npwd > '{end}'\nexit $code");
        if (step.Command.StartsWith("export ", StringComparison.Ordinal) || step.Command.StartsWith("unset ", StringComparison.Ordinal))
            _exports.Add(step.Command);
        _current = File.Exists(end) ? File.ReadAllText(end).TrimEnd('\n') : _current;

        // On a terminal answer and talk stand in the order in which they are written, which is not defined between two streams.
        if (code == step.ExitCode && (step.Shows(output + error) || step.Shows(error + output)))
            return null;

        return $"""
            $ {step.Command}
            [exit {code}], the page says {step.ExitCode}
            stdout:
            {output}
            stderr:
            {error}
            the page:
            {string.Join('\n', step.Output)}
            """;
    }

    public void Dispose()
    {
        if (Exists("gpgconf"))
            RunShell("gpgconf --kill all");
        _folder.Dispose();
    }

    private (int Code, string Output, string Error) RunShell(string script)
    {
        ProcessStartInfo start = new("bash", ["--norc", "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["PATH"] = $"{_folder["bin"]}:{start.Environment["PATH"]}";
        start.Environment["GNUPGHOME"] = _folder["keys"];
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        // A page shows what a user sees, also where the tests run in CI.
        foreach (var name in new[] { "PRECINTO_POLICY", "SOURCE_DATE_EPOCH", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "TF_BUILD", "BUILD_SOURCESDIRECTORY" })
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"This did not end: {script}");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static bool Exists(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static void CopyFolder(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles())
            File.WriteAllBytes(Path.Combine(target, file.Name), File.ReadAllBytes(file.FullName));
        foreach (var folder in source.EnumerateDirectories())
            CopyFolder(folder, Path.Combine(target, folder.Name));
    }

    private static readonly string[] Tools = ["gpg", "openssl", "sha256sum", "cmp", "git"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
}
