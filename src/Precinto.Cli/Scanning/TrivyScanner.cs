using System.Text.Json;
using Precinto.Cli.Output;
using Precinto.Digests;
using Precinto.Formats;
using Precinto.Scans;

namespace Precinto.Cli.Scanning;

/// <summary>Runs Trivy: which version, then the scan, then how old its database is. Its exit code is no verdict.</summary>
internal sealed class TrivyScanner(Surroundings surroundings, TrivyScannerOptions options)
{
    /// <exception cref="ScannerException">Trivy cannot be run, must not be, or did not do what it was told.</exception>
    /// <exception cref="ScanReportException">What it wrote is no report.</exception>
    public async Task<(ScanReport Report, ScannerRun Run)> ScanAsync(ScanSubject subject, CancellationToken cancellation)
    {
        using var trivy = TrivyExecutable.Open(surroundings, options.Path, options.Digest, cancellation);
        var (version, _) = await ReadVersionAsync(trivy, cancellation).ConfigureAwait(false);
        RefuseVersion(trivy.FoundAt, version);

        string[] arguments = [.. ArgumentsFor(subject)];
        surroundings.Error.WriteLine($"precinto: {Escaping.Escape(trivy.FoundAt)} {version}: {Escaping.Escape($"trivy {arguments[0]} … {subject.Name}")}");
        var answer = await TrivyProcess.RunAsync(
            surroundings, trivy.Path, arguments, options.IsOffline, ScanReport.MaximumLength, options.Timeout, cancellation).ConfigureAwait(false);
        var report = Read(answer, arguments[0]);

        // Only after the scan, which may have fetched a new one.
        var (versionAfter, database) = await ReadVersionAsync(trivy, cancellation).ConfigureAwait(false);
        if (versionAfter != version)
            throw new ScannerException(ScanRules.ScannerFailed, $"{trivy.FoundAt} was version {version} before the scan and {versionAfter} after it");
        return (report, new()
        {
            Path = trivy.FoundAt,
            Version = version,
            ExitCode = answer.ExitCode,
            DatabaseUpdatedAt = database,
            Order = subject.ToOrder(),
        });
    }

    private static ScanReport Read(TrivyAnswer answer, string command)
    {
        if (answer.Output.Length == 0)
            throw Failed(answer, command, null);
        try
        {
            return ScanReport.Parse(answer.Output);
        }
        catch (ScanReportException exception) when (answer.ExitCode != 0)
        {
            throw Failed(answer, command, exception);
        }
    }

    private static ScannerException Failed(TrivyAnswer answer, string command, Exception? exception)
    {
        var said = answer.LastWords is { Length: > 0 } words ? $": {words}" : "";
        var message = answer.ExitCode != 0 ? $"trivy {command} failed with {answer.ExitCode}{said}" : $"trivy {command} wrote no report{said}";
        return exception is null ? new(ScanRules.ScannerFailed, message) : new(ScanRules.ScannerFailed, message, exception);
    }

    private IEnumerable<string> ArgumentsFor(ScanSubject subject)
    {
        yield return subject.Kind switch
        {
            ScanSubjectKind.Image or ScanSubjectKind.Archive => "image",
            ScanSubjectKind.Folder => "filesystem",
            ScanSubjectKind.BillOfMaterials => "sbom",
            _ => throw new InvalidOperationException($"{subject.Kind} is not scanned."),
        };
        foreach (var argument in Common)
            yield return argument;
        yield return "--scanners";
        yield return subject.Kind == ScanSubjectKind.BillOfMaterials ? "vuln" : "vuln,secret,misconfig";
        yield return "--timeout";
        yield return $"{(long)options.Timeout.TotalSeconds}s";
        if (options.IsOffline)
        {
            yield return "--skip-db-update";
            yield return "--offline-scan";
        }

        if (subject.Kind == ScanSubjectKind.Archive)
            yield return "--input";
        yield return subject.Name;
    }

    private async Task<(string Version, DateTimeOffset? Database)> ReadVersionAsync(TrivyExecutable trivy, CancellationToken cancellation)
    {
        var answer = await TrivyProcess.RunAsync(
            surroundings, trivy.Path, ["version", "--format", "json"], isOffline: true, MaximumVersion, VersionTimeout, cancellation).ConfigureAwait(false);
        if (answer.ExitCode != 0)
            throw Failed(answer, "version", null);
        try
        {
            using var document = StrictJson.Parse(answer.Output);
            var root = document.RootElement.Object("The answer");
            return (root.NeededText("Version", "The answer"), ScanTime.Parse(root.MemberObject("VulnerabilityDB")?.MemberText("UpdatedAt")));
        }
        catch (JsonException exception)
        {
            throw new ScannerException(ScanRules.ScannerFailed, $"{trivy.FoundAt} does not say its version as Trivy does: {exception.Message}", exception);
        }
    }

    private static void RefuseVersion(string path, string text)
    {
        if (TrivyVersion.Parse(text) is not { } version)
            throw new ScannerException($"{path} says that it is version '{text}', which is none; a released Trivy is needed");
        if (TrivyVersion.IsMalicious(version))
            throw new ScannerException(
                ScanRules.MaliciousScanner,
                $"{path} is Trivy {version}, which attackers published (CVE-2026-33634); remove it, and change every secret that this machine could read");
        if (version < TrivyVersion.Minimum)
            throw new ScannerException($"{path} is Trivy {version}; {TrivyVersion.Minimum} or later is needed (CVE-2024-35192)");
    }

    // --exit-code 0: its answer is the report. --list-all-pkgs: a clean image is told from one that was not seen into.
    private static readonly string[] Common = ["--format", "json", "--list-all-pkgs", "--exit-code", "0", "--quiet"];
    private static readonly TimeSpan VersionTimeout = TimeSpan.FromMinutes(1);
    private const int MaximumVersion = 1 << 20;
}

/// <summary>How Trivy is to be run.</summary>
/// <param name="Path">Which, or null for the one on PATH.</param>
/// <param name="Digest">What it must be, or null.</param>
/// <param name="IsOffline">Whether it stays with the database that it has.</param>
/// <param name="Timeout">How long a scan may take.</param>
internal sealed record TrivyScannerOptions(string? Path, Digest? Digest, bool IsOffline, TimeSpan Timeout)
{
    /// <summary>Whether any of them was asked for.</summary>
    public bool IsStated { get; init; }
}
