using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Precinto.Scans;

namespace Precinto.Cli.Scanning;

/// <summary>One run of Trivy: no shell, its answer through a pipe with an end to it, a time-out, and an empty folder to work in.</summary>
internal static class TrivyProcess
{
    /// <exception cref="ScannerException">It cannot be started, says too much, or does not end in time.</exception>
    public static async Task<TrivyAnswer> RunAsync(
        Surroundings surroundings, string path, IReadOnlyList<string> arguments, bool isOffline, int maximumOutput, TimeSpan timeout, CancellationToken cancellation)
    {
        // Trivy reads trivy.yaml, .trivyignore and trivy-secret.yaml from where it works: in a repository, whoever is to be judged would write them.
        var folder = Directory.CreateTempSubdirectory("precinto-scan-").FullName;
        try
        {
            ProcessStartInfo start = new(path, arguments)
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            TrivyEnvironment.Apply(start.Environment, surroundings, isOffline);
            using var process = await StartAsync(start, cancellation).ConfigureAwait(false);
            return await WaitAsync(process, arguments[0], maximumOutput, timeout, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Process> StartAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Process.Start(start) ?? throw new ScannerException(ScanRules.ScannerFailed, "Trivy did not start");
            }
            catch (Win32Exception exception) when (exception.NativeErrorCode == TextFileBusy && attempt < MaximumAttempts)
            {
                // A process that another thread started while the copy was written holds it open for a moment longer.
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation).ConfigureAwait(false);
            }
            catch (Win32Exception exception)
            {
                throw new ScannerException(
                    ScanRules.ScannerFailed,
                    $"Trivy cannot be started: {exception.Message}; it is run from a copy in the folder for temporary files, which must allow programs (TMPDIR names another)",
                    exception);
            }
        }
    }

    private static async Task<TrivyAnswer> WaitAsync(Process process, string command, int maximumOutput, TimeSpan timeout, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(timeout);
        try
        {
            process.StandardInput.Close();
            var error = ReadTailAsync(process.StandardError.BaseStream, stop.Token);
            var output = ReadAsync(process.StandardOutput.BaseStream, maximumOutput, stop.Token);

            // Whoever keeps the pipe open after Trivy has ended, or before, is not waited for longer than the time-out.
            var bytes = await output.WaitAsync(stop.Token).ConfigureAwait(false)
                ?? throw new ScannerException(ScanRules.ScannerFailed, $"trivy {command} wrote more than {maximumOutput} bytes and was stopped");
            var tail = await error.WaitAsync(stop.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            return new(process.ExitCode, bytes, tail);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new ScannerException(ScanRules.ScannerFailed, $"trivy {command} did not end within {timeout.TotalMinutes:0.##} minutes and was stopped", exception);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // Null where there is more than is read.
    private static async Task<byte[]?> ReadAsync(Stream stream, int maximum, CancellationToken cancellation)
    {
        using MemoryStream output = new();
        var buffer = new byte[1 << 16];
        while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            if (output.Length + read > maximum)
                return null;
            output.Write(buffer, 0, read);
        }

        return output.ToArray();
    }

    // Only the end of what it says is kept; all of it is read, so that it is never held up.
    private static async Task<string> ReadTailAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 12];
        byte[] tail = [];
        while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            byte[] joined = [.. tail, .. buffer.AsSpan(0, read)];
            tail = joined.Length > TailLength ? joined[^TailLength..] : joined;
        }

        return Encoding.UTF8.GetString(tail);
    }

    private const int TextFileBusy = 26;
    private const int MaximumAttempts = 50;
    private const int TailLength = 1 << 12;
}

/// <summary>How Trivy ended, what it answered, and the end of what it said beside that.</summary>
internal sealed record TrivyAnswer(int ExitCode, byte[] Output, string Said)
{
    /// <summary>Its last words in one line.</summary>
    public string LastWords => Said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last] ? last : "";
}
