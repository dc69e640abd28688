using Precinto.Cli.Commands;
using Precinto.Inspection;

namespace Precinto.Cli.Output;

/// <summary>An inspection as a <see cref="RunReport"/>: each file is a check.</summary>
internal static class InspectionSummary
{
    public static RunReport Of(
        IReadOnlyList<string> paths, IReadOnlyList<InspectedFile> files, InspectionVerdict verdict, FindingSeverity failOn, bool isClean, IReadOnlyList<string> failures) => new()
        {
            Command = "inspect",
            Subject = string.Join(' ', paths),
            Verdict = FactsJson.NameOf(verdict),
            Passed = isClean && failures.Count == 0,
            Checks = [.. files.Select(file => CheckOf(file, failOn))],
            Notices =
            [
                .. files.SelectMany(file => file.Inspection.Findings.Select(finding => NoticeOf(finding, file.Path))),
                // Nothing was found in it because nothing could be read.
                .. files.Where(file => !file.Passes(failOn) && file.Inspection.Findings.Count == 0)
                    .Select(file => new Notice(NoticeRule.Verdict.Code, NoticeLevel.Error, "The file is of no known format, so that nothing can be said of it", file.Path)),
            ],
            Failures = failures,
            Rules = Rules,
        };

    // An offset in a member is none in the file, where reports would look for it.
    public static Notice NoticeOf(Finding finding, string path)
    {
        Notice inside = new(finding.Code, FindingsGuide.LevelOf(finding.Severity), $"{finding.Message.TrimEnd('.')}{(finding.Member is null ? "" : $", in {finding.Member}")}", path, finding.Offset);
        return finding.Member is null ? inside : inside with { Message = inside.Text, Offset = null };
    }

    private static RunCheck CheckOf(InspectedFile file, FindingSeverity failOn) => new(
        file.Path,
        file.Accompanies ? RunOutcome.Skipped : file.Passes(failOn) ? RunOutcome.Passed : RunOutcome.Failed,
        [.. file.Inspection.Findings.Select(finding => finding.Code).Distinct()],
        [
            $"{file.Inspection.Format}, {file.Inspection.Size} bytes, {FactsJson.NameOf(file.Inspection.Verdict)}",
            .. file.Inspection.Findings.Select(finding => $"{finding.Code} {finding.Message.TrimEnd('.')}"),
        ]);

    private static readonly NoticeRule[] Rules = [.. Inspector.Rules.Append(InspectedFile.NotOpened).DistinctBy(rule => rule.Code).Select(FindingsGuide.Explain)];
}
