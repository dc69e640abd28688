namespace Precinto.Scans;

/// <summary>The answer to one question about a scan.</summary>
public enum ScanCheckOutcome
{
    /// <summary>It cannot be answered. Never a pass.</summary>
    Unknown,

    /// <summary>The answer is no.</summary>
    Failed,

    /// <summary>The answer is yes.</summary>
    Passed,

    /// <summary>There was nothing to check, or nothing was asked.</summary>
    Skipped,
}
