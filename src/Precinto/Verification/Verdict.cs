namespace Precinto.Verification;

/// <summary>What all checks together say; the default value refuses.</summary>
public enum Verdict
{
    /// <summary>A check failed.</summary>
    Rejected,

    /// <summary>Digests and record agree; nobody vouches for them. Only where <c>TrustPolicy.IntegrityOnly</c> was asked for.</summary>
    Intact,

    /// <summary>Every enforced check passed.</summary>
    Trusted,
}
