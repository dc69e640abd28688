using Precinto.Inspection;

namespace Precinto.Scans;

/// <summary>A report cannot be judged: it is no report that can be read, or another tool's. Nothing can be said then.</summary>
public sealed class ScanReportException : Exception
{
    internal ScanReportException(FindingRule rule, string message)
        : base($"{rule.Code} {message}") => Code = rule.Code;

    internal ScanReportException(FindingRule rule, string message, Exception innerException)
        : base($"{rule.Code} {message}", innerException) => Code = rule.Code;

    /// <summary>The stable code: <c>SCN001</c> for what cannot be read, <c>SCN002</c> for another tool's.</summary>
    public string Code { get; }
}
