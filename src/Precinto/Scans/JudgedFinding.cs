namespace Precinto.Scans;

/// <summary>A finding with what the rules say of it.</summary>
public sealed class JudgedFinding
{
    internal JudgedFinding(ScanFinding finding, ScanFindingOutcome outcome, IgnoredFinding? ignoredBy)
    {
        Finding = finding;
        Outcome = outcome;
        IgnoredBy = ignoredBy;
    }

    /// <summary>The finding.</summary>
    public ScanFinding Finding { get; }

    /// <summary>What the rules say of it.</summary>
    public ScanFindingOutcome Outcome { get; }

    /// <summary>The rule that ignores it, or null.</summary>
    public IgnoredFinding? IgnoredBy { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Finding}: {Outcome}";
}
