namespace Precinto.Scans;

/// <summary>What a scan comes to. Only <see cref="Passed"/> is a yes.</summary>
public enum ScanVerdict
{
    /// <summary>Nothing can be said: the scanner saw nothing, or a rule needs to know what the report does not say.</summary>
    CouldNotCheck,

    /// <summary>A rule is broken.</summary>
    Failed,

    /// <summary>Everything that was asked was answered, and no rule is broken.</summary>
    Passed,
}
