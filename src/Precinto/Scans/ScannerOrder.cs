namespace Precinto.Scans;

/// <summary>What a scanner was told to scan, by the names and types under which its report may speak of it.</summary>
internal sealed record ScannerOrder(IReadOnlyList<string> Names, IReadOnlyList<string> Types)
{
    /// <summary>Whether a report is about it: one about something else, however clean, says nothing of it.</summary>
    public bool IsAnsweredBy(ScanReport report) =>
        report is { ArtifactName: { } name, ArtifactType: { } type } && Types.Contains(type) && Names.Any(one => Normal(one) == Normal(name));

    // Trivy writes slashes on Windows, too.
    private static string Normal(string name) => OperatingSystem.IsWindows() ? name.Replace('\\', '/') : name;
}
