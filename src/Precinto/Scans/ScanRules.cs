using Precinto.Inspection;

namespace Precinto.Scans;

/// <summary>Why a scan fails, or why nothing can be said of it. Danger fails, a warning leaves a question open, information changes nothing.</summary>
internal static class ScanRules
{
    public static readonly FindingRule Unreadable = new("SCN001", FindingSeverity.Warning, "The report of the scan cannot be read");
    public static readonly FindingRule Foreign = new("SCN002", FindingSeverity.Warning, "The report is another tool's");
    public static readonly FindingRule NothingSeen = new("SCN003", FindingSeverity.Warning, "The scanner saw nothing");
    public static readonly FindingRule ClassNotSeen = new("SCN004", FindingSeverity.Warning, "What must be scanned was not seen");
    public static readonly FindingRule TooFewPackages = new("SCN005", FindingSeverity.Warning, "Fewer packages were seen than there must be");
    public static readonly FindingRule NotSaid = new("SCN006", FindingSeverity.Warning, "The report does not say what a rule asks");
    public static readonly FindingRule NotJudged = new("SCN007", FindingSeverity.Warning, "The report holds something that cannot be judged");
    public static readonly FindingRule ScannerFailed = new("SCN008", FindingSeverity.Warning, "The scanner failed");
    public static readonly FindingRule MaliciousScanner = new("SCN009", FindingSeverity.Warning, "The scanner is a version that attackers published");
    public static readonly FindingRule ReportTooOld = new("SCN010", FindingSeverity.Danger, "The report is older than what is accepted");
    public static readonly FindingRule DatabaseTooOld = new("SCN011", FindingSeverity.Danger, "The vulnerability database is older than what is accepted");
    public static readonly FindingRule FromTheFuture = new("SCN012", FindingSeverity.Danger, "The report or the database is dated in the future");
    public static readonly FindingRule EndOfLife = new("SCN013", FindingSeverity.Danger, "The operating system gets no updates any more");
    public static readonly FindingRule Vulnerable = new("SCN014", FindingSeverity.Danger, "A vulnerability is of a severity that fails");
    public static readonly FindingRule Misconfigured = new("SCN015", FindingSeverity.Danger, "A misconfiguration is of a severity that fails");
    public static readonly FindingRule SecretFound = new("SCN016", FindingSeverity.Danger, "A secret is of a severity that fails");
    public static readonly FindingRule LicenseFound = new("SCN017", FindingSeverity.Danger, "A licence is of a severity that fails");
    public static readonly FindingRule ExpiredException = new("SCN018", FindingSeverity.Info, "A rule that ignores a finding has expired");
    public static readonly FindingRule UnusedException = new("SCN019", FindingSeverity.Info, "A rule that ignores a finding matches nothing");
    public static readonly FindingRule Suppressed = new("SCN020", FindingSeverity.Info, "Trivy itself was told to leave findings out");

    public static IReadOnlyList<FindingRule> All { get; } =
    [
        Unreadable, Foreign, NothingSeen, ClassNotSeen, TooFewPackages, NotSaid, NotJudged, ScannerFailed, MaliciousScanner,
        ReportTooOld, DatabaseTooOld, FromTheFuture, EndOfLife, Vulnerable, Misconfigured, SecretFound, LicenseFound,
        ExpiredException, UnusedException, Suppressed,
    ];

    public static ScanNotice Because(this FindingRule rule, string message) => new(rule.Code, message);
}
