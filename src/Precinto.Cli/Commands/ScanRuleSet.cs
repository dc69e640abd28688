using Precinto.Digests;
using Precinto.Scans;

namespace Precinto.Cli.Commands;

/// <summary>The rules that decided, and where they came from.</summary>
/// <param name="Path">The file, or null.</param>
/// <param name="Digest">SHA-256 of the file, or null.</param>
/// <param name="HasOptions">Whether options said something as well, so that the file alone does not tell the rules.</param>
/// <param name="Policy">What holds.</param>
internal sealed record ScanRuleSet(string? Path, Digest? Digest, bool HasOptions, ScanPolicy Policy)
{
    /// <summary>Severities that pass although a lighter one fails: as with Trivy's own flag, a severity stands for itself and not for those above it.</summary>
    public IEnumerable<ScanSeverity> GraverThanFailing() => Enum.GetValues<ScanSeverity>()
        .Where(severity => !Policy.Severities.Contains(severity) && Policy.Severities.Any(failing => failing != ScanSeverity.Unknown && failing < severity));

    public static byte[] ReadFile(string path)
    {
        try
        {
            return ScanPolicyDocument.Read(path);
        }
        catch (ScanPolicyException exception)
        {
            throw new ScanPolicyException($"{path}: {exception.Message}", exception);
        }
    }

    public static ScanPolicy Parse(string path, byte[] bytes)
    {
        try
        {
            return ScanPolicyDocument.Parse(bytes);
        }
        catch (ScanPolicyException exception)
        {
            throw new ScanPolicyException($"{path}: {exception.Message}", exception);
        }
    }
}
