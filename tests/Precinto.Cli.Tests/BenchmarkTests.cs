using System.Globalization;
using System.Text.RegularExpressions;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>bench/inspect.py, with stand-ins for the other scanners: who measures badly says nothing of anybody.</summary>
public sealed class BenchmarkTests
{
    [Fact]
    public async Task Scanners_stand_side_by_side_and_one_that_breaks_has_flagged_nothing()
    {
        using TemporaryFolder folder = Prepare();
        folder.Write("malicious/a.pkl", "cos\nsystem\n(S'id'\ntR.");
        folder.Write("malicious/b.pkl", "cos\nsystem\n.");
        folder.Write("benign/c.pkl", "(lp0\nI1\na.");
        Write(folder, "fickling", "echo 'Traceback (most recent call last):' >&2; exit 1");
        Write(folder, "picklescan", "exit 1");
        Write(folder, "modelscan", "exit 0");

        var answer = await RunAsync(folder, Script, CommandProcess.Built, "--malicious", folder["malicious"], "--benign", folder["benign"], "--rounds", "1");

        Assert.True(answer.Code == 0, answer.Error);
        Assert.Contains("left out: modelaudit\n", answer.Output, StringComparison.Ordinal);
        Assert.Contains("2 malicious files, 1 benign ones", answer.Output, StringComparison.Ordinal);
        var rows = Row.Matches(answer.Output).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["count"].Captures.Select(count => count.Value).ToArray(), StringComparer.Ordinal);
        Assert.Equal(["2", "0", "0", "0"], rows["precinto"]);
        Assert.Equal(["2", "0", "1", "0"], rows["picklescan"]);
        Assert.Equal(["0", "0", "0", "0"], rows["modelscan"]);
        Assert.Equal(["0", "2", "0", "1"], rows["fickling"]);
        Assert.Matches(@"(?m)^one tiny file, median of 1$", answer.Output);
        Assert.Matches(@"(?m)^  sha256sum +[\d.]+ +1\.00x +\d+$", answer.Output);
        Assert.Matches(@"(?m)^  fickling +[\d.]+ +[\d.]+x +\d+  failed$", answer.Output);
    }

    [Fact]
    public async Task All_malicious_files_that_it_makes_itself_are_found()
    {
        using TemporaryFolder folder = Prepare();
        folder.Write("benign/c.pkl", "(lp0\nI1\na.");

        var answer = await RunAsync(folder, Script, CommandProcess.Built, "--benign", folder["benign"], "--rounds", "1");

        Assert.True(answer.Code == 0, answer.Error);
        Assert.Matches(@"(?m)^  precinto +(\d+) \(100\.0 %\) +0 +0 \(0\.0 %\) +0 ", answer.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bench.GNU_TIME = '/nonexistent'; ")]
    public async Task Memory_is_that_of_the_child_and_of_nothing_else(string without)
    {
        using TemporaryFolder folder = Prepare();
        var program = "import importlib.util, sys; specification = importlib.util.spec_from_file_location('bench', sys.argv[1]); bench = importlib.util.module_from_spec(specification); "
            + $"specification.loader.exec_module(bench); {without}held = bytearray(200 << 20); "
            + "print(bench.memory(['true'])); print(bench.memory([sys.executable, '-c', 'bytearray(100 << 20)']))";

        var answer = await RunAsync(folder, "-c", program, Script);

        Assert.True(answer.Code == 0, answer.Error);
        var megabytes = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(megabytes[0], 0.1, 40);
        Assert.InRange(megabytes[1], 100, 160);
    }

    private static TemporaryFolder Prepare()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Python), "The benchmark runs in Debian's Python.");
        TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["bin"]);
        return folder;
    }

    private static void Write(TemporaryFolder folder, string scanner, string script)
    {
        var path = folder.Write($"bin/{scanner}", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    private static Task<ProcessAnswer> RunAsync(TemporaryFolder folder, params string[] arguments) =>
        CommandProcess.RunAsync(Python, arguments, folder.Path, new Dictionary<string, string> { ["PATH"] = $"{folder["bin"]}:/usr/bin:/bin" });

    private static string Script => Repository.PathOf("bench/inspect.py");

    // A name, then how many were detected, failed, cried wolf over and failed again.
    private static Regex Row { get; } = new(
        @"(?m)^  (?<name>\w+) +(?<count>\d+) \([\d.]+ %\) +(?<count>\d+) +(?<count>\d+) \([\d.]+ %\) +(?<count>\d+) +[\d.]+ +\d+$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));

    private const string Python = "/usr/bin/python3";
}
