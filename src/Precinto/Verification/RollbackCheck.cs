using Precinto.Files;
using Precinto.Manifests;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>Was a newer version of the model accepted here before? What it finds out belongs to the check <c>freshness</c>.</summary>
internal static class RollbackCheck
{
    /// <param name="evidence">What was read.</param>
    /// <param name="signed">The signed name and version.</param>
    /// <param name="isTrusted">Whether the model is trusted as far as everything else goes: only then is it remembered.</param>
    /// <exception cref="StateException">A file that remembers cannot be used.</exception>
    /// <exception cref="IOException">The world failed.</exception>
    public static IReadOnlyList<Observation> Run(Evidence evidence, ModelIdentity signed, bool isTrusted)
    {
        // One that lies with the model is refused as such, and neither read nor written.
        string[] states = [.. evidence.Policy.StateFiles.Where(path => Whereabouts.FindInside(evidence.Layout.Snapshot, path) is null)];
        Observation[] answers = [.. states.Select(path => Ask(evidence, signed, path, mayRemember: false))];

        // All are asked before one is told: what one of them forbids, the others must not remember as accepted.
        return isTrusted && answers.All(answer => answer.Rule is null)
            ? [.. states.Select(path => Ask(evidence, signed, path, mayRemember: true))]
            : answers;
    }

    private static Observation Ask(Evidence evidence, ModelIdentity signed, string path, bool mayRemember)
    {
        if (evidence.Subject is not { } subject || signed.Name is not { } name || !ModelVersion.TryParse(signed.Version, out var version))
        {
            return new(CheckRules.NothingToRemember, signed.Version is { } text && signed.Name is not null
                ? $"'{text}' cannot be compared with the version that was accepted before"
                : "what was accepted before is asked for, and no trusted signature states a name and a version");
        }

        AcceptedVersion candidate = new(name, version, subject.ContentDigest, evidence.Now);
        var isAllowed = evidence.Policy.AllowedRollbacks.FirstOrDefault(rollback => rollback.Digest.Equals(subject.ContentDigest));
        var answer = mayRemember && !evidence.Expectations.IsRehearsal && isAllowed is null ? AcceptedVersions.Accept(path, candidate) : AcceptedVersions.Ask(path, candidate);
        var known = answer.Known is { } before ? $"version {before.Version} of '{name}' was accepted on {ModelRecord.FormatTime(before.AcceptedAt)}" : $"no version of '{name}' was accepted before";
        return answer.Standing switch
        {
            StateStanding.Newer or StateStanding.Same => new(null, known),
            _ when isAllowed is not null => new(null, $"{known}; the policy allows going back to {version}: {isAllowed.Reason}"),
            StateStanding.Older => new(CheckRules.RolledBack, $"{known}, and this is {version} ({subject.ContentDigest})"),
            _ => new(CheckRules.OtherContent, $"{known} with the digest {answer.Known!.Digest}, and this has {subject.ContentDigest}"),
        };
    }
}
