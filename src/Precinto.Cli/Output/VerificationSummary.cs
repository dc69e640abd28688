using Precinto.Inspection;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.OpenPgp;
using Precinto.Verification;

namespace Precinto.Cli.Output;

/// <summary>A verification as a <see cref="RunReport"/>: a failed check is a notice about the model, a finding one about its file.</summary>
internal static class VerificationSummary
{
    public static RunReport Of(VerificationReport report) => new()
    {
        Command = "verify",
        Subject = report.ModelPath,
        Verdict = ReportText.NameOf(report.Verdict),
        Passed = ReportText.IsYes(report.Verdict),
        Facts = [.. Facts(report)],
        Checks = [.. report.Checks.Select(CheckOf)],
        Notices = [.. report.Unenforced.Select(check => Unenforced(report, check)), .. report.Checks.SelectMany(check => Failures(report, check)), .. report.Inspections.SelectMany(inspection => Findings(report, inspection))],
        Rules = Rules,
    };

    private static IEnumerable<(string Name, string Value)> Facts(VerificationReport report)
    {
        if (report.Name is not null || report.Version is not null)
            yield return ("signed as", $"{report.Name} {report.Version}".Trim());
        if (report.Digest is not null)
            yield return ("digest", report.Digest.ToString());
        if (report.Unenforced.Any())
            yield return ("not enforced by the policy", ReportText.DescribeUnenforced(report));
        foreach (var signer in report.Signers)
            yield return (signer.IsTrusted ? "trusted signer" : "signer who is not trusted", $"{signer.Kind} {signer.Identity}");
    }

    private static RunCheck CheckOf(Check check) => new(
        ReportText.NameOf(check.Name),
        check.Outcome switch
        {
            CheckOutcome.Passed => RunOutcome.Passed,
            CheckOutcome.Skipped => RunOutcome.Skipped,
            CheckOutcome.Warned => RunOutcome.Warned,
            _ => RunOutcome.Failed,
        },
        check.Codes,
        [.. check.Observations.Select(observation => observation.Message)]);

    private static IEnumerable<Notice> Failures(VerificationReport report, Check check) => check.Outcome is not (CheckOutcome.Failed or CheckOutcome.Warned) ? [] : check.Observations
        .Where(observation => observation.Rule is not null)
        .Select(observation => new Notice(
            observation.Rule!.Code, check.Outcome == CheckOutcome.Warned ? NoticeLevel.Warning : FindingsGuide.LevelOf(observation.Rule.Severity), observation.Message, report.ModelPath));

    // What is not asked cannot fail, and so would be seen by nobody.
    private static Notice Unenforced(VerificationReport report, Check check) => new(
        CheckRules.NotEnforced.Code,
        FindingsGuide.LevelOf(CheckRules.NotEnforced.Severity),
        $"the policy does not enforce {ReportText.NameOf(check.Name)}: {ReportText.NameOf(check.Enforcement)}",
        report.ModelPath);

    private static IEnumerable<Notice> Findings(VerificationReport report, FileInspection inspection)
    {
        var path = Directory.Exists(report.ModelPath) ? Path.Combine(report.ModelPath, inspection.Path) : report.ModelPath;
        return inspection.Findings.Select(finding => InspectionSummary.NoticeOf(finding, path));
    }

    private static readonly NoticeRule[] Rules = [.. CheckRules.All.Concat(OpenPgpRules.All).Concat(CertificateRules.All).Concat(Inspector.Rules).DistinctBy(rule => rule.Code).Select(FindingsGuide.Explain)];
}
