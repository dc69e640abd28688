using Precinto.Digests;
using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>Is every file what was signed, none missing, none extra?</summary>
internal static class IntegrityCheck
{
    public static Check Run(Evidence evidence)
    {
        CheckInProgress check = new(CheckName.Integrity);
        foreach (var irregularity in evidence.Layout.Snapshot.Irregularities)
            if (!evidence.PolicyIgnored.Covers(irregularity.Path))
                check.Fail(CheckRules.Irregular, $"{irregularity.Path} {irregularity.Reason}");
        if (evidence.Payload.Count == 0)
            check.Fail(CheckRules.NoFiles, "the model holds no file");
        else if (evidence.Stated.Count == 0)
            check.Fail(CheckRules.NoFiles, "the signatures list no file of the model that is there");

        CompareHashFile(evidence, check);
        CompareChecksums(evidence, check);
        foreach (var assessment in evidence.Assessments)
            if (assessment.Manifest is not null && (assessment.Standing == SignatureStanding.Trusted || evidence.Policy.IsIntegrityOnly))
                Compare(evidence, assessment, check);

        FindUncovered(evidence, check);
        if (evidence.Policy.IsIntegrityOnly)
        {
            var isStated = evidence.HashFile is not null || evidence.ChecksumsFile is not null || evidence.Assessments.Any(assessment => assessment.Manifest is not null);
            var recorded = evidence.RecordFile?.Content?.Digest;
            if (!isStated && recorded is null)
                check.Fail(CheckRules.NothingToCompare, $"neither a signature nor {ModelLayout.HashFileName} states what the model should be");
            else if (recorded is not null && recorded == evidence.Subject?.Digest.ToString())
                check.Confirm($"the digest is the one in {ModelRecord.FileName}");
        }
        else if (!evidence.Trusted.Any())
        {
            check.Note("no trusted signature says what the model should be");
        }

        ListIgnored(evidence, check);
        var result = check.Finish();

        // Agreement with what nobody signed proves nothing where a signature was asked for.
        return result.Outcome == CheckOutcome.Passed && !evidence.Policy.IsIntegrityOnly && !evidence.Trusted.Any()
            ? new(CheckName.Integrity, CheckOutcome.Skipped, result.Observations)
            : result;
    }

    private static void CompareHashFile(Evidence evidence, CheckInProgress check)
    {
        if (evidence.HashFile is not { } file || evidence.Subject is null)
            return;

        if (file.Bytes is null)
        {
            check.Fail(CheckRules.UnreadableHash, $"{file.Name} {file.Problem}");
            return;
        }

        if (!Checksums.TryParseBare(file.Bytes, DigestAlgorithm.Sha256, out var stated))
        {
            check.Fail(CheckRules.UnreadableHash, $"{file.Name} holds no SHA-256 in hexadecimal");
            return;
        }

        var unsigned = IsSignedSidecar(evidence, ModelLayout.HashFileName) ? "" : ", unsigned";
        if (stated.Equals(evidence.Subject.Digest))
            check.Confirm($"the digest is the one in {file.Name}{unsigned}");
        else
            check.Fail(CheckRules.HashDiffers, $"{file.Name} states {stated.Hex}{unsigned}, the model has {evidence.Subject.Digest.Hex}");
    }

    private static void CompareChecksums(Evidence evidence, CheckInProgress check)
    {
        if (evidence.ChecksumsFile is not { } file)
            return;

        if (file.Bytes is null)
        {
            check.Fail(CheckRules.UnreadableHash, $"{file.Name} {file.Problem}");
            return;
        }

        try
        {
            var entries = Checksums.Parse(file.Bytes, DigestAlgorithm.Sha256);
            foreach (var (path, stated) in entries)
                CompareFile(evidence, path, new(HashMethod.Default, [new(path, stated)]), file.Name, check);

            // Where nothing else lists the files, what the list does not name is an extra file.
            if (evidence.Policy.IsIntegrityOnly && evidence.Assessments.All(assessment => assessment.Manifest is null) && !evidence.Policy.AllowExtraFiles)
            {
                var listed = entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
                foreach (var extra in evidence.Payload.Where(payload => !listed.Contains(payload.Path)))
                    check.Fail(CheckRules.ExtraFile, $"{extra.Path} is not listed in {file.Name}");
            }

            check.Confirm($"{entries.Count} files were compared with {file.Name}");
        }
        catch (FormatException exception)
        {
            check.Fail(CheckRules.UnreadableHash, $"{file.Name}: {exception.Message.TrimEnd('.')}");
        }
    }

    private static void Compare(Evidence evidence, SignatureAssessment assessment, CheckInProgress check)
    {
        var by = assessment.Standing == SignatureStanding.Trusted ? "was signed" : "is stated by a signature that nobody vouches for";
        var manifest = assessment.Manifest!;
        if (!manifest.IsAboutNamelessFile)
        {
            foreach (var path in manifest.Paths)
                CompareFile(evidence, path, manifest.Find(path)!, "the signature", check);
        }
        else if (evidence.Layout.Snapshot.IsFolder)
        {
            check.Fail(CheckRules.MissingFile, "a single file was signed, and this is a folder");
        }
        else
        {
            CompareFile(evidence, evidence.Layout.Snapshot.Name, manifest.Find(Manifest.Nameless)!, "the signature", check);
        }

        if (!check.HasFailed)
            check.Confirm(manifest.Paths.Count == 1 ? $"the file is what {by}" : $"all {manifest.Paths.Count} files are what {by}");
    }

    private static void CompareFile(Evidence evidence, string path, FileStatement stated, string source, CheckInProgress check)
    {
        if (evidence.Examination.Find(path) is not { } file)
        {
            if (!evidence.PolicyIgnored.Covers(path))
                check.Fail(CheckRules.MissingFile, $"{path} is missing; {source} lists it");
            else
                check.Note($"{path} is ignored by the policy, although {source} lists it");
            return;
        }

        if (stated.Difference(file) is { } difference)
            check.Fail(CheckRules.DigestDiffers, $"{path} is not what {source} states: {difference}");
    }

    private static void FindUncovered(Evidence evidence, CheckInProgress check)
    {
        var considered = evidence.Assessments.Where(assessment => assessment.Manifest is not null
            && (assessment.Standing == SignatureStanding.Trusted || evidence.Policy.IsIntegrityOnly)).ToArray();
        if (considered.Length == 0)
            return;

        // An attestation by nobody whom the policy trusts, or about other files, is an extra file like any other; so is a second copy of one.
        var welcome = evidence.Attestations.Where(attestation => IsWelcome(evidence, attestation))
            .DistinctBy(attestation => Hashing.Compute(attestation.Attestation!.Statement.Span, DigestAlgorithm.Sha256)).ToHashSet();
        var loose = evidence.Attestations.Where(attestation => attestation.Path is not null && !welcome.Contains(attestation)).Select(attestation => attestation.Path!);
        foreach (var path in evidence.Payload.Select(file => file.Path).Concat(loose))
        {
            if (evidence.Examination.Find(path) is { Length: 0 } && considered.Any(assessment => assessment.Manifest!.Method.ShardSize is not null && !evidence.Lists(assessment, path)))
            {
                // Section 6.3.2 leaves it out of every manifest in parts; nobody vouches for its name, so that it is never loaded.
                check.Note($"not protected, since an empty file has no parts: {path}");
                continue;
            }

            // Leaving a file out vouches for nothing: it excuses a file that nobody lists, and never completes a threshold.
            var listing = DistinctSigners.Count(considered.Where(assessment => evidence.Lists(assessment, path)));
            var covering = listing > 0 ? listing : DistinctSigners.Count(considered.Where(assessment => assessment.Manifest!.LeavesOut(path)));
            if (covering >= evidence.Policy.Threshold)
                continue;
            if (evidence.Policy.AllowExtraFiles)
                check.Note($"{path} was not signed; extra files are allowed");
            else
                check.Fail(CheckRules.ExtraFile, covering == 0
                    ? $"{path} was not signed"
                    : $"{path} was signed by {covering} of {evidence.Policy.Threshold} signers");
        }
    }

    // Where nobody is trusted, nobody can vouch; an attestation of these files is no part of what is compared then.
    private static bool IsWelcome(Evidence evidence, AttestationAssessment attestation) =>
        attestation.IsVouched || (evidence.Policy.IsIntegrityOnly && attestation.Attestation is not null && attestation.Mismatch is null && attestation.IsCompact);

    private static void ListIgnored(Evidence evidence, CheckInProgress check)
    {
        if (!evidence.Layout.Snapshot.IsFolder)
            return;

        var ignored = evidence.Trusted.SelectMany(assessment => assessment.Manifest!.IgnoredPaths)
            .Concat(IgnoredPaths.Default).Concat(evidence.Policy.IgnoredPaths).Distinct(StringComparer.Ordinal);
        foreach (var path in ignored)
        {
            IgnoredPaths one = new([path]);
            if (evidence.Layout.Snapshot.Files.Any(file => one.Covers(file.Path) && !evidence.Layout.Signatures.Any(signature => signature.Path == file.Path)))
                check.Note($"not protected, since it is left out: {path}");
        }
    }

    private static bool IsSignedSidecar(Evidence evidence, string name) => evidence.Layout.Snapshot.IsFolder && evidence.IsSigned(name);
}
