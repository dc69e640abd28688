using Precinto.Manifests;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>Is it not expired and not older than what is accepted?</summary>
internal static class FreshnessCheck
{
    public static Check Run(Evidence evidence, ModelIdentity signed, ModelRecord? recordFile)
    {
        CheckInProgress check = new(CheckName.Freshness);
        CheckExpiry(evidence, recordFile, check);
        CheckTime(evidence, check);
        CheckVersion(evidence, signed, check);

        if (check.IsEmpty)
            check.Note("neither an expiry was signed nor an age or version demanded");
        return check.Finish();
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
        // The newest time that enough different signers vouch for: a single one could date itself as it likes.
        var newest = evidence.Trusted
            .Where(assessment => assessment.Signer.SignedAt is not null).Select(assessment => assessment.Signer)
            .OrderByDescending(signer => signer.SignedAt);
        var vouched = DistinctSigners.Of(newest).Select(signer => signer.SignedAt!.Value).Skip(evidence.Policy.Threshold - 1).Take(1).ToArray();
        if (vouched is not [var signed])
            check.Fail(CheckRules.NoTime, "an age is demanded, and no trusted signature states when it was made");
        else if (evidence.Now - signed > maximum)
            check.Fail(CheckRules.TooOld, $"it was signed on {ModelRecord.FormatTime(signed)}, more than {maximum.TotalDays:0.##} days ago");
        else
            check.Confirm($"it was signed on {ModelRecord.FormatTime(signed)}");
    }

    private static void CheckVersion(Evidence evidence, ModelIdentity signed, CheckInProgress check)
    {
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
