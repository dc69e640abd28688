using Precinto.Files;
using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>Did someone whom the policy trusts sign it?</summary>
internal static class SignatureCheck
{
    public static Check Run(Evidence evidence)
    {
        CheckInProgress check = new(CheckName.Signature);
        if (evidence.Choice.Problem is { } noRule)
            check.Fail(CheckRules.NoRule, noRule);
        if (evidence.Policy.IsIntegrityOnly)
        {
            foreach (var assessment in evidence.Assessments)
                check.Note(assessment.Detail);
            check.Note(evidence.Assessments.Count == 0 ? "no signature was found, and none was asked for" : "nobody was asked to vouch for it (integrity only)");
            ReportUnreadable(evidence, check);
            return check.Finish();
        }

        ReportTrustInsideModel(evidence, check);
        ReportUnreadable(evidence, check);
        if (evidence.Policy.Expires is { } expires && expires <= evidence.Now)
            check.Fail(CheckRules.PolicyExpired, $"the policy expired on {ModelRecord.FormatTime(expires)}");
        if (evidence.RevocationProblem is { } problem)
            check.Fail(CheckRules.UnusableRevocations, problem);
        if (evidence.Choice.Problem is not null)
            return check.Finish();
        if (evidence.Policy.Signers.Count == 0)
            check.Fail(CheckRules.NobodyTrusted, "the policy names no signer");
        if (evidence.Assessments.Count == 0 && evidence.UnreadableSignatures.Count == 0)
            check.Fail(CheckRules.NoSignature, "no signature was found with the model");

        var signers = DistinctSigners.Count(evidence.Trusted);
        foreach (var assessment in evidence.Assessments)
        {
            switch (assessment.Standing)
            {
                case SignatureStanding.Trusted:
                    check.Confirm(assessment.Detail);
                    break;
                // Who else signed is of no importance once enough trusted signers did; a bad signature always is.
                case SignatureStanding.Stranger when signers >= evidence.Policy.Threshold:
                    check.Note(assessment.Detail);
                    break;
                default:
                    check.Fail(assessment.Rule ?? CheckRules.BrokenSignature, assessment.Detail);
                    break;
            }
        }

        if (signers > 0 && signers < evidence.Policy.Threshold)
            check.Fail(CheckRules.TooFewSigners, $"{signers} of {evidence.Policy.Threshold} different trusted signers signed it");
        AttestationCheck.Run(evidence, check);
        return check.Finish();
    }

    private static void ReportUnreadable(Evidence evidence, CheckInProgress check)
    {
        foreach (var (source, reason) in evidence.UnreadableSignatures)
            check.Fail(CheckRules.UnreadableSignature, $"{source}: {reason.TrimEnd('.')}");
    }

    // Whoever can change the model could change what lies with it: such a key would vouch for itself.
    private static void ReportTrustInsideModel(Evidence evidence, CheckInProgress check)
    {
        foreach (var source in evidence.Policy.Inputs.Distinct(StringComparer.Ordinal))
            if (Whereabouts.FindInside(evidence.Layout.Snapshot, source) is { } where)
                check.Fail(CheckRules.TrustInsideModel, $"{source} {where}: whoever can change the model can change it; keep policies and keys elsewhere");
    }
}
