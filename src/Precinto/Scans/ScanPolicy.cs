using Precinto.Inspection;

namespace Precinto.Scans;

/// <summary>What a deployment does not accept in a scan. The strictest is what holds unless told otherwise.</summary>
public sealed class ScanPolicy
{
    /// <summary>
    /// The severities that fail: CRITICAL, HIGH and UNKNOWN unless told otherwise. An unknown severity means that nobody has rated a finding yet,
    /// which is how the newest ones begin; a gate that waits for the rating is open until it comes.
    /// </summary>
    public IReadOnlyList<ScanSeverity> Severities { get; init; } = [ScanSeverity.Critical, ScanSeverity.High, ScanSeverity.Unknown];

    /// <summary>The kinds of findings that fail: all unless told otherwise.</summary>
    public IReadOnlyList<ScanFindingKind> Kinds { get; init; } =
        [ScanFindingKind.Vulnerability, ScanFindingKind.Misconfiguration, ScanFindingKind.Secret, ScanFindingKind.License];

    /// <summary>Whether vulnerabilities without a fix pass.</summary>
    public bool IgnoreUnfixed { get; init; }

    /// <summary>Whether an operating system that gets no updates any more passes. No new vulnerability of it may ever be reported.</summary>
    public bool AllowEndOfLife { get; init; }

    /// <summary>How old the report may be; null for any age.</summary>
    public TimeSpan? MaximumReportAge { get; init; }

    /// <summary>How old the vulnerability database may be; null for any age.</summary>
    public TimeSpan? MaximumDatabaseAge { get; init; }

    /// <summary>The classes of targets that must have been seen, among <see cref="KnownClasses"/>.</summary>
    public IReadOnlyList<string> RequiredClasses { get; init; } = [];

    /// <summary>How many packages must have been seen at least.</summary>
    public int MinimumPackages { get; init; }

    /// <summary>Why a report in which nothing was seen passes; null where it does not.</summary>
    /// <exception cref="ArgumentException">There is no letter and no digit in it.</exception>
    public string? DangerouslyAllowEmpty
    {
        get;
        init => field = value is null || StatedReason.IsOne(value) ? value : throw new ArgumentException("An empty report passes for a reason.", nameof(value));
    }

    /// <summary>The findings that are ignored, each with a reason and a date.</summary>
    public IReadOnlyList<IgnoredFinding> Ignored { get; init; } = [];

    /// <summary>
    /// The classes that can be demanded: those that Trivy reports whether or not it finds something in them. It does not list where it looked for secrets and licences.
    /// </summary>
    public static IReadOnlyList<string> KnownClasses { get; } = ["os-pkgs", "lang-pkgs", "config"];
}
