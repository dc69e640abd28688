using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Certificates;

/// <summary>
/// Finds a path from the first of some certificates to an anchor, and judges it (RFC 5280, section 6.1, for one purpose: signing models). Only the certificates at hand are
/// used: nothing is fetched, no store of the machine is asked, and revocation lists are not followed. What is not understood is refused.
/// </summary>
internal static class CertificatePath
{
    /// <summary>Judges the signer's certificate.</summary>
    /// <param name="presented">The signer's certificate, and further ones that may lead to an anchor.</param>
    /// <param name="anchors">Those whose word is taken.</param>
    /// <param name="now">The time at which every certificate of the path must be valid.</param>
    public static CertificateJudgement Judge(IReadOnlyList<Certificate> presented, IReadOnlyList<Certificate> anchors, DateTimeOffset now)
    {
        var leaf = presented[0];
        CertificateJudgement? refusal = null;
        foreach (var path in FindPaths(presented, anchors))
        {
            if (FindDefect(path, now) is not var (rule, reason))
                return new(path[^1], null, "");
            refusal ??= new(path[^1], rule, reason);
        }

        return refusal ?? new(null, null, $"'{leaf.SubjectName}' was not issued under an authority that the policy names");
    }

    // One certificate may have several issuers of one name; the search is bounded by the signatures that it checks.
    private static IEnumerable<IReadOnlyList<Certificate>> FindPaths(IReadOnlyList<Certificate> presented, IReadOnlyList<Certificate> anchors)
    {
        // Whoever names the signer's own certificate as an anchor trusts it, whoever issued it.
        if (anchors.FirstOrDefault(anchor => IsSame(anchor, presented[0])) is { } itself)
            yield return [itself];

        var budget = MaximumSignatures;
        Queue<IReadOnlyList<Certificate>> open = new([[presented[0]]]);
        while (open.TryDequeue(out var path))
        {
            foreach (var issuer in anchors)
                if (Follows(path, issuer, ref budget))
                    yield return [.. path, issuer];

            if (path.Count == MaximumLength)
                continue;
            foreach (var issuer in presented.Skip(1))
                if (!anchors.Any(anchor => IsSame(anchor, issuer)) && Follows(path, issuer, ref budget))
                    open.Enqueue([.. path, issuer]);
        }
    }

    // A signature that cannot be checked leads nowhere, unless the issuer itself is an anchor: then it is worth telling why.
    private static bool Follows(IReadOnlyList<Certificate> path, Certificate issuer, ref int budget)
    {
        if (!issuer.Subject.Span.SequenceEqual(path[^1].Issuer.Span) || path.Any(certificate => IsSame(certificate, issuer)) || budget-- <= 0)
            return false;
        return CertificateSignature.Verify(path[^1], issuer, out var isAccepted) || !isAccepted;
    }

    private static (FindingRule Rule, string Reason)? FindDefect(IReadOnlyList<Certificate> path, DateTimeOffset now)
    {
        for (var index = 0; index + 1 < path.Count; index++)
            if (!CertificateSignature.Verify(path[index], path[index + 1], out _))
                return (CertificateRules.Weak, $"'{path[index].SubjectName}' is not signed by ECDSA on a NIST curve, or RSA with 2048 bits or more, with SHA-2");

        foreach (var certificate in path)
        {
            if (now < certificate.NotBefore || now > certificate.NotAfter)
                return (CertificateRules.NotValidNow, $"'{certificate.SubjectName}' is valid from {ModelRecord.FormatTime(certificate.NotBefore)} to {ModelRecord.FormatTime(certificate.NotAfter)}");
            if (certificate.Extensions.UnknownCritical is { } unknown)
                return (CertificateRules.BrokenPath, $"'{certificate.SubjectName}' has the critical extension {unknown}, which is not understood here");
            if (certificate.Extensions.LimitsNames)
                return (CertificateRules.BrokenPath, $"'{certificate.SubjectName}' limits the names below it, which is not followed here");
        }

        return FindIssuerDefect(path) ?? FindPurposeDefect(path[0]);
    }

    private static (FindingRule Rule, string Reason)? FindIssuerDefect(IReadOnlyList<Certificate> path)
    {
        var authorities = 0;
        for (var index = 1; index < path.Count; index++)
        {
            var (issuer, extensions) = (path[index], path[index].Extensions);
            if (!extensions.IsAuthority || (extensions.HasKeyUsage && !extensions.SignsCertificates))
                return (CertificateRules.BrokenPath, $"'{issuer.SubjectName}' may not issue certificates");
            if (extensions.PathLength is { } length && authorities > length)
                return (CertificateRules.BrokenPath, $"'{issuer.SubjectName}' allows {length} authorities below it, and there are {authorities}");
            if (!extensions.AllowsCodeSigning)
                return (CertificateRules.BrokenPath, $"'{issuer.SubjectName}' issues certificates for other purposes than signing code");
            if (!issuer.IsSelfIssued)
                authorities++;
        }

        return null;
    }

    // OMS 1.0 asks for one of the two; RFC 5280, sections 4.2.1.3 and 4.2.1.12, says that what is there limits. A server's certificate signs no model.
    private static (FindingRule Rule, string Reason)? FindPurposeDefect(Certificate leaf)
    {
        var extensions = leaf.Extensions;
        if (extensions is { HasKeyUsage: false, Purposes: null })
            return (CertificateRules.WrongPurpose, $"'{leaf.SubjectName}' does not say what it is for");
        if (extensions.HasKeyUsage && !extensions.SignsData)
            return (CertificateRules.WrongPurpose, $"'{leaf.SubjectName}' is not meant for signatures (key usage)");
        return extensions.AllowsCodeSigning
            ? null
            : (CertificateRules.WrongPurpose, $"'{leaf.SubjectName}' is not meant for signing code (extended key usage)");
    }

    private static bool IsSame(Certificate left, Certificate right) => left.Bytes.Span.SequenceEqual(right.Bytes.Span);

    private const int MaximumLength = 8;
    private const int MaximumSignatures = 64;
}

/// <summary>What became of a signer's certificate.</summary>
/// <param name="Anchor">The anchor that a path leads to; null where none does.</param>
/// <param name="Rule">Why it is refused all the same; null where it is good.</param>
/// <param name="Reason">The same in words.</param>
internal sealed record CertificateJudgement(Certificate? Anchor, FindingRule? Rule, string Reason);
