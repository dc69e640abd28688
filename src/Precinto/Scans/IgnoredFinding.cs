using Precinto.Inspection;

namespace Precinto.Scans;

/// <summary>A finding that a deployment lives with: why, and until when. What it names beyond the identifier narrows it.</summary>
public sealed class IgnoredFinding
{
    private readonly PackageUrl? _url;

    /// <summary>The finding's identifier, such as <c>CVE-2026-12345</c>; compared without regard to case.</summary>
    public required string Id { get; init; }

    /// <summary>Why it is ignored.</summary>
    /// <exception cref="ArgumentException">There is no letter and no digit in it.</exception>
    public required string Reason
    {
        get;
        init => field = StatedReason.IsOne(value) ? value : throw new ArgumentException("A finding is ignored for a reason.", nameof(value));
    }

    /// <summary>The last day on which it is ignored, to its end in UTC.</summary>
    public required DateOnly Expires { get; init; }

    /// <summary>Only in this package; null for any.</summary>
    public string? Package { get; init; }

    /// <summary>Only in this target or file, compared exactly; null for any.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// Only in this package URL: of its type, namespace and name, and of the version, the qualifiers and the subpath that it names; null for any.
    /// </summary>
    /// <exception cref="ArgumentException">It is no package URL.</exception>
    public string? PackageUrl
    {
        get;
        init
        {
            _url = value is null ? null : Scans.PackageUrl.TryParse(value) ?? throw new ArgumentException($"'{value}' is no package URL.", nameof(value));
            field = value;
        }
    }

    internal bool IsExpired(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) > Expires;

    /// <summary>Whether a finding of this identifier is meant; its package URL comes taken apart, as many may ask for it.</summary>
    internal bool Matches(ScanFinding finding, PackageUrl? url) =>
        (Package is null || Package == finding.Package)
        && (Path is null || Path == finding.Target || Path == finding.PackagePath)
        && (_url is null || (url is not null && _url.Covers(url)));

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', new[] { Id, Package, Path, PackageUrl }.Where(part => part is not null));
}
