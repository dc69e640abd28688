namespace Precinto.Scans;

/// <summary>What the rules say of a finding.</summary>
public enum ScanFindingOutcome
{
    /// <summary>It makes the scan fail.</summary>
    Fails,

    /// <summary>A rule names it, with a reason and until a date.</summary>
    Ignored,

    /// <summary>There is no fix, and the rules let such findings pass.</summary>
    Unfixed,

    /// <summary>Its severity or its kind is not among those that fail.</summary>
    BelowThreshold,
}
