using Precinto.Attestations;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>
/// Are the attestations there that the policy demands? What is found out belongs to the check <c>signature</c>, for it answers the same question:
/// did those whom the policy trusts say what it insists on? A good attestation never stands in for the signature of the model.
/// </summary>
internal static class AttestationCheck
{
    public static void Run(Evidence evidence, CheckInProgress check)
    {
        foreach (var named in evidence.Attestations.Where(attestation => attestation.Problem is not null && evidence.Expectations.AttestationFiles.Contains(attestation.Source)))
            check.Fail(CheckRules.UnreadableAttestation, $"{named.Source}: {named.Problem}");

        foreach (var demand in evidence.Policy.Attestations)
            Judge(evidence, demand, check);
    }

    private static void Judge(Evidence evidence, AttestationDemand demand, CheckInProgress check)
    {
        var judgements = evidence.Attestations
            .Where(candidate => candidate.Attestation is null || candidate.Attestation.Predicate.Kind == demand.Kind)
            // What is about the model was never meant for an image, and to say what it lacks would only confuse.
            .Where(candidate => demand is not SummaryDemand { Image: not null } || candidate.Attestation is null || candidate.Mismatch is not null)
            .Select(candidate => Judge(evidence, demand, candidate)).ToArray();

        // A rejection by whom one asked counts even beside an approval: the approval could be the older one, or the one that was left lying.
        if (judgements.FirstOrDefault(judgement => judgement.Step == Step.Rejected) is { } rejected)
            check.Fail(rejected.Rule!, rejected.Message);
        else if (judgements.FirstOrDefault(judgement => judgement.Step == Step.Met) is { } met)
            check.Note(met.Message);
        else if (judgements.MaxBy(judgement => judgement.Step) is { } nearest)
            check.Fail(nearest.Rule!, nearest.Message);
        else
            check.Fail(CheckRules.NoAttestation, $"{Describe(demand)} is demanded, and none was found");
    }

    private static Judgement Judge(Evidence evidence, AttestationDemand demand, AttestationAssessment candidate)
    {
        if (candidate.Attestation is not { } attestation)
            return new(Step.Unreadable, CheckRules.UnreadableAttestation, $"{candidate.Source}: {candidate.Problem}");
        if (demand.FindKey(evidence.Policy, attestation.KeyHint) is not { } key)
            return new(Step.Strange, CheckRules.StrangeAttester, $"{candidate.Source}: {Describe(demand)} is demanded, and this one was made by a key that may not attest it (bundle hint {attestation.KeyHint})");
        if (!attestation.IsSignedBy(key))
            return new(Step.Broken, CheckRules.BrokenAttestation, $"{candidate.Source} names the key {key.Identity}, but that key did not make this attestation");

        if (evidence.Revocations.Find("key", key.Identity) is { } revoked)
            return new(Step.Broken, CheckRules.SignerRevoked, $"{candidate.Source} was made by the key {key.Identity}, which was revoked: {revoked.Reason}");

        var mismatch = demand is SummaryDemand { Image: { } image }
            ? attestation.Subjects.Any(subject => image.Equals(subject.Digest)) ? null : $"it is not about the image {image}"
            : candidate.Mismatch;
        if (mismatch is not null)
            return new(Step.Other, CheckRules.OtherSubject, $"{candidate.Source}: {mismatch}");

        var by = $"{candidate.Source}: {Describe(demand)} by the key {key.Identity}";
        return (demand, attestation.Predicate) switch
        {
            (ProvenanceDemand wanted, Provenance stated) => Judge(wanted, stated, candidate.Source, by),
            (SummaryDemand wanted, VerificationSummary stated) => Judge(wanted, stated, candidate.Source, by, evidence.Now),
            _ => throw new InvalidOperationException($"{demand.Kind} is no {attestation.Predicate.Kind}."),
        };
    }

    private static Judgement Judge(ProvenanceDemand wanted, Provenance stated, string source, string by)
    {
        if (stated.BuilderId != wanted.BuilderId)
            return Unlike(source, "builder", stated.BuilderId, wanted.BuilderId);
        foreach (var digest in wanted.TrainingData)
            if (!stated.Dependencies.Any(dependency => digest.Equals(dependency.Digest)))
                return new(Step.Unlike, CheckRules.OtherClaim, $"{source}: the model was not made from {digest}, which is demanded");

        return new(Step.Met, null, $"{by}, built by {stated.BuilderId}");
    }

    private static Judgement Judge(SummaryDemand wanted, VerificationSummary stated, string source, string by, DateTimeOffset now)
    {
        if (stated.VerifierId != wanted.VerifierId)
            return Unlike(source, "verifier", stated.VerifierId, wanted.VerifierId);
        if (wanted.PolicyDigest is { } policy && !policy.Equals(stated.Policy.Digest))
            return Unlike(source, "policy", stated.Policy.Digest?.ToString() ?? "not stated", policy.ToString());
        if (!stated.IsPassed)
            return new(Step.Rejected, CheckRules.FailedElsewhere, $"{source}: the verifier {stated.VerifierId} rejected it{(stated.VerifiedOn is { } on ? $" on {ModelRecord.FormatTime(on)}" : "")}");
        if (wanted.ResourceUri is { } resource && stated.ResourceUri != resource)
            return Unlike(source, "resource", stated.ResourceUri, resource);
        if (stated.VerifiedOn > now + AllowedSkew)
            return new(Step.Old, CheckRules.OldAttestation, $"{source}: it was verified on {ModelRecord.FormatTime(stated.VerifiedOn.Value)}, which is in the future");
        if (wanted.MaximumAge is { } age && !(stated.VerifiedOn is { } verifiedOn && now - verifiedOn <= age))
        {
            return new(Step.Old, CheckRules.OldAttestation, stated.VerifiedOn is { } time
                ? $"{source}: it was verified on {ModelRecord.FormatTime(time)}, more than {age.TotalDays:0.##} days ago"
                : $"{source}: an age is demanded, and it does not say when it was verified");
        }

        return new(Step.Met, null, $"{by}, passed by {stated.VerifierId}{(stated.VerifiedOn is { } passedOn ? $" on {ModelRecord.FormatTime(passedOn)}" : "")}");
    }

    private static Judgement Unlike(string source, string what, string stated, string wanted) =>
        new(Step.Unlike, CheckRules.OtherClaim, $"{source}: the {what} is {stated}, and {wanted} is demanded");

    private static string Describe(AttestationDemand demand) => demand is SummaryDemand { Image: { } image } ? $"a vsa of the image {image}" : $"a {demand.Kind}";

    /// <summary>How far a candidate came; the one that came furthest says best what is wrong.</summary>
    private enum Step
    {
        Unreadable,
        Strange,
        Broken,
        Other,
        Unlike,
        Old,
        Rejected,
        Met,
    }

    private sealed record Judgement(Step Step, FindingRule? Rule, string Message);

    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(5);
}
