using System.Diagnostics;

namespace Precinto.Cli.Tests;

/// <summary>The command as a process of its own, as a script runs it.</summary>
internal static class CommandProcess
{
    /// <summary>The command that these tests were built with, on the JIT.</summary>
    public static string Built { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Precinto.Cli.exe" : "Precinto.Cli");

    /// <summary>Runs a program to its end, at most <paramref name="timeout"/> long; then it is killed and the test fails.</summary>
    public static async Task<ProcessAnswer> RunAsync(
        string program, IReadOnlyList<string> arguments, string folder, IReadOnlyDictionary<string, string>? variables = null, TimeSpan? timeout = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "PRECINTO_POLICY", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "TF_BUILD", "BUILD_SOURCESDIRECTORY" })
            start.Environment.Remove(name);
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource stop = new(timeout ?? TimeSpan.FromMinutes(2));
        var peak = 0L;
        try
        {
            var exit = process.WaitForExitAsync(stop.Token);
            while (await Task.WhenAny(exit, Task.Delay(10, CancellationToken.None)) != exit)
                peak = Math.Max(peak, ReadPeak(process.Id));
            await exit;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.");
        }

        var took = clock.Elapsed;
        return new(process.ExitCode, await output, await error, peak, took);
    }

    // The kernel keeps the highest value itself, so that only what is allocated after the last look is missed.
    private static long ReadPeak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..^2].Trim(), System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}

/// <summary>What a process answered, the most memory that it held (0 where that cannot be told), and how long it took.</summary>
internal sealed record ProcessAnswer(int Code, string Output, string Error, long PeakBytes, TimeSpan Took);
