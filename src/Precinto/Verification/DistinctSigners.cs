namespace Precinto.Verification;

/// <summary>
/// Counts signers. One whom the policy names once counts once, and so does one key: whoever is named by a key and by a certificate for it is no second signer.
/// </summary>
internal static class DistinctSigners
{
    public static int Count(IEnumerable<SignatureAssessment> assessments) => Of(assessments.Select(assessment => assessment.Signer)).Count();

    /// <summary>The signers, each once, the first of each.</summary>
    public static IEnumerable<Signer> Of(IEnumerable<Signer> signers)
    {
        HashSet<(string Kind, string Identity)> identities = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (var signer in signers)
        {
            if (identities.Contains((signer.Kind, signer.Identity)) || keys.Contains(signer.Key))
                continue;

            identities.Add((signer.Kind, signer.Identity));
            keys.Add(signer.Key);
            yield return signer;
        }
    }
}
