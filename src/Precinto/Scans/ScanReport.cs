using System.Text.Json;
using System.Text.Unicode;
using Precinto.Digests;
using Precinto.Formats;

namespace Precinto.Scans;

/// <summary>What a scanner, Trivy, reported. Nothing in it is judged yet, see <see cref="ScanGate"/>. All texts are the report's own and not escaped.</summary>
public sealed class ScanReport
{
    internal ScanReport()
    {
    }

    /// <summary>How it was written.</summary>
    public required ScanReportFormat Format { get; init; }

    /// <summary>SHA-256 of the report's bytes.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Which version of Trivy made it, as it says; null where it does not.</summary>
    public string? ScannerVersion { get; init; }

    /// <summary>When it was made, as it says; null where it does not.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What was scanned, or null.</summary>
    public string? ArtifactName { get; init; }

    /// <summary>What kind of thing was scanned, such as <c>container_image</c>, or null.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The family of the operating system, such as <c>alpine</c>; null where none was detected or the report does not say.</summary>
    public string? SystemFamily { get; init; }

    /// <summary>The version of the operating system, or null.</summary>
    public string? SystemName { get; init; }

    /// <summary>Whether the operating system gets no updates any more; null where none was detected or the report does not say.</summary>
    public bool? IsEndOfLife { get; init; }

    /// <summary>The digest of the image's configuration, as it stands in the report, or null.</summary>
    public string? ImageId { get; init; }

    /// <summary>The digests under which registries know the image, as <c>name@sha256:…</c>.</summary>
    public IReadOnlyList<string> RepoDigests { get; init; } = [];

    /// <summary>The places that were looked at.</summary>
    public required IReadOnlyList<ScannedTarget> Targets { get; init; }

    /// <summary>What was found.</summary>
    public required IReadOnlyList<ScanFinding> Findings { get; init; }

    /// <summary>How many findings Trivy left out because it was told to, where the report says so.</summary>
    public int SuppressedCount { get; init; }

    /// <summary>What stands in the report and cannot be judged by this version.</summary>
    public IReadOnlyList<string> Unjudged { get; init; } = [];

    /// <summary>
    /// How many packages the report lists: those that have a name and a version, each once, however often and under how many targets it stands there;
    /// null where the report lists none.
    /// </summary>
    public int? PackageCount { get; internal init; }

    /// <summary>Reads a report that Trivy wrote as JSON or as SARIF, of at most 64 MiB.</summary>
    /// <exception cref="ScanReportException">It is no report of Trivy's, larger, or one of a scan that failed.</exception>
    public static ScanReport Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaximumLength)
            throw new ScanReportException(ScanRules.Unreadable, $"the report has {utf8.Length} bytes; at most {MaximumLength} are read");

        // PowerShell and some editors put a mark before UTF-8.
        var text = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
            throw new ScanReportException(ScanRules.Unreadable, "the report is empty: the scanner wrote nothing");

        if (!Utf8.IsValid(text.Span))
            throw new ScanReportException(ScanRules.Unreadable, "the report is no text in UTF-8");

        var digest = Hashing.Compute(utf8.Span, DigestAlgorithm.Sha256);
        try
        {
            using var document = StrictJson.Parse(text);
            var root = document.RootElement;
            ForeignReport.Refuse(root);
            return TrivySarif.IsSarif(root) ? TrivySarif.Read(root, digest) : TrivyJson.Read(root, digest);
        }
        catch (JsonException exception)
        {
            throw new ScanReportException(ScanRules.Unreadable, $"the report cannot be read: {exception.Message}", exception);
        }
    }

    internal const int MaximumLength = 64 << 20;
}
