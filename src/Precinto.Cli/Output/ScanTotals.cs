using Precinto.Scans;

namespace Precinto.Cli.Output;

/// <summary>How many findings of each severity there are.</summary>
internal static class ScanTotals
{
    /// <summary>From the heaviest on, with unknown last, as Trivy's own tables do not: what is not rated comes after what is.</summary>
    public static IReadOnlyList<ScanSeverity> Order { get; } = [ScanSeverity.Critical, ScanSeverity.High, ScanSeverity.Medium, ScanSeverity.Low, ScanSeverity.Unknown];

    public static int Count(ScanDecision decision, ScanSeverity severity) => decision.Findings.Count(finding => finding.Finding.Severity == severity);

    public static string Describe(ScanDecision decision)
    {
        var failing = decision.Findings.Count(finding => finding.Outcome == ScanFindingOutcome.Fails);
        string[] parts = [.. Order.Select(severity => (severity, Count: Count(decision, severity))).Where(part => part.Count > 0).Select(part => $"{part.Count} {ScanText.NameOf(part.severity)}")];
        return decision.Findings.Count switch
        {
            0 => "no findings",
            1 => $"1 finding ({parts[0]}), which {(failing == 1 ? "fails" : "passes")}",
            _ => $"{decision.Findings.Count} findings ({string.Join(", ", parts)}), of which {failing} {(failing == 1 ? "fails" : "fail")}",
        };
    }
}
