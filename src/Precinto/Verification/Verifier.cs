using Precinto.Digests;
using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>Verifies models against a policy. One instance may be used by several threads at once.</summary>
public sealed class Verifier
{
    private readonly TrustPolicy _policy;
    private readonly TimeProvider _time;

    /// <summary>Creates a verifier.</summary>
    /// <param name="policy">Whom to trust; see <see cref="TrustPolicy.IntegrityOnly"/> for nobody.</param>
    /// <param name="time">The clock; the system's where none is given.</param>
    public Verifier(TrustPolicy policy, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Verifies the files of a model where they lie. The report is about what was read; it hands out no bytes.</summary>
    /// <param name="model">A file or a folder.</param>
    /// <param name="expectations">What the caller expects beyond the policy.</param>
    /// <param name="progress">Is told how many bytes were read since it was told last; may be called by several threads.</param>
    /// <param name="cancellation">Stops the verification.</param>
    /// <exception cref="FileNotFoundException">There is no such model or signature file.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="IOException">The world failed: nothing is said about the model.</exception>
    public Task<VerificationReport> VerifyAsync(
        string model, Expectations? expectations = null, IProgress<long>? progress = null, CancellationToken cancellation = default) =>
        Task.Run(() => Verify(model, expectations ?? Expectations.None, null, progress, cancellation), cancellation);

    /// <summary>
    /// Copies the model into memory that can no longer change, and verifies that. A passing report hands it out:
    /// see <see cref="VerificationReport.TryGetSealed"/>. Dispose the sealed model.
    /// </summary>
    /// <inheritdoc cref="VerifyAsync"/>
    public Task<VerificationReport> VerifyAndSealAsync(
        string model, Expectations? expectations = null, IProgress<long>? progress = null, CancellationToken cancellation = default) =>
        Task.Run(() => VerifySealed(model, expectations ?? Expectations.None, progress, cancellation), cancellation);

    private VerificationReport VerifySealed(string model, Expectations expectations, IProgress<long>? progress, CancellationToken cancellation)
    {
        SealedMemory memory = new();
        var isHandedOut = false;
        try
        {
            var report = Verify(model, expectations, memory, progress, cancellation);
            isHandedOut = report.TryGetSealed(out _);
            return report;
        }
        finally
        {
            if (!isHandedOut)
                memory.Dispose();
        }
    }

    private VerificationReport Verify(string model, Expectations expectations, SealedMemory? memory, IProgress<long>? progress, CancellationToken cancellation)
    {
        try
        {
            using var snapshot = Snapshot.Open(model);
            return Judge(model, EvidenceCollector.Collect(snapshot, _policy, expectations, _time.GetUtcNow(), memory, progress, cancellation), memory);
        }
        catch (ModelChangedException changed)
        {
            return RejectChanged(model, changed);
        }
    }

    private static VerificationReport Judge(string path, Evidence evidence, SealedMemory? memory)
    {
        var recordFile = evidence.RecordFile?.Content;
        var identity = ModelIdentity.Of(evidence, recordFile);
        Check[] asked =
        [
            SignatureCheck.Run(evidence),
            IntegrityCheck.Run(evidence),
            IdentityCheck.Run(evidence, identity),
            FreshnessCheck.Run(evidence, identity, recordFile, []),
            MetadataCheck.Run(evidence),
            StructureCheck.Run(evidence),
        ];

        // What was accepted before is asked last: a model is remembered only if nothing else speaks against it.
        if (evidence.Policy.StateFiles.Count > 0)
        {
            var isTrusted = Decide(evidence.Policy, Hold(evidence.Policy, asked)) == Verdict.Trusted;
            asked[(int)CheckName.Freshness] = FreshnessCheck.Run(evidence, identity, recordFile, RollbackCheck.Run(evidence, identity, isTrusted));
        }

        var checks = Hold(evidence.Policy, asked);
        var verdict = Decide(evidence.Policy, checks);
        return new(path, verdict, checks, memory is not null && verdict is (Verdict.Trusted or Verdict.Intact) ? Seal(evidence, memory) : null)
        {
            Name = identity.Name,
            Version = identity.Version,
            Digest = evidence.Subject?.Digest,
            Signers = [.. evidence.Assessments.Select(assessment => assessment.Signer)],
            Attestations = [.. evidence.Attestations.Where(attestation => attestation.Attestation is not null).Select(attestation => new FoundAttestation(attestation))],
            Files = [.. (verdict is Verdict.Trusted or Verdict.Intact ? evidence.Stated : evidence.Payload).Select(file => new Resource(file.Path, file.Digest))],
            SignatureFiles = evidence.SignatureFiles,
            Record = FindRecord(evidence, recordFile, asked[(int)CheckName.Metadata]),
            Choice = evidence.Choice,
            PolicyDigest = evidence.Policy.Digest,
            VerifiedAt = evidence.Now,
            Inspections = [.. evidence.Payload.Select(file => file.Inspection!)],
            Facts = evidence.Subject?.Facts,
        };
    }

    private static Verdict Decide(TrustPolicy policy, Check[] checks)
    {
        if (checks.Any(check => check.Outcome == CheckOutcome.Failed))
            return Verdict.Rejected;

        // That nothing failed is not enough: what the verdict stands on must have been confirmed.
        var (signature, integrity) = (checks[(int)CheckName.Signature], checks[(int)CheckName.Integrity]);
        if (policy.IsIntegrityOnly)
            return integrity.Outcome == CheckOutcome.Passed ? Verdict.Intact : Verdict.Rejected;
        if (signature.Outcome == CheckOutcome.Passed && integrity.Outcome == CheckOutcome.Passed)
            return Verdict.Trusted;
        return IsTolerated(signature) && IsTolerated(integrity) ? Verdict.Tolerated : Verdict.Rejected;
    }

    private static bool IsTolerated(Check check) => check.Outcome == CheckOutcome.Passed || check.Enforcement != Enforcement.Enforce;

    private static Check[] Hold(TrustPolicy policy, Check[] asked) => [.. asked.Select(check => check.Under(check.Name switch
    {
        CheckName.Signature => policy.Checks.DangerousSignature,
        CheckName.Integrity => policy.Checks.DangerousIntegrity,
        CheckName.Identity => policy.Checks.Identity,
        CheckName.Freshness => policy.Checks.Freshness,
        CheckName.Metadata => policy.Checks.Metadata,
        CheckName.Structure => policy.Checks.Structure,
        _ => throw new InvalidOperationException($"Unknown check {check.Name}."),
    }))];

    private static ModelRecord? FindRecord(Evidence evidence, ModelRecord? recordFile, Check metadata)
    {
        if (metadata.Outcome == CheckOutcome.Failed)
            return null;
        if (evidence.Policy.IsIntegrityOnly)
            return recordFile ?? evidence.Assessments.Select(assessment => assessment.Record).FirstOrDefault(record => record is not null);

        // A file with the record says more than the annotations only if somebody signed it.
        return evidence.Trusted.Select(assessment => assessment.Record).FirstOrDefault(record => record is not null)
            ?? (evidence.Layout.Snapshot.IsFolder && evidence.IsSigned(ModelRecord.FileName) ? recordFile : null);
    }

    private static SealedModel Seal(Evidence evidence, SealedMemory memory)
    {
        var files = evidence.Stated.ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal);
        var main = evidence.Subject?.File;
        return new(memory, files, main?.Path, main?.Inspection?.Format ?? "unknown", evidence.Subject!.Digest, main?.Inspection?.Facts);
    }

    private static VerificationReport RejectChanged(string path, ModelChangedException changed)
    {
        Observation unasked = new(null, "not asked, since the model changed while it was read");
        Check[] checks = [.. Enum.GetValues<CheckName>().Select(name => name == CheckName.Integrity
            ? new Check(name, CheckOutcome.Failed, [new(CheckRules.Changed, changed.Message.TrimEnd('.'))])
            : new Check(name, CheckOutcome.Skipped, [unasked]))];
        return new(path, Verdict.Rejected, checks, null);
    }
}
