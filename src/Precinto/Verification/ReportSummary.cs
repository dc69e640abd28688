using Precinto.Attestations;

namespace Precinto.Verification;

/// <summary>Turns a report into what an attestation says of it.</summary>
internal static class ReportSummary
{
    public static VerificationSummary Of(VerificationReport report, string verifierId, string? resourceUri, string? policyUri)
    {
        if (report.Verdict == Verdict.Intact)
            throw new InvalidOperationException("Nobody was trusted, so that there is no verdict to be passed on.");
        if (report.PolicyDigest is not { } policy || report.Files.Count == 0)
            throw new InvalidOperationException("No file of the model could be read, so that there is nothing to be attested.");

        return VerificationSummary.Create(
            verifierId,
            resourceUri ?? ResourceUri(report),
            new(digest: policy, uri: policyUri is null ? $"urn:precinto:policy:{policy}" : AttestationPredicate.Proper(policyUri, nameof(policyUri))),
            report.Verdict == Verdict.Trusted,
            report.VerifiedAt,
            ToolVersion.Component,
            ["SLSA_BUILD_LEVEL_UNEVALUATED", "PRECINTO_MODEL_TRUSTED"],
            [.. report.SignatureFiles.Select(file => new ResourceDescriptor(Path.GetFileName(file.Path), file.Digest))],
            [.. report.Checks.Select(check => new SummarizedCheck(Word(check.Name), Word(check.Outcome), check.Codes))]);
    }

    // The signed name where there is one: a name that nobody signed is the word of whoever delivered the model.
    private static string ResourceUri(VerificationReport report)
    {
        var name = report.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(report.ModelPath)));
        var version = report.Version is { Length: > 0 } signed ? "@" + Uri.EscapeDataString(signed) : "";
        return $"pkg:generic/{Uri.EscapeDataString(name.Length == 0 ? "model" : name)}{version}";
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
