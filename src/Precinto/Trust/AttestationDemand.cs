using Precinto.Signatures.Keys;

namespace Precinto.Trust;

/// <summary>An attestation that must be there before a model is trusted: a closed set. Every demand is to be met.</summary>
public abstract class AttestationDemand
{
    private protected AttestationDemand()
    {
    }

    /// <summary>What kind it demands: <c>provenance</c> or <c>vsa</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Who may attest; null for those signers of the policy who are known by a key. An empty list is nobody.</summary>
    public IReadOnlyList<TrustedKey>? Attesters { get; init; }

    /// <summary>
    /// Whether a caller demands it beside a policy. It is to be met like any other; an attestation by whom only the caller names may however not lie
    /// in the model's folder, where whatever the policy's own people did not put is an extra file.
    /// </summary>
    internal bool IsCallers { get; init; }

    /// <summary>The key that a hint points at, among those who may attest.</summary>
    internal PublicKey? FindKey(TrustPolicy policy, string hint) =>
        (Attesters ?? policy.Signers.OfType<TrustedKey>()).Select(signer => signer.Key).FirstOrDefault(key => key.Hint == hint);

    /// <summary>The demand in the canonical description of a policy.</summary>
    internal abstract IEnumerable<string> Describe();
}
