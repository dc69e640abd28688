using System.Text;
using System.Text.Json;
using Precinto.Attestations;
using Precinto.Cli.Bom;
using Precinto.Digests;
using Precinto.Manifests;
using Precinto.Scans;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;
using Precinto.Signatures.Pkcs11;
using Precinto.Trust;

namespace Precinto.Fuzz.Targets;

/// <summary>The documents that a deployment or a signer writes.</summary>
internal static class DocumentTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new DocumentTarget("statement", ReadStatement, exception => exception is JsonException, "_type", "subject", "predicate", "resources", "sha256", "serialization"),
        new DocumentTarget("attestation", ReadAttestation, exception => exception is MalformedSignatureException, "predicateType", "subject"),
        new DocumentTarget("record", ReadRecord, exception => exception is JsonException, "created_at", "input_shape", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
        new DocumentTarget("checksums", ReadChecksums, exception => exception is FormatException, "\\n", "\\\\", " *", "  "),
        new DocumentTarget("pem-public", bytes => PublicKey.ParsePem(Text(bytes)).Identity, exception => exception is MalformedSignatureException, PemWords),
        new DocumentTarget("pem-private", ReadPrivateKey, exception => exception is MalformedSignatureException, PemWords),
        new DocumentTarget("pem-certificate", ReadCertificates, exception => exception is MalformedSignatureException, PemWords),
        new DocumentTarget("openpgp-armor", ReadArmor, exception => exception is MalformedSignatureException, PemWords),
        new DocumentTarget("pkcs11-uri", ReadUri, exception => exception is FormatException, "pkcs11:", ";", "?", "&", "%00", "object=", "id=%FF"),
        new DocumentTarget("policy", ReadPolicy, exception => exception is PolicyException or FileNotFoundException, "signers", "threshold", "kind", "openpgp", "certificate", "attestations", "failOn"),
        new DocumentTarget("trust-state", ReadState, exception => exception is StateException, "models", "acceptedAt", "1.4.0-rc.1"),
        new DocumentTarget("revocations", ReadRevocations, exception => exception is JsonException, "issued", "identity", "openpgp", "9999-12-31"),
        new DocumentTarget("revocation-envelope", bytes => ReadRevocations(RevocationEnvelope.Parse(bytes).Payload), exception => exception is JsonException, "payloadType", "sig"),
        new DocumentTarget("scan-rules", ReadRules, exception => exception is ScanPolicyException, "exceptions", "severities", "kinds", "until"),
        new DocumentTarget("trivy-report", ReadReport, exception => exception is ScanReportException, "Results", "Vulnerabilities", "Target", "Class", "runs", "rules", "Severity"),
        new DocumentTarget("lock-file", ReadLock, exception => exception is JsonException, "dependencies", "contentHash", "Project", "Direct"),
    ];

    private static string ReadStatement(byte[] bytes)
    {
        var statement = ModelStatement.Parse(bytes);
        var manifest = statement.Manifest;
        return $"{statement.IsOldEncoding} {statement.Notes.Count} {manifest.Resources.Count} {manifest.RootDigest} {statement.SubjectName}";
    }

    private static string ReadAttestation(byte[] bytes)
    {
        var attestation = Attestation.Parse(bytes);
        return $"{attestation.Predicate.GetType().Name} {attestation.KeyHint} {string.Join(' ', attestation.Subjects.Select(subject => $"{subject.Name} {subject.Digest}"))}";
    }

    private static string ReadRules(byte[] bytes)
    {
        var rules = ScanPolicyDocument.Parse(bytes);
        return $"{string.Join(' ', rules.Severities)} {string.Join(' ', rules.Kinds)} {rules.IgnoreUnfixed} {rules.AllowEndOfLife} {rules.MinimumPackages}";
    }

    private static string ReadUri(byte[] bytes)
    {
        var uri = Pkcs11Uri.Parse(Text(bytes));
        return $"{uri.Token} {uri.Serial} {uri.Manufacturer} {uri.Model} {uri.Slot} {uri.Label} {uri.Id?.Length} {uri.ModulePath} {uri.PinFile} {uri.Pin}";
    }

    /// <summary>What was read and written again is the same record.</summary>
    private static string ReadRecord(byte[] bytes)
    {
        var written = ModelRecord.Parse(bytes).ToJson();
        var again = ModelRecord.Parse(written).ToJson();
        return written.AsSpan().SequenceEqual(again) ? Encoding.UTF8.GetString(written) : throw new FuzzFailureException("A record that was written is read as another one.");
    }

    private static string ReadChecksums(byte[] bytes) =>
        string.Join('\n', Checksums.Parse(bytes, DigestAlgorithm.Sha256).Select(line => $"{line.Value} {line.Key}"));

    /// <summary>Whatever opens can sign, and its own public half agrees.</summary>
    private static string ReadPrivateKey(byte[] bytes)
    {
        using var key = SigningKey.ParsePem(Text(bytes), GivenPassword);
        if (key.PublicKey.Verify("other"u8, key.Sign("data"u8)))
            throw new FuzzFailureException("The signature over some bytes holds for others.");
        return key.PublicKey.Identity;
    }

    private static string ReadCertificates(byte[] bytes)
    {
        var certificates = Certificate.ParsePem(Text(bytes));
        var judgement = CertificatePath.Judge(certificates, [certificates[^1]], Now);
        return $"{certificates.Count} {judgement.Reason} {string.Join(' ', certificates.Select(certificate => certificate.Identity))}";
    }

    /// <summary>What armor encloses can be enclosed again.</summary>
    private static string ReadArmor(byte[] bytes)
    {
        string[] labels = [OpenPgpArmor.Signature, OpenPgpArmor.PublicKey];
        var content = OpenPgpArmor.Decode(bytes, labels, several: true);
        var again = OpenPgpArmor.Decode(Encoding.ASCII.GetBytes(OpenPgpArmor.Encode(content, OpenPgpArmor.Signature)), labels, several: false);
        return content.AsSpan().SequenceEqual(again) ? Convert.ToHexString(content) : throw new FuzzFailureException("Armor of the content gives other content.");
    }

    /// <summary>A policy is read by its path, as key files stand beside it; one that was read trusts somebody.</summary>
    private static string ReadPolicy(byte[] bytes) => Written.Read(bytes, path =>
    {
        var policy = PolicyDocument.Load(path);
        if (policy.AllRules.FirstOrDefault(rule => rule.Signers.Count == 0 || rule.Threshold < 1 || rule.Threshold > rule.Signers.Count) is { } open)
            throw new FuzzFailureException($"A rule of {open.Signers.Count} signers with the threshold {open.Threshold}.");
        return string.Join('\n', policy.AllRules.Select(rule => $"{rule.Signers.Count} {rule.Threshold} {rule.FailOn} {rule.Attestations.Count} {rule.Models.Count} {policy.Expires}"));
    });

    private static string ReadState(byte[] bytes) => Written.Read(bytes, path =>
    {
        var answer = AcceptedVersions.Ask(path, Candidate);
        return $"{answer.Standing} {answer.Known?.Version}";
    });

    private static string ReadRevocations(byte[] bytes)
    {
        var list = RevocationDocument.Parse(bytes);
        return $"{list.Issued:O} {list.Revocations.Digests.Count} {list.Revocations.Signers.Count}";
    }

    private static string ReadReport(byte[] bytes)
    {
        var report = ScanReport.Parse(bytes);
        return $"{report.Findings.Count} {report.SuppressedCount} {report.Unjudged.Count} {report.PackageCount}";
    }

    private static string ReadLock(byte[] bytes)
    {
        var locked = PackageLock.Parse(bytes);
        return $"{locked.Frameworks.Count} {locked.Frameworks.Sum(framework => framework.Count)} {locked.Roots.Sum(root => root.Count)}";
    }

    private static string[] PemWords => ["-----BEGIN ", "-----END ", "-----", "CERTIFICATE", "PRIVATE KEY", "PUBLIC KEY", "\r\n", "\n\n", "=", "Comment: x\n"];

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public const string GivenPassword = "a password that everybody knows";
    public static readonly DateTimeOffset Now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AcceptedVersion Candidate = new("iris", ModelVersion.TryParse("1.4.0", out var version) ? version : throw new FormatException(), Hashing.Compute([], DigestAlgorithm.Sha256), Now);
}
