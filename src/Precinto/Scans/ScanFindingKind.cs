namespace Precinto.Scans;

/// <summary>What a finding of a scanner is about.</summary>
public enum ScanFindingKind
{
    /// <summary>A known vulnerability of a package.</summary>
    Vulnerability,

    /// <summary>A configuration that breaks a rule, such as a container that runs as root.</summary>
    Misconfiguration,

    /// <summary>A key, token or password that lies open.</summary>
    Secret,

    /// <summary>A licence that was classified.</summary>
    License,
}
