using Precinto.Files;
using Precinto.Inspection;
using Precinto.Verification;

namespace Precinto.Cli.Commands;

/// <summary>A file that was inspected, under the name by which the user can find it.</summary>
internal sealed class InspectedFile
{
    public InspectedFile(string path, FileInspection inspection, bool isInFolder)
    {
        Path = path;
        if (isInFolder && Inspector.IsMarker(path, inspection.Size))
            inspection = new(inspection.Path, inspection.Format, 0, InspectionVerdict.Unknown, inspection.Facts, []);
        Inspection = inspection;
        Accompanies = isInFolder && inspection is { Verdict: InspectionVerdict.Unknown, Findings: [] };
    }

    public string Path { get; }

    public FileInspection Inspection { get; }

    /// <summary>Whether it only lies beside a model, as a README does; that is no finding.</summary>
    public bool Accompanies { get; }

    public static IReadOnlyList<InspectionVerdict> WorstFirst { get; } =
        [InspectionVerdict.Dangerous, InspectionVerdict.Malformed, InspectionVerdict.Suspicious, InspectionVerdict.Unknown, InspectionVerdict.Clean];

    /// <summary>What a signature does not allow, <c>inspect</c> has not judged: as grave as whatever else could not be read.</summary>
    public static FindingRule NotOpened { get; } = new(CheckRules.Irregular.Code, FindingSeverity.Warning, CheckRules.Irregular.Title, isUnread: true);

    /// <summary>A link or a device: it was not opened, so that nothing can be said of what is behind it.</summary>
    public static InspectedFile Irregular(string path, Irregularity irregularity)
    {
        Finding finding = new(NotOpened, $"It {irregularity.Reason} and was not opened.", null, null);
        return new(path, new(irregularity.Path, "unknown", 0, InspectionVerdict.Suspicious, new ModelFacts(), [finding]), isInFolder: false);
    }

    /// <summary>What all files together come to: the worst of them. None at all, or none of a known format, is unknown.</summary>
    public static InspectionVerdict Summarize(IReadOnlyList<InspectedFile> files)
    {
        var judged = files.Where(file => !file.Accompanies).Select(file => file.Inspection.Verdict).ToArray();
        return WorstFirst.FirstOrDefault(judged.Contains);
    }

    /// <summary>Whether nothing of <paramref name="failOn"/> or above was found, and the file could be read to its end.</summary>
    public bool Passes(FindingSeverity failOn) =>
        Accompanies
        || (Inspection.Verdict is InspectionVerdict.Clean or InspectionVerdict.Suspicious or InspectionVerdict.Dangerous
            && !Inspection.Findings.Any(finding => finding.Severity <= failOn || finding.Rule.IsMalformed || finding.Rule.IsUnread));
}
