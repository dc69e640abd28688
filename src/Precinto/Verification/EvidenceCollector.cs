using Precinto.Digests;
using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>Reads everything that the checks need, each file once.</summary>
internal static class EvidenceCollector
{
    public static Evidence Collect(
        Snapshot snapshot, TrustPolicy document, Expectations expectations, DateTimeOffset now,
        SealedMemory? memory, IProgress<long>? progress, CancellationToken cancellation)
    {
        var choice = RuleChoice.IsClear(document) ? RuleChoice.Clear(document) : Choose(snapshot, document, expectations, now);
        var policy = choice.Policy;
        var (revocations, revocationProblem) = FindRevocations(policy, now);
        IgnoredPaths ignored = new([.. IgnoredPaths.Default, .. policy.IgnoredPaths]);
        IgnoredPaths leftOut = snapshot.IsFolder ? ignored : new([]);
        var attestations = FindAttestations(snapshot, leftOut, expectations);
        var layout = ModelLayout.Of(snapshot, leftOut,
            [.. NamedInside(snapshot, [.. expectations.SignatureFiles, .. Replaced(expectations)]), .. attestations.Select(found => found.Path).OfType<string>()]);
        var checksums = layout.FindChecksums();
        List<(string, string)> unreadable = [];
        List<Resource> signatureFiles = [];
        List<SignatureClaim> claims = [.. ReadClaims(layout, checksums?.Bytes, expectations, unreadable, signatureFiles)];

        var algorithms = claims.Select(claim => claim.ManifestAlgorithm).OfType<DigestAlgorithm>().Where(algorithm => algorithm != DigestAlgorithm.Sha256).Distinct().ToArray();
        var payload = layout.Payload.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var requests = snapshot.Files
            .Where(file => !snapshot.IsFolder || !ignored.Covers(file.Path))
            .Select(file => new ExaminationRequest(file, RequestHashes(file, algorithms, claims), payload.Contains(file.Path)))
            .ToArray();
        var examination = memory is null
            ? Examination.Run(requests, progress, cancellation)
            : Examination.RunSealed(requests, memory, progress, cancellation);

        var record = Same(ModelRecord.FileName, layout.FindRecord(), examination, snapshot);
        var hash = Same(ModelLayout.HashFileName, layout.FindHash(), examination, snapshot);
        checksums = Same(ModelLayout.ChecksumsFileName, checksums, examination, snapshot);
        ExaminedFile[] examinedPayload = [.. examination.Files.Where(file => payload.Contains(file.Path))];
        SignatureAssessment[] assessments = [.. claims.Select(claim => Revoke(Assess(claim, claims, algorithms.Length, examination, policy, now), revocations))];
        var stated = FindStated(examinedPayload, assessments, policy);
        return new()
        {
            Policy = policy,
            Choice = choice,
            Revocations = revocations,
            RevocationProblem = revocationProblem,
            Expectations = expectations,
            Now = now,
            Layout = layout,
            Examination = examination,
            Payload = examinedPayload,
            Stated = stated,
            Subject = stated.Count == 0 ? null : ModelSubject.Of(stated),
            Assessments = assessments,
            UnreadableSignatures = unreadable,
            SignatureFiles = signatureFiles,
            Attestations = [.. attestations.Select(found => AttestationAssessment.Of(found.File, found.Path, policy, revocations, examinedPayload, stated))],
            RecordFile = record,
            HashFile = hash,
            ChecksumsFile = checksums,
            DigestOf = (file, algorithm) => DigestOf(file, algorithm, algorithms),
        };
    }

    // What a rule ignores is not known yet; signatures that it would ignore speak here, too, and only choose what the model is held to.
    private static RuleChoice Choose(Snapshot snapshot, TrustPolicy document, Expectations expectations, DateTimeOffset now)
    {
        var layout = ModelLayout.Of(snapshot, snapshot.IsFolder ? new(IgnoredPaths.Default) : new([]), [.. NamedInside(snapshot, expectations.SignatureFiles)]);
        List<SignatureClaim> claims = [.. ReadClaims(layout, layout.FindChecksums()?.Bytes, expectations, [], [])];
        MetadataCheck.TryRead(snapshot.IsFolder ? layout.FindRecord() : null, out var record);
        return RuleChoice.Of(document, expectations.Name, claims, record, now);
    }

    private static (Revocations Revocations, string? Problem) FindRevocations(TrustPolicy policy, DateTimeOffset now)
    {
        if (policy.RevocationList is not { } list)
            return (policy.Revoked, null);

        var reading = list.Read(policy.Revoked, now);
        return (policy.Revoked.With(reading.Revocations), reading.Problem is { } problem ? $"{list.Path} {problem}" : null);
    }

    // The date of a signature is the word of whoever holds the key; one that was made before the revocation cannot be told from one that was dated back.
    private static SignatureAssessment Revoke(SignatureAssessment assessment, Revocations revocations) =>
        assessment.Standing == SignatureStanding.Trusted && revocations.Find(assessment.Signer.Kind, assessment.Signer.Identity) is { } revoked
            ? new(SignatureStanding.Bad, CheckRules.SignerRevoked,
                $"{assessment.Detail}, who was revoked on {ModelRecord.FormatTime(revoked.Date)}: {revoked.Reason}",
                new(assessment.Signer.Kind, assessment.Signer.Identity, assessment.Signer.SignedAt, isTrusted: false), null)
            : assessment;

    // A record speaks of what was signed; a file that lies beside it by permission is not part of that, and is never loaded.
    private static IReadOnlyList<ExaminedFile> FindStated(ExaminedFile[] payload, SignatureAssessment[] assessments, TrustPolicy policy)
    {
        // What too few of the demanded signers list is as little stated as what none does.
        var manifests = assessments
            .Where(assessment => assessment.Manifest is not null && (assessment.Standing == SignatureStanding.Trusted || policy.IsIntegrityOnly))
            .ToArray();
        return manifests.Length == 0
            ? payload
            : [.. payload.Where(file => manifests
                .Where(assessment => assessment.Manifest!.TryGet(file.Path, out _) || assessment.Manifest.Resources is [{ Path: "." }])
                .Select(assessment => (assessment.Signer.Kind, assessment.Signer.Identity)).Distinct().Count() >= policy.Threshold)];
    }

    private static IEnumerable<SignatureClaim> ReadClaims(
        ModelLayout layout, byte[]? checksums, Expectations expectations, List<(string, string)> unreadable, List<Resource> parsed)
    {
        // Each may be large, and all are held at once: an attacker who adds files must not decide how much memory that is.
        var budget = MaximumSignatureBytes;
        foreach (var candidate in layout.Signatures)
        {
            budget -= candidate.File?.Length ?? 0;
            if (budget < 0 || layout.Signatures.Count > MaximumSignatures)
            {
                unreadable.Add((candidate.Path, $"is one of more than {MaximumSignatures} signatures, or of signatures of more than {MaximumSignatureBytes} bytes"));
                yield break;
            }

            var isOverChecksums = layout.Snapshot.IsFolder && candidate.Covers == ModelLayout.ChecksumsFileName;
            var claim = Parse(layout.Read(candidate), candidate.Covers.Length == 0 ? null : candidate.Covers, isOverChecksums ? checksums : null, unreadable, parsed);
            if (claim is not null)
                yield return claim;
        }

        foreach (var path in expectations.SignatureFiles)
        {
            // A signature named by the caller: over the file, or over the folder's checksums.
            var claim = Parse(ReadNamed(path, ModelLayout.MaximumSignature), layout.Snapshot.IsFolder ? OnlyFile(layout) : layout.Snapshot.Name, checksums, unreadable, parsed);
            if (claim is not null)
                yield return claim;
        }
    }

    private static string? OnlyFile(ModelLayout layout) => layout.Payload.Count == 1 ? layout.Payload[0].Path : null;

    private static SignatureClaim? Parse(SidecarFile file, string? covered, byte[]? checksums, List<(string, string)> unreadable, List<Resource> parsed)
    {
        try
        {
            if (file.Bytes is not null)
            {
                var claim = SignatureClaim.Parse(file.Name, file.Bytes, covered, checksums);
                parsed.Add(new(file.Name, Hashing.Compute(file.Bytes, DigestAlgorithm.Sha256)));
                return claim;
            }

            unreadable.Add((file.Name, file.Problem!));
        }
        catch (MalformedSignatureException exception)
        {
            unreadable.Add((file.Name, exception.Message));
        }

        return null;
    }

    // Those that lie with the model, and those that the caller names; one that is both stands there once.
    private static List<(SidecarFile File, string? Path)> FindAttestations(Snapshot snapshot, IgnoredPaths ignored, Expectations expectations)
    {
        List<(SidecarFile File, string? Path)> found = [.. AttestationFiles.Find(snapshot, ignored).Select(file => (file, snapshot.IsFolder ? file.Name : null))];
        found.RemoveAll(old => NamedInside(snapshot, Replaced(expectations)).Contains(old.Path));
        foreach (var path in expectations.AttestationFiles)
        {
            var inside = NamedInside(snapshot, [path]).FirstOrDefault();
            found.RemoveAll(other => inside is not null && other.Path == inside);
            found.Add((ReadNamed(path, AttestationFiles.MaximumSize), inside));
        }

        return found;
    }

    private static IEnumerable<string> Replaced(Expectations expectations) => expectations.Replaced is { } path ? [path] : [];

    private static SidecarFile ReadNamed(string path, int maximum)
    {
        using var named = Snapshot.Open(path);
        if (named.IsFolder || named.Files.Count == 0)
            return new(path, null, named.IsFolder ? "is a folder" : named.Irregularities[0].Reason);
        if (named.Files[0].Length > maximum)
            return new(path, null, $"has {named.Files[0].Length} bytes; at most {maximum} are read");

        using var opened = named.Files[0].Open();
        return new(path, opened.Content.ToArray(), null);
    }

    private static HashRequest[] RequestHashes(SnapshotFile file, DigestAlgorithm[] algorithms, List<SignatureClaim> claims) =>
        [.. algorithms.Select(algorithm => new HashRequest(algorithm)), .. claims.Where(claim => claim.HashedPath == file.Path).SelectMany(claim => claim.Hashes)];

    private static SignatureAssessment Assess(
        SignatureClaim claim, List<SignatureClaim> claims, int before, Examination examination, TrustPolicy policy, DateTimeOffset now)
    {
        var file = claim.HashedPath is { } path ? examination.Find(path) : null;
        if (file is null)
            return claim.Assess(null, [], policy, now);

        // The answers stand in the order of the requests: other algorithms first, then claim by claim.
        var start = before + claims.TakeWhile(other => other != claim).Where(other => other.HashedPath == claim.HashedPath).Sum(other => other.Hashes.Count);
        return claim.Assess(file, [.. file.Hashes.Skip(start).Take(claim.Hashes.Count)], policy, now);
    }

    private static Digest? DigestOf(ExaminedFile file, DigestAlgorithm algorithm, DigestAlgorithm[] algorithms)
    {
        if (algorithm == DigestAlgorithm.Sha256)
            return file.Digest;

        var index = Array.IndexOf(algorithms, algorithm);
        return index < 0 ? null : new(algorithm, file.Hashes[index]);
    }

    // In a folder the sidecar was hashed with everything else; what is parsed must be what was hashed.
    // A record that vanishes in between would take its expiry with it.
    private static SidecarFile? Same(string name, SidecarFile? file, Examination examination, Snapshot snapshot)
    {
        if (file is null && snapshot.IsFolder && examination.Find(name) is not null)
            throw new ModelChangedException(name);

        if (file?.Bytes is not null && snapshot.IsFolder && examination.Find(file.Name) is { } examined
            && !examined.Digest.Equals(Hashing.Compute(file.Bytes, DigestAlgorithm.Sha256)))
            throw new ModelChangedException(file.Name);
        return file;
    }

    // Signatures that the caller names and that lie in the folder are no part of the model (OMS 1.0, section 6.2).
    private static IEnumerable<string> NamedInside(Snapshot snapshot, IEnumerable<string> paths)
    {
        if (!snapshot.IsFolder)
            yield break;

        var folder = RealPath.Of(snapshot.Path);
        foreach (var path in paths.Select(RealPath.Of))
            if (RealPath.IsInside(path, folder))
                yield return Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
    }

    private const int MaximumSignatures = 1000;
    private const long MaximumSignatureBytes = 128 << 20;
}
