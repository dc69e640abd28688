namespace Precinto.Scans;

/// <summary>How much a finding of a scanner weighs, in Trivy's five names.</summary>
public enum ScanSeverity
{
    /// <summary>Nobody has rated it yet; it may turn out to be anything.</summary>
    Unknown,

    /// <summary>LOW.</summary>
    Low,

    /// <summary>MEDIUM.</summary>
    Medium,

    /// <summary>HIGH.</summary>
    High,

    /// <summary>CRITICAL.</summary>
    Critical,
}
