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

        var manifests = claims.Select(claim => claim.Manifest).OfType<Manifest>().Distinct().ToArray();
        var whole = manifests.Where(manifest => manifest.Method.ShardSize is null).Select(manifest => manifest.Method).Distinct().ToArray();
        var inParts = manifests.Where(manifest => manifest.Method.ShardSize is not null).ToArray();
        var payload = layout.Payload.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var requests = snapshot.Files
            .Where(file => !snapshot.IsFolder || !ignored.Covers(file.Path))
            .Select(file => new ExaminationRequest(file, [.. whole, .. MethodsInParts(file, inParts)], RequestHashes(file, claims), payload.Contains(file.Path)))
            .ToArray();
        var examination = memory is null
            ? Examination.Run(requests, progress, cancellation)
            : Examination.RunSealed(requests, memory, progress, cancellation);

        var record = Same(ModelRecord.FileName, layout.FindRecord(), examination, snapshot);
        var hash = Same(ModelLayout.HashFileName, layout.FindHash(), examination, snapshot);
        checksums = Same(ModelLayout.ChecksumsFileName, checksums, examination, snapshot);
        ExaminedFile[] examinedPayload = [.. examination.Files.Where(file => payload.Contains(file.Path))];
        SignatureAssessment[] assessments = [.. claims.Select(claim => Revoke(Assess(claim, claims, examination, policy, now), revocations))];
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
            RecordFile = FoundRecord.Of(record),
            HashFile = hash,
            ChecksumsFile = checksums,
        };
    }

    // What a rule ignores is not known yet; signatures that it would ignore speak here, too, and only choose what the model is held to.
    private static RuleChoice Choose(Snapshot snapshot, TrustPolicy document, Expectations expectations, DateTimeOffset now)
    {
        var layout = ModelLayout.Of(snapshot, snapshot.IsFolder ? new(IgnoredPaths.Default) : new([]), [.. NamedInside(snapshot, expectations.SignatureFiles)]);
        List<SignatureClaim> claims = [.. ReadClaims(layout, layout.FindChecksums()?.Bytes, expectations, [], [])];
        var record = snapshot.IsFolder ? FoundRecord.Of(layout.FindRecord()) : null;
        return RuleChoice.Of(document, expectations.Name, claims, record?.Content, now);
    }

    private static (Revocations Revocations, string? Problem) FindRevocations(TrustPolicy policy, DateTimeOffset now)
    {
        if (policy.RevocationList is not { } list)
            return (policy.Revoked, null);

        var reading = list.Read(policy.Revoked, now);
        return (policy.Revoked.With(reading.Revocations), reading.Problem is { } problem ? $"{list.Path} {problem}" : null);
    }

    // A key that was revoked does not come back with a certificate, nor a certificate with another signature under the same authority.
    private static RevokedSigner? FindRevoked(Signer signer, Revocations revocations) =>
        revocations.Find(signer.Kind, signer.Identity) ?? revocations.Find("key", signer.Key)
        ?? signer.Vouchers.Select(voucher => revocations.Find(voucher.Kind, voucher.Identity)).FirstOrDefault(revoked => revoked is not null);

    // The date of a signature is the word of whoever holds the key; one that was made before the revocation cannot be told from one that was dated back.
    private static SignatureAssessment Revoke(SignatureAssessment assessment, Revocations revocations) =>
        assessment.Standing == SignatureStanding.Trusted && FindRevoked(assessment.Signer, revocations) is { } revoked
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
            : [.. payload.Where(file => DistinctSigners.Count(manifests
                .Where(assessment => assessment.Manifest!.FindNamed(file.Path) is not null)) >= policy.Threshold)];
    }

    private static IEnumerable<SignatureClaim> ReadClaims(
        ModelLayout layout, byte[]? checksums, Expectations expectations, List<(string, string)> unreadable, List<Resource> parsed)
    {
        // Each may be large, and all are held at once: an attacker who adds files must not decide how much memory that is.
        var budget = MaximumSignatureBytes;
        HashSet<HashMethod> methods = [HashMethod.Default];
        foreach (var candidate in layout.Signatures)
        {
            budget -= candidate.File?.Length ?? 0;
            if (budget < 0 || layout.Signatures.Count > MaximumSignatures)
            {
                unreadable.Add((candidate.Path, $"is one of more than {MaximumSignatures} signatures, or of signatures of more than {MaximumSignatureBytes} bytes"));
                yield break;
            }

            var isOverChecksums = layout.Snapshot.IsFolder && candidate.Covers == ModelLayout.ChecksumsFileName;
            foreach (var claim in Parse(layout.Read(candidate), candidate.Covers.Length == 0 ? null : candidate.Covers, isOverChecksums ? checksums : null, unreadable, parsed))
                if (IsAffordable(claim))
                    yield return claim;
        }

        foreach (var path in expectations.SignatureFiles)
        {
            // A signature named by the caller: over the file, or over the folder's checksums.
            foreach (var claim in Parse(ReadNamed(path, ModelLayout.MaximumSignature), layout.Snapshot.IsFolder ? OnlyFile(layout) : layout.Snapshot.Name, checksums, unreadable, parsed))
                if (IsAffordable(claim))
                    yield return claim;
        }

        // Each method is another pass of hashing over the whole model.
        bool IsAffordable(SignatureClaim claim)
        {
            if (claim.Manifest is not { Method: var method } || methods.Contains(method) || methods.Count < MaximumMethods)
            {
                methods.Add(claim.Manifest?.Method ?? HashMethod.Default);
                return true;
            }

            unreadable.Add((claim.Source, $"asks for one more way to hash the model than the {MaximumMethods} that are followed"));
            return false;
        }
    }

    private static string? OnlyFile(ModelLayout layout) => layout.Payload.Count == 1 ? layout.Payload[0].Path : null;

    private static IReadOnlyList<SignatureClaim> Parse(SidecarFile file, string? covered, byte[]? checksums, List<(string, string)> unreadable, List<Resource> parsed)
    {
        try
        {
            if (file.Bytes is not null)
            {
                var claims = SignatureClaim.Parse(file.Name, file.Bytes, covered, checksums);
                parsed.Add(new(file.Name, Hashing.Compute(file.Bytes, DigestAlgorithm.Sha256)));
                return claims;
            }

            unreadable.Add((file.Name, file.Problem!));
        }
        catch (MalformedSignatureException exception)
        {
            unreadable.Add((file.Name, exception.Message));
        }

        return [];
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

        return new(path, named.Files[0].Read(), null);
    }

    // A file of another size than its parts add up to is not hashed in parts: what is stored of it is bounded by what a manifest lists.
    private static IEnumerable<HashMethod> MethodsInParts(SnapshotFile file, Manifest[] manifests) =>
        manifests.Where(manifest => manifest.FindNamed(file.Path)?.Length == file.Length).Select(manifest => manifest.Method);

    private static HashRequest[] RequestHashes(SnapshotFile file, List<SignatureClaim> claims) =>
        [.. claims.Where(claim => claim.HashedPath == file.Path).SelectMany(claim => claim.Hashes)];

    private static SignatureAssessment Assess(
        SignatureClaim claim, List<SignatureClaim> claims, Examination examination, TrustPolicy policy, DateTimeOffset now)
    {
        var file = claim.HashedPath is { } path ? examination.Find(path) : null;
        if (file is null)
            return claim.Assess(null, [], policy, now);

        // The answers stand in the order of the requests, claim by claim.
        var start = claims.TakeWhile(other => other != claim).Where(other => other.HashedPath == claim.HashedPath).Sum(other => other.Hashes.Count);
        return claim.Assess(file, [.. file.Hashes.Skip(start).Take(claim.Hashes.Count)], policy, now);
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
    private const int MaximumMethods = 8;
    private const long MaximumSignatureBytes = 128 << 20;
}
