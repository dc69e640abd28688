using Precinto.Inspection;

namespace Precinto.Cli.Scanning;

/// <summary>Trivy cannot be run, or did not do what it was told: nothing can be said then.</summary>
internal sealed class ScannerException : Exception
{
    public ScannerException(string message)
        : base(message)
    {
    }

    public ScannerException(FindingRule rule, string message)
        : base($"{rule.Code} {message}")
    {
    }

    public ScannerException(FindingRule rule, string message, Exception innerException)
        : base($"{rule.Code} {message}", innerException)
    {
    }
}
