using Precinto.Inspection;

namespace Precinto.Scans;

/// <summary>Says of each finding whether it counts, and answers the checks that are about findings.</summary>
internal static class FindingJudge
{
    public static IReadOnlyList<JudgedFinding> Judge(IReadOnlyList<ScanFinding> findings, ScanPolicy policy, DateTimeOffset now)
    {
        // By identifier, so that many findings and many rules do not multiply; a file of rules names each identifier only so often.
        var ignored = policy.Ignored.Where(one => !one.IsExpired(now)).ToLookup(one => one.Id, StringComparer.OrdinalIgnoreCase);
        return [.. findings.Select(finding =>
        {
            var url = ignored.Contains(finding.Id) ? PackageUrl.TryParse(finding.PackageUrl) : null;
            var rule = ignored[finding.Id].FirstOrDefault(one => one.Matches(finding, url));
            var outcome = !policy.Kinds.Contains(finding.Kind) || !policy.Severities.Contains(finding.Severity) ? ScanFindingOutcome.BelowThreshold
                : rule is not null ? ScanFindingOutcome.Ignored
                : policy.IgnoreUnfixed && finding.IsUnfixed ? ScanFindingOutcome.Unfixed
                : ScanFindingOutcome.Fails;
            return new JudgedFinding(finding, outcome, outcome == ScanFindingOutcome.Ignored ? rule : null);
        })];
    }

    public static IEnumerable<ScanCheck> Check(ScanReport report, ScanPolicy policy, IReadOnlyList<JudgedFinding> findings)
    {
        foreach (var (kind, name, rule, one, many) in Kinds)
        {
            var ofKind = findings.Where(finding => finding.Finding.Kind == kind).ToArray();
            var failing = ofKind.Count(finding => finding.Outcome == ScanFindingOutcome.Fails);
            if (failing > 0)
                yield return new(name, ScanCheckOutcome.Failed, [rule.Because($"{(failing == 1 ? $"1 {one} fails" : $"{failing} {many} fail")}{Rest(ofKind)}")]);
            else if (!policy.Kinds.Contains(kind))
                yield return new(name, ScanCheckOutcome.Skipped, [new(null, $"the rules leave {many} out{Rest(ofKind)}")]);
            else if (ofKind.Length > 0)
                yield return new(name, ScanCheckOutcome.Passed, [new(null, $"none of {ofKind.Length} fails{Rest(ofKind)}")]);
            else
                yield return None(report, kind, name, many);
        }
    }

    private static ScanCheck None(ScanReport report, ScanFindingKind kind, ScanCheckName name, string many)
    {
        var wasLookedFor = kind switch
        {
            ScanFindingKind.Vulnerability => report.PackageCount > 0,
            ScanFindingKind.Misconfiguration => report.Targets.Any(target => target.CheckCount > 0),
            _ => false,
        };
        return wasLookedFor
            ? new(name, ScanCheckOutcome.Passed, [new(null, "none was found")])
            : new(name, ScanCheckOutcome.Skipped, [new(null, $"the report holds no {many}, and does not say whether they were looked for")]);
    }

    private static string Rest(IReadOnlyList<JudgedFinding> findings)
    {
        string[] parts =
        [
            .. new[] { (ScanFindingOutcome.Ignored, "ignored"), (ScanFindingOutcome.Unfixed, "without a fix"), (ScanFindingOutcome.BelowThreshold, "of a severity that passes") }
                .Select(part => (Count: findings.Count(finding => finding.Outcome == part.Item1), Text: part.Item2))
                .Where(part => part.Count > 0)
                .Select(part => $"{part.Count} {part.Text}"),
        ];
        return parts.Length == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    private static readonly (ScanFindingKind Kind, ScanCheckName Name, FindingRule Rule, string One, string Many)[] Kinds =
    [
        (ScanFindingKind.Vulnerability, ScanCheckName.Vulnerabilities, ScanRules.Vulnerable, "vulnerability", "vulnerabilities"),
        (ScanFindingKind.Misconfiguration, ScanCheckName.Misconfigurations, ScanRules.Misconfigured, "misconfiguration", "misconfigurations"),
        (ScanFindingKind.Secret, ScanCheckName.Secrets, ScanRules.SecretFound, "secret", "secrets"),
        (ScanFindingKind.License, ScanCheckName.Licenses, ScanRules.LicenseFound, "licence", "licences"),
    ];
}
