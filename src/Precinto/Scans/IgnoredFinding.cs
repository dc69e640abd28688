namespace Precinto.Scans;

/// <summary>A finding that a deployment lives with: why, and until when. What it names beyond the identifier narrows it.</summary>
public sealed class IgnoredFinding
{
    /// <summary>The finding's identifier, such as <c>CVE-2026-12345</c>; compared without regard to case.</summary>
    public required string Id { get; init; }

    /// <summary>Why it is ignored.</summary>
    public required string Reason { get; init; }

    /// <summary>The last day on which it is ignored, to its end in UTC.</summary>
    public required DateOnly Expires { get; init; }

    /// <summary>Only in this package; null for any.</summary>
    public string? Package { get; init; }

    /// <summary>Only in this target or file, compared exactly; null for any.</summary>
    public string? Path { get; init; }

    /// <summary>Only in this package URL: all of one, or what stands before its version, its qualifiers or its subpath; null for any.</summary>
    public string? PackageUrl { get; init; }

    internal bool IsExpired(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) > Expires;

    internal bool Matches(ScanFinding finding) =>
        string.Equals(Id, finding.Id, StringComparison.OrdinalIgnoreCase)
        && (Package is null || Package == finding.Package)
        && (Path is null || Path == finding.Target || Path == finding.PackagePath)
        && (PackageUrl is null || IsWithin(finding.PackageUrl));

    // pkg:apk/alpine/git names every version, pkg:apk/alpine/git@2.35.1-r2 every build of that version; neither names pkg:apk/alpine/git-lfs.
    private bool IsWithin(string? url) =>
        url is not null && url.StartsWith(PackageUrl!, StringComparison.Ordinal) && (url.Length == PackageUrl!.Length || url[PackageUrl.Length] is '@' or '?' or '#');

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', new[] { Id, Package, Path, PackageUrl }.Where(part => part is not null));
}
