namespace Precinto.Scans;

/// <summary>What is known of a scanner that was run for this very report; beside a report that was made before, none of it is known.</summary>
internal sealed record ScannerRun
{
    public required string Path { get; init; }

    public required string Version { get; init; }

    public required int ExitCode { get; init; }

    public required ScannerOrder Order { get; init; }

    /// <summary>When the vulnerability database was made, or null where the scanner does not say.</summary>
    public DateTimeOffset? DatabaseUpdatedAt { get; init; }
}
