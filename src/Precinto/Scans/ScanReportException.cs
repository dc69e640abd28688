using Precinto.Inspection;

namespace Precinto.Scans;

/// <summary>A report cannot be judged: it is no report that can be read, another tool's, or one of a scan that failed. Nothing can be said then.</summary>
public sealed class ScanReportException : Exception
{
    internal ScanReportException(FindingRule rule, string message)
        : base($"{rule.Code} {message}") => Code = rule.Code;

    internal ScanReportException(FindingRule rule, string message, Exception innerException)
        : base($"{rule.Code} {message}", innerException) => Code = rule.Code;

    /// <summary>The stable code: <c>SCN001</c> for what cannot be read, <c>SCN002</c> for another tool's, <c>SCN008</c> for one of a scan that failed.</summary>
    public string Code { get; }
}
