namespace Precinto.Scans;

/// <summary>Something that the scanner found. All texts are the scanner's own and not escaped.</summary>
public sealed class ScanFinding
{
    internal ScanFinding()
    {
    }

    /// <summary>What it is about.</summary>
    public required ScanFindingKind Kind { get; init; }

    /// <summary>Its identifier: <c>CVE-…</c>, <c>GHSA-…</c>, a misconfiguration's or a secret's rule, a licence's name.</summary>
    public required string Id { get; init; }

    /// <summary>How much it weighs.</summary>
    public required ScanSeverity Severity { get; init; }

    /// <summary>Where it was found: an image with its system, a lock file, a file.</summary>
    public required string Target { get; init; }

    /// <summary>The kind of place that <see cref="Target"/> is, such as <c>os-pkgs</c>; null where that is not said.</summary>
    public string? Class { get; init; }

    /// <summary>The package, or null.</summary>
    public string? Package { get; init; }

    /// <summary>The package's version, or null.</summary>
    public string? InstalledVersion { get; init; }

    /// <summary>The version or versions that it is fixed in; null where there is none.</summary>
    public string? FixedVersion { get; init; }

    /// <summary>What its vendor does about it, in Trivy's words, such as <c>fixed</c> or <c>will_not_fix</c>; null where that is not said.</summary>
    public string? Status { get; init; }

    /// <summary>The package URL, or null.</summary>
    public string? PackageUrl { get; init; }

    /// <summary>The file that the package was found in, where it is not <see cref="Target"/>.</summary>
    public string? PackagePath { get; init; }

    /// <summary>One line about it, or null.</summary>
    public string? Title { get; init; }

    /// <summary>A page about it, or null.</summary>
    public string? Url { get; init; }

    /// <summary>The line in <see cref="Target"/>, from 1, or null.</summary>
    public long? Line { get; init; }

    /// <summary>
    /// Whether its vendor offers no fix (yet): what Trivy leaves out with <c>--ignore-unfixed</c>. Only vulnerabilities can be unfixed;
    /// one that names a version to upgrade to is not, nor is one of which the report does not say what its vendor does.
    /// </summary>
    public bool IsUnfixed => Kind == ScanFindingKind.Vulnerability && string.IsNullOrEmpty(FixedVersion)
        && (Status is "affected" or "will_not_fix" or "fix_deferred" or "end_of_life");

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Package ?? Target}";
}
