namespace Precinto.Scans;

/// <summary>How a report was written.</summary>
public enum ScanReportFormat
{
    /// <summary>Trivy's own JSON, which says most.</summary>
    Json,

    /// <summary>SARIF 2.1.0, which says nothing of packages, of the operating system's support, or of when the scan was made.</summary>
    Sarif,
}
