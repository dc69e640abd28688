using Precinto.Manifests;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>Is it not expired and not older than what is accepted?</summary>
internal static class FreshnessCheck
{
    /// <param name="evidence">What was read.</param>
    /// <param name="signed">The signed name and version.</param>
    /// <param name="recordFile">The record that lies with the model.</param>
    /// <param name="memory">How it stands to what was accepted before.</param>
    public static Check Run(Evidence evidence, ModelIdentity signed, ModelRecord? recordFile, IReadOnlyList<Observation> memory)
    {
        CheckInProgress check = new(CheckName.Freshness);
        CheckRevoked(evidence, check);
        foreach (var remembered in memory)
        {
            if (remembered.Rule is null)
                check.Confirm(remembered.Message);
            else
                check.Fail(remembered.Rule, remembered.Message);
        }

        CheckExpiry(evidence, recordFile, check);
        CheckTime(evidence, check);
        CheckVersion(evidence, signed, check);

        if (check.IsEmpty)
            check.Note("neither an expiry was signed nor an age or version demanded");
        return check.Finish();
    }

    // Whatever name a digest has here, it is the same content: each file, the model as it is reported, and what signatures were made over.
    private static void CheckRevoked(Evidence evidence, CheckInProgress check)
    {
        if (evidence.Revocations.Digests.Count == 0 || evidence.Payload.Count == 0)
            return;

        var digests = evidence.Payload.Select(file => (file.Path, file.Digest))
            .Append(("the model", Manifest.FromFiles(evidence.Payload.Select(file => new Resource(file.Path, file.Digest))).RootDigest))
            .Concat(evidence.Subject is { } subject ? [("the model", subject.Digest)] : Array.Empty<(string, Digests.Digest)>())
            .Concat(evidence.Assessments.Select(assessment => assessment.Manifest).OfType<Manifest>().Select(manifest => ("what was signed", manifest.RootDigest)));
        foreach (var (what, revoked) in digests.Select(digest => (digest.Item1, evidence.Revocations.Find(digest.Item2))).Where(found => found.Item2 is not null).DistinctBy(found => found.Item2))
            check.Fail(CheckRules.ModelRevoked, $"{what} was revoked on {ModelRecord.FormatTime(revoked!.Date)}: {revoked.Reason} ({revoked.Digest})");
    }

    // An expiry that nobody signed can only make the verdict stricter.
    private static void CheckExpiry(Evidence evidence, ModelRecord? recordFile, CheckInProgress check)
    {
        foreach (var expiry in evidence.Assessments.Select(assessment => assessment.Record).Append(recordFile).Select(record => record?.ExpiresAt).OfType<DateTimeOffset>().Distinct())
        {
            if (expiry <= evidence.Now)
                check.Fail(CheckRules.Expired, $"it expired on {ModelRecord.FormatTime(expiry)}");
            else
                check.Confirm($"it expires on {ModelRecord.FormatTime(expiry)}");
        }
    }

    private static void CheckTime(Evidence evidence, CheckInProgress check)
    {
        var times = evidence.Trusted.Select(assessment => assessment.Signer.SignedAt).OfType<DateTimeOffset>().ToArray();
        foreach (var time in times.Where(time => time > evidence.Now + AllowedSkew))
            check.Fail(CheckRules.FromTheFuture, $"it was signed on {ModelRecord.FormatTime(time)}, which is in the future");

        if (evidence.Policy.MaximumAge is not { } maximum)
            return;
        // Of each file the newest time that enough different signers vouch for, since a single one could date itself as it likes; of the model the
        // oldest of these, since a new signature over one file makes no other one new.
        var dated = evidence.Trusted.Where(assessment => assessment.Signer.SignedAt is not null).OrderByDescending(assessment => assessment.Signer.SignedAt).ToArray();
        var oldest = evidence.Stated.Select(file => DistinctSigners.Of(dated.Where(assessment => evidence.Lists(assessment, file.Path)).Select(assessment => assessment.Signer))
            .Select(signer => signer.SignedAt).ElementAtOrDefault(evidence.Policy.Threshold - 1)).ToArray();
        if (oldest.Length == 0 || Array.Exists(oldest, time => time is null) || oldest.Min() is not { } signed)
            check.Fail(CheckRules.NoTime, "an age is demanded, and no trusted signature over all of the model states when it was made");
        else if (evidence.Now - signed > maximum)
            check.Fail(CheckRules.TooOld, $"it was signed on {ModelRecord.FormatTime(signed)}, more than {maximum.TotalDays:0.##} days ago");
        else
            check.Confirm($"it was signed on {ModelRecord.FormatTime(signed)}");
    }

    private static void CheckVersion(Evidence evidence, ModelIdentity signed, CheckInProgress check)
    {
        if (evidence.Policy.MaximumVersion is { } maximum)
        {
            if (!ModelVersion.TryParse(signed.Version, out var stated))
                check.Fail(CheckRules.NoTime, signed.Version is null
                    ? $"version {maximum} or earlier is demanded, and no trusted signature states a version"
                    : $"version {maximum} or earlier is demanded, and '{signed.Version}' cannot be compared");
            else if (stated > maximum)
                check.Fail(CheckRules.TooNew, $"version {maximum} or earlier is demanded, and {stated} was signed");
            else
                check.Confirm($"version {stated} is not newer than {maximum}");
        }

        foreach (var minimum in new[] { evidence.Policy.MinimumVersion, evidence.Expectations.MinimumVersion }.OfType<ModelVersion>())
        {
            if (!ModelVersion.TryParse(signed.Version, out var version))
            {
                check.Fail(CheckRules.NoTime, signed.Version is null
                    ? $"version {minimum} or later is demanded, and no trusted signature states a version"
                    : $"version {minimum} or later is demanded, and '{signed.Version}' cannot be compared");
            }
            else if (version < minimum)
            {
                check.Fail(CheckRules.TooOld, $"version {minimum} or later is demanded, and {version} was signed");
            }
            else
            {
                check.Confirm($"version {version} is not older than {minimum}");
            }
        }
    }

    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(5);
}
